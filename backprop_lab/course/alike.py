"""Which answers to one exercise look alike, for a person to look at: shares of code in common, and never a verdict.

Each cell becomes tokens in which every name is the same, without comments, docstrings and spaces: so new names, new
comments and moved functions change nothing. A run of ``RUN`` tokens that two students have and the released notebook has
not is in common (winnowing, as MOSS does it: Schleimer, Wilkerson and Aiken 2003, by the library copydetect).
"""

import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from ..grading import notebook
from ..grading.tokens import LONGEST, Token, plain, tokens

# Measured on the 81 right solutions of the fourteen exercises, each in a style of its own (196 pairs), and on a copy of
# each with other names, other comments and its functions in another order. Of answers with 70 tokens or more the
# nearest two have 75 % of one of them in common, and the farthest copy 87 %. With runs of 8 the nearest two have 84 %,
# with runs of 16 the farthest copy 81 %.
RUN = 12
LEAST_SHARE = 80
# A formula of one line has few ways to be written: two of the right answers to E4, of 57 and 84 tokens, have 82 % of
# the first in common, and are in different styles.
LEAST_TOKENS = 70
_BETWEEN = "\0"


@dataclass(frozen=True)
class Answer:
    """What one student, or a group in one file, wrote in one exercise: without the cells that are as released.

    ``own`` counts its tokens in runs that the released notebook does not have, ``again`` its runs that stand in it once
    more; ``key`` is the same for answers that differ in nothing but the choice of names, comments, spaces and the
    order of functions.
    """

    student: str
    code: str
    own: int
    again: int
    key: str
    spans: Sequence[tuple[int, int]] = field(repr=False)
    fingerprint: Any = field(repr=False)


@dataclass(frozen=True)
class Match:
    """Two answers that look alike, or students whose answer is the same: then ``others`` is empty.

    ``shares`` are of each one's own tokens, from 0 to 1; ``common`` counts tokens of the first.
    """

    students: tuple[str, ...]
    others: tuple[str, ...]
    answers: tuple[Answer, Answer]
    shares: tuple[float, float]
    common: int

    @property
    def identical(self) -> bool:
        """Do they differ in nothing but the choice of names, comments, spaces and the order of functions?"""
        return not self.others

    @property
    def pairs(self) -> Iterator[tuple[str, str]]:
        """Each two students whom this tells of."""
        if self.identical:
            yield from combinations(self.students, 2)
        else:
            yield from ((one, other) for one in self.students for other in self.others)


class TooLong(Exception):
    """More code of one's own than is compared."""


class Released:
    """The code that everybody was given: whole cells, and the runs of tokens in it.

    Parameters
    ----------
    cells : list of str
        The sources of all code cells of the released notebook, check cells among them.
    """

    def __init__(self, cells: Sequence[str]) -> None:
        self.cells = {plain(source) for source in cells}
        texts = [_encoded(plain(source)).text for source in cells]
        without_checks = [text for text, source in zip(texts, cells, strict=True) if not notebook.is_check(source)]
        # The joined ones: some editors make one cell of several.
        self.runs = set(_fingerprint([*texts, "".join(texts), "".join(without_checks)]).hash_idx)

    def answer(self, student: str, cells: Sequence[str]) -> Answer:
        """A student's answer.

        Raises
        ------
        TooLong
            If there is more than ``LONGEST`` characters of it.
        """
        if sum(map(len, cells)) > 4 * LONGEST:
            raise TooLong
        own = [source for source in map(plain, cells) if source.strip() and source not in self.cells]
        if sum(map(len, own)) > LONGEST:
            raise TooLong
        encoded, spans, start = list(map(_encoded, own)), [], 0
        for source, cell in zip(own, encoded, strict=True):
            # One place more for what stands between two cells.
            spans += [(start + first, start + last) for first, last in [*cell.places, (len(source), len(source))]]
            start += len(source) + 2
        fingerprint = _fingerprint([cell.text for cell in encoded], self.runs)
        again = sum(map(len, fingerprint.hash_idx.values())) - len(fingerprint.hashes)
        key = _BETWEEN.join(sorted(key for cell in encoded for key in cell.keys))
        return Answer(student, "\n\n".join(own), int(fingerprint.token_coverage), again, key, spans, fingerprint)


def matches(answers: Sequence[Answer], least: float = LEAST_SHARE, least_tokens: int = LEAST_TOKENS) -> list[Match]:
    """All that look alike, the same ones first, then by the larger share; who has too little own code is left out.

    Parameters
    ----------
    answers : list of Answer
        To one exercise, with one ``Released``.
    least : float
        Percent of the own code of one of the two that both must have.
    least_tokens : int
        Of own code, which both must have.
    """
    same: dict[str, list[Answer]] = {}
    for answer in sorted(answers, key=lambda a: a.student):
        if answer.own >= least_tokens:
            same.setdefault(answer.key, []).append(answer)
    groups = [group for group in same.values() if len(group) > 1]
    found = [_match(group[0], group[1], [a.student for a in group], []) for group in groups]
    for group, other in combinations(same.values(), 2):
        one, two = group[0], other[0]
        if not _may_be(one, two, least):
            continue
        match = _match(one, two, [a.student for a in group], [a.student for a in other])
        if 100 * max(match.shares) >= least:
            found.append(match)
    return sorted(found, key=lambda m: (not m.identical, -max(m.shares), -min(m.shares), m.students, m.others))


def marked(match: Match) -> list[list[tuple[int, int]]]:
    """The characters of each one's code that both have, as starts and ends."""
    from copydetect import compare_files

    slices = compare_files(*(answer.fingerprint for answer in match.answers))[2]
    return [_places(answer, own) for answer, own in zip(match.answers, slices, strict=True)]


def _may_be(one: Answer, two: Answer, least: float) -> bool:
    """Can they reach the share? A run in common covers no more than its tokens; counting them takes no time."""
    common = len(one.fingerprint.hashes & two.fingerprint.hashes)
    return bool(common) and 100 * RUN * (common + max(one.again, two.again)) >= least * min(one.own, two.own)


def _match(one: Answer, two: Answer, students: Sequence[str], others: Sequence[str]) -> Match:
    from copydetect import compare_files

    common, shares, _ = compare_files(one.fingerprint, two.fingerprint)
    return Match(tuple(students), tuple(others), (one, two), tuple(float(share) for share in shares), int(common))


def _places(answer: Answer, slices: Any) -> list[tuple[int, int]]:
    if not len(slices):
        return []
    return [(answer.spans[int(a)][0], answer.spans[int(b) - 1][1]) for a, b in sorted(zip(*slices, strict=True))]


@dataclass(frozen=True)
class _Encoded:
    """A source with a character for each token, where each stands, and its functions with their names told apart."""

    text: str
    keys: list[str]
    places: list[tuple[int, int]]


def _encoded(source: str) -> _Encoded:
    found = list(tokens(source))
    keys: list[list[str]] = [[]]
    # Names by when they first occur: other names give the same, and an exchange of two names does not.
    numbers: dict[str, int] = {}
    for token in found:
        if token.text in ("def", "class", "async") and (not token.start or source[token.start - 1] == "\n"):
            keys.append([])
            numbers = {}
        named = token.kind == "name"
        keys[-1].append(f"name {numbers.setdefault(token.text, len(numbers))}" if named else _word(token))
    return _Encoded(
        "".join(_character(_word(token)) for token in found),
        ["".join(map(_character, words)) for words in keys if words],
        [(token.start, token.end) for token in found],
    )


def _word(token: Token) -> str:
    return token.kind if token.kind in ("name", "text") else token.text


def _character(word: str) -> str:
    """One of the million characters that there are from here on; the same in every run."""
    return chr(0xE000 + zlib.crc32(word.encode("utf-8", "surrogatepass")) % (0x110000 - 0xE000))


def _fingerprint(texts: Sequence[str], released: Mapping | set = frozenset()) -> Any:
    """All runs of some encoded cells, without those that go over the end of a cell and those that were released.

    copydetect's own ``boilerplate`` also takes out what a student wrote twice (its ``intersect1d`` is told that no
    run occurs twice), so that is done here. Windows of one keep every run: which ones a larger window keeps would
    hang on Python's random hashes.
    """
    from copydetect import CodeFingerprint
    from copydetect.utils import get_token_coverage

    text = _BETWEEN.join(texts) + _BETWEEN
    made = CodeFingerprint("cells", RUN, 1, filter=False, fp=io.StringIO(text, newline=""))
    made.hash_idx = {
        int(run): places
        for run, places in made.hash_idx.items()
        if int(run) not in released and _BETWEEN not in text[places[0] : places[0] + RUN]
    }
    made.hashes = set(made.hash_idx)
    made.token_coverage = get_token_coverage(made.hash_idx, RUN, len(text))
    return made

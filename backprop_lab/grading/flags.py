"""What a person should look at: an answer that may have been made by another autodiff, or by differences alone.

A flag takes no points and is told to no student. It is raised only on what is plainly written or plainly measured: a
false alarm is worse than a miss. What a submission imports or nudges is told by the tokens of its source; nothing is
parsed or run.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..checking.answers import fitted, given_for
from ..checking.compare import leaves, verdict
from ..checking.outcome import TermResult
from ..exercises import Exercise, Fixture, Term
from . import nudging
from .tokens import LONGEST, Token, plain, tokens

# The closed list of codes: what was found, and what to look at.
FLAGS = {
    "other-autodiff": "It imports a package that differentiates by itself. Graded code does not have it, so what calls "
    "it failed there; look whether the answers were worked out with it.",
    "library": "It uses backprop_lab for more than its check. Graded code has no more than that, so what calls it failed "
    "there; look which function was to be written.",
    "complex-step": "It takes imaginary parts of a computation with an imaginary nudge: that differentiates without "
    "backpropagation. Look at the functions that return gradients.",
    "nudged": "A function that was asked for divides the difference of two calls by the step between them. Look whether "
    "a gradient is made by nudging where it was to be derived.",
    "precision": "All of its right gradients are right to the precision of differences alone, and its other answers are "
    "exact. Look whether the gradients are made by nudging where they were to be derived.",
}
AUTODIFF = frozenset({
    "aesara", "autograd", "casadi", "jax", "keras", "mxnet", "numdifftools", "pytensor", "sympy", "tensorflow", "theano",
    "tinygrad", "torch",
})  # fmt: skip
# There a difference is what is asked for (E2), or a right way to find the bug (E13).
NUDGING_IS_RIGHT = ("e02", "e13")
# Of fewer gradients it may be chance: one that is a plain number is exact however it was made.
LEAST_GRADIENTS = 2


def told(record: Mapping[str, Any]) -> list[str]:
    """The words for each flag of a record; one of an earlier time has none.

    >>> [words[:34] for words in told({"flags": ["library", "of another time"]})]
    ['It uses backprop_lab for more than', 'This version has no words for the ']
    """
    return [FLAGS.get(code, f"This version has no words for the flag {code}.") for code in record.get("flags", ())]


def found(
    exercise: Exercise,
    cells: Iterable[tuple[int, str]],
    fixtures: Sequence[Fixture],
    results: Sequence[TermResult],
    answers: Sequence[Mapping[str, Mapping[str, Any]]],
) -> list[str]:
    """The codes that apply, sorted.

    Parameters
    ----------
    cells : list of (number, source)
        Of the submission; of more than ``LONGEST`` characters the first are looked at.
    fixtures, results, answers
        What was asked, what the judge says of it, and what it was given.
    """
    codes, left = set(), LONGEST
    written: dict[str, list[Token]] = {}
    for _, source in cells:
        if left <= 0:
            break
        source = plain(source[: 4 * LONGEST])[:left]
        left -= len(source)
        words = list(tokens(source))
        codes |= set(_imports(source, words))
        if nudging.complex_step(words):
            codes.add("complex-step")
        written |= nudging.blocks(source, words)
    if any(map(nudging.nudges, nudging.reached(written, exercise.functions))):
        codes.add("nudged")
    if _by_precision(exercise, fixtures, results, answers):
        codes.add("precision")
    return sorted(codes - {"complex-step", "nudged", "precision"} if exercise.id in NUDGING_IS_RIGHT else codes)


def _imports(source: str, words: Sequence[Token]) -> Iterator[str]:
    """Codes of the packages that are imported, and of what is used of ``backprop_lab``."""
    names: set[str] = set()
    for at, word in enumerate(words):
        before = words[at - 1].text if at else ""
        if word.text in ("import", "from") and _begins(source, words, at):
            for package, part, called in _imported(source, words, at):
                if package in AUTODIFF:
                    yield "other-autodiff"
                elif package == "backprop_lab":
                    if part not in ("", "check"):
                        yield "library"
                    elif not part:
                        names.add(called)
        elif word.kind == "text" and before == "(" and at > 1 and words[at - 2].text in ("import_module", "__import__"):
            if word.text.strip("rbuRBU\"'").split(".")[0] in AUTODIFF:
                yield "other-autodiff"
        elif word.text == "." and before in names and [w.text for w in words[at + 1 : at + 2]] != ["check"]:
            yield "library"


def _begins(source: str, words: Sequence[Token], at: int) -> bool:
    """Does a statement begin here?"""
    if not at or words[at - 1].text in (";", ":"):
        return True
    return "\n" in source[words[at - 1].end : words[at].start]


def _imported(source: str, words: Sequence[Token], at: int) -> Iterator[tuple[str, str, str]]:
    """Each package that a statement imports, the part of it, and the name that it gets."""
    line, opened = [words[at]], False
    for word in words[at + 1 : at + 200]:
        opened = opened or word.text == "("
        if "\n" in source[line[-1].end : word.start] and not opened:
            break
        if word.text in (";", ")"):
            break
        line.append(word)
    told = [part for word in line[1:] if word.text != "(" for part in _dotted(word.text)]
    if line[0].text == "import":
        for one in " ".join(told).split(","):
            path, _, called = one.partition(" as ")
            package, _, part = path.replace(" ", "").partition(".")
            yield package, part, called.strip() or package
    elif "import" in told:
        path = "".join(told[: told.index("import")])
        package, _, part = path.partition(".")
        for one in " ".join(told[told.index("import") + 1 :]).split(","):
            name = one.partition(" as ")[0].strip()
            yield package, ".".join(filter(None, (part, name))), name


def _dotted(text: str) -> list[str]:
    return [text] if text in (",", "as", "import") else ["".join(text.split())]


def _by_precision(
    exercise: Exercise,
    fixtures: Sequence[Fixture],
    results: Sequence[TermResult],
    answers: Sequence[Mapping[str, Mapping[str, Any]]],
) -> bool:
    """Are all right gradients approximate, on most fixtures and exact on none, and all else that is right exact?

    A small number in a denominator makes those of one loss approximate: those of the other stay exact.
    """
    right = [result for result in results if result.outcome == "right" and not result.term.state]
    gradients = [result for result in right if result.term.slope]
    others = [result for result in right if not result.term.slope]
    if len(gradients) < LEAST_GRADIENTS or not all(result.approximate for result in gradients):
        return False
    if any(result.approximate for result in others) or any(map(_short, _values(answers))):
        return False
    terms, near = [term for term in exercise.terms if term.slope], 0
    for fixture, given in zip(fixtures, answers[: len(fixtures)], strict=True):
        asked = [term for term in terms if term.asked_on(fixture.variation)]
        verdicts = {_verdict(exercise, term, fixture, given) for term in asked}
        if "approximate" in verdicts:
            near += 1
        elif "right" in verdicts:
            return False
    # Where a slope saturates, a difference is not even near.
    return 2 * near > len(fixtures)


def _verdict(exercise: Exercise, term: Term, fixture: Fixture, given: Mapping[str, Mapping[str, Any]]) -> str:
    """How one answer compares with the truth, whatever it was made from."""
    u, truth = fixture.values, getattr(fixture.values, term.name)
    kind, value, _ = given_for(term, given, u, True, exercise.functions)
    return verdict(fitted(value, truth), truth, term.scale(u) if term.scale else None) if kind == "value" else kind


def _values(answers: Sequence[Mapping[str, Mapping[str, Any]]]) -> Iterator[Any]:
    for given in answers:
        for answer in given.values():
            if answer["kind"] == "value":
                yield from (value for _, value in leaves(answer["value"]))


def _short(value: Any) -> bool:
    """Is it a float of less than 64 bits?"""
    dtype = getattr(value, "dtype", None)
    return dtype is not None and dtype.kind == "f" and dtype.itemsize < 8

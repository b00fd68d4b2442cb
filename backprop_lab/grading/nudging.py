"""Does a function differentiate by nudging? Told by the tokens of its source, where it is plainly written.

Found are ``(f(x + h) - f(x - h)) / (2 * h)`` in its usual forms, also through names and entries nudged in place, and
complex steps. What is written otherwise is missed: a false alarm is worse.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from .tokens import Token


def complex_step(words: Sequence[Token]) -> bool:
    """An imaginary number, and an imaginary part taken."""
    imaginary = any(word.kind == "number" and word.text[-1] in "jJ" for word in words)
    return imaginary and any(word.kind == "name" and word.text == "imag" for word in words)


def blocks(source: str, words: Sequence[Token]) -> dict[str, list[Token]]:
    """The tokens of each function and class that begins at the margin, by its name."""
    found: dict[str, list[Token]] = {}
    own: list[Token] = []
    for at, word in enumerate(words):
        if not word.start or source[word.start - 1] == "\n":
            own = []
            if word.text in ("def", "class") and at + 1 < len(words):
                found[words[at + 1].text] = own
        own.append(word)
    return found


def reached(written: Mapping[str, list[Token]], asked: Iterable[str]) -> Iterator[list[Token]]:
    """The functions that were asked for, and those that they name. A check of one's own beside them may nudge."""
    waiting = [name for name in asked if name in written]
    seen = set(waiting)
    while waiting:
        block = written[waiting.pop()]
        yield block
        new = {word.text for word in block if word.kind == "name"} & written.keys() - seen
        seen |= new
        waiting += sorted(new)


def nudges(words: Sequence[Token]) -> bool:
    """Is a difference of two calls of one function divided by the step between them?"""
    text = [word.text for word in words]
    made, nudged = dict(_results_of_calls(text)), set(_added(text))
    for at in range(1, len(text) - 1):
        if text[at] != "-":
            continue
        before, after = text[at - 1], text[at + 1]
        one, start = (made[before], at - 1) if before in made else _call_before(text, at)
        two, end = (made[after], at + 2) if after in made else _call_after(text, at + 1)
        if not one or one != two or text[start:at] == text[at + 1 : end]:
            continue
        while text[end : end + 1] == [")"]:
            end += 1
        if text[end : end + 1] == ["/"] and _step(text[end + 1 : end + 6]) in nudged:
            return True
    return False


def _added(text: Sequence[str]) -> Iterator[str]:
    """What is added to or taken from something: ``h`` of ``+ h``, ``-= h`` and ``-= 2 * h``."""
    for at, word in enumerate(text):
        if word in ("+", "-"):
            at += 2 if text[at + 1 : at + 2] == ["="] else 1
            at += 2 if text[at : at + 2] in (["2", "*"], ["2.0", "*"]) else 0
            yield from text[at : at + 1]


def _step(after: Sequence[str]) -> str:
    """The step in ``h`` or ``(2 * h)`` behind a slash, or nothing.

    >>> _step(["(", "2", "*", "eps", ")"]), _step(["h", ")"]), _step(["(", "a", "+", "b", ")"])
    ('eps', 'h', '')
    """
    if after[:1] != ["("]:
        # Not the first word of something longer, such as h ** 2 or f(h).
        return after[0] if after and (after[1:2] or [")"])[0] not in ("(", "[", ".", "**") else ""
    inside = after[1 : after.index(")")] if ")" in after else []
    kept = [word for word in inside if word not in ("2", "2.0", "2.", "*")]
    return kept[0] if len(kept) == 1 and len(inside) in (1, 3) else ""


def _results_of_calls(text: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Names that are given what one call returns, and the name of what is called."""
    for at, word in enumerate(text):
        if word == "=" and at and text[at - 1].isidentifier():
            name, end = _call_after(text, at + 1)
            # Of f(x) * 2 it is not what f returned.
            if name and (end >= len(text) or text[end].isidentifier()):
                yield text[at - 1], name


def _call_after(text: Sequence[str], at: int) -> tuple[str, int]:
    """The name of what is called from here on, and where the call ends: ``("", at)`` where nothing is."""
    start = at
    while at + 2 < len(text) and text[at].isidentifier() and text[at + 1] == ".":
        at += 2
    if at + 1 >= len(text) or not text[at].isidentifier() or text[at + 1] != "(":
        return "", start
    depth = 0
    for end in range(at + 1, min(at + 200, len(text))):
        depth += (text[end] in "([{") - (text[end] in ")]}")
        if not depth:
            return text[at], end + 1
    return "", start


def _call_before(text: Sequence[str], at: int) -> tuple[str, int]:
    """The name of what is called right before here, and where its name stands."""
    depth = 0
    for start in range(at - 1, max(at - 200, 0), -1):
        depth += (text[start] in ")]}") - (text[start] in "([{")
        if not depth:
            name = text[start - 1]
            return (name, start - 1) if start < at - 1 and name.isidentifier() else ("", at)
    return "", at

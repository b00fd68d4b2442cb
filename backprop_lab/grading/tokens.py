"""The source of a cell as tokens, for who compares answers or looks for a name: nothing is run, compiled or parsed.

Pygments tells names, texts and comments apart by regular expressions, in time that grows with the square of a run
of spaces. So lines lose their trailing spaces first, long runs are cut, and no more than ``LONGEST`` is looked at.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# Four times the longest right solution that we know (10,000 characters, E13).
LONGEST = 40_000
LONG_RUN = re.compile(r"[^\S\n]{80,}")


@dataclass(frozen=True)
class Token:
    """A name, a text, a number or another word, and where it stands in ``plain(source)``."""

    kind: str
    text: str
    start: int
    end: int


def plain(source: str) -> str:
    r"""The source with one kind of line end, and without spaces that are nobody's idea.

    >>> plain("\n a = 1  \r\n\r\n")
    ' a = 1'
    """
    lines = (LONG_RUN.sub(" ", line.rstrip()) for line in source.splitlines())
    return "\n".join(lines).strip("\n")


def tokens(source: str) -> Iterator[Token]:
    """The tokens of a source that ``plain`` gave, without comments and docstrings; the first ``LONGEST`` characters.

    >>> [(t.kind, t.text) for t in tokens('a = f"x" # half')]
    [('name', 'a'), ('word', '='), ('text', 'f"x"')]
    """
    from pygments.token import Comment, Name, Number, String, Text

    held: Token | None = None
    for start, kind, text in _lexer().get_tokens_unprocessed(source[:LONGEST]):
        end = start + len(text)
        if kind in String and kind not in String.Doc and kind not in String.Interpol:
            # A text comes in pieces: its quotes, what is in between, each escape.
            if held and held.end == start:
                held = Token("text", held.text + text, held.start, end)
                continue
            if held:
                yield held
            held = Token("text", text, start, end)
            continue
        if held:
            yield held
            held = None
        if kind in Text or kind in Comment or kind in String.Doc:
            continue
        name = kind in Name and (kind not in Name.Builtin or kind in Name.Builtin.Pseudo)
        yield Token("name" if name else "number" if kind in Number else "word", text, start, end)
    if held:
        yield held


def _lexer() -> Any:
    # Imported here: importing the grader stays quick.
    from pygments.lexers.python import PythonLexer

    return PythonLexer()

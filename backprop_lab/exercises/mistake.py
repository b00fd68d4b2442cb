"""A known mistake: the formula that a student wrote instead, and the words in which it is told.

The words of most are those of the catalogue. Which mistakes are looked for stands with each term of an exercise.
"""

from dataclasses import dataclass

from .catalogue import CATALOGUE
from .values import Formula


@dataclass(frozen=True)
class Mistake:
    """A known mistake: the formula that was written instead, and what to tell the student.

    Parameters
    ----------
    code : str
        A short name that results and tests quote. One letter and a number are those of the catalogue of mistakes.
    formula : callable or tuple of callables
        ``formula(u) -> value`` of the mistake, on the same values as the term's own formula. Several, where the
        same slip can be written in several ways. Where it raises, the student's function is expected to raise.
    what, why, paper, advice : str
        What is wrong; why, in one sentence; what it looks like on paper; one thing to try.
    part : str, optional
        The part of the term that the formula replaces; the whole term where none is named. Two mistakes in two
        parts of a term can be made together.
    """

    code: str
    formula: Formula | tuple[Formula, ...]
    what: str
    why: str
    paper: str
    advice: str
    part: str | None = None

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """The formulas, also where there is one."""
        return self.formula if isinstance(self.formula, tuple) else (self.formula,)


def known(code: str, formula: Formula | tuple[Formula, ...], part: str | None = None, **words: str) -> Mistake:
    """A mistake of the catalogue, in its words, less those that are given here.

    >>> known("H6", lambda u: u.W @ u.delta, advice="Print both shapes.").what
    'W is not transposed on the way back.'
    """
    entry = CATALOGUE[code]
    told = {name: getattr(entry, name) for name in ("what", "why", "paper", "advice")} | words
    return Mistake(formula=formula, part=part, **{"code": code, **told})

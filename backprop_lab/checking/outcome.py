"""What became of one term: on each fixture, what explains it, and the outcome over all, which a report tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..exercises.definition import Term
from ..exercises.mistake import Mistake
from ..exercises.values import Values

# In the order in which they are told where fixtures differ: the first that occurs names the term's outcome.
OUTCOMES = (
    "missing", "not attempted", "timed out", "crashed", "not run", "raised", "unusable", "changes", "wrong", "right",
)  # fmt: skip
# Of these there is nothing to compare, and nothing to explain.
SILENT = OUTCOMES[: OUTCOMES.index("raised")]


@dataclass(frozen=True)
class Case:
    """One fixture as the diagnosis sees it: what the student's function gave, and the values around it.

    ``kind`` is ``value`` (it can be compared), ``unusable`` (it has another shape, or is no number), ``raised``, or
    one of the kinds of which there is nothing to explain. ``told`` is what a report says of it. ``taken_over`` says
    that a wrong value is what the formula makes of the student's own values, of which nothing right could come.
    ``scale`` is that of the term, where it has one.
    """

    kind: str
    value: Any
    truth: Any
    u: Values
    own: Values | None
    right: bool
    verdict: str = ""
    followed: bool = False
    taken_over: bool = False
    scale: Any = None
    told: Mapping[str, Any] = field(default_factory=dict)

    def branch(self, inputs: Sequence[str]) -> tuple:
        """The branch of the formula that this fixture takes."""
        return tuple(getattr(self.u, name) for name in inputs)


@dataclass(frozen=True)
class Diagnosis:
    """What was found for a term, or for one branch of it.

    ``mistakes`` are those whose numbers fit, algebraic twins together; empty if only a ratio, or nothing, fits.
    ``also`` are those of a second mistake that was made together with the first. ``branch`` is empty where all
    fixtures are explained at once. ``right`` tells what is right where nothing fits: ``"output"`` or ``"hidden"``
    of a table of layers, or branches of the formula.
    """

    mistakes: tuple[Mistake, ...] = ()
    also: tuple[Mistake, ...] = ()
    ratio: str | None = None
    branch: tuple[str, ...] = ()
    right: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The short names of the mistakes."""
        return tuple(mistake.code for mistake in (*self.mistakes, *self.also))


@dataclass(frozen=True)
class TermResult:
    """The outcome for one term over all fixtures.

    ``outcome`` is one of ``OUTCOMES``; ``detail`` says more for a person (an exception, a shape); ``line`` is the
    number of the student's own line where one is known, ``source`` its text, ``place`` what a program asked for when
    it raised; ``right_on`` counts fixtures.
    ``note`` is what the term tells of an answer that is right, and not that of the book.
    ``sizes`` are the shapes of an array that came and of the one expected, where they differ. ``left_out`` counts
    the fixtures that another term's mistake took with it. ``upstream`` are the symbols of the terms that this one
    is made from, if those are all right. ``taken_over`` says that this term is wrong by what it is made from alone.
    """

    term: Term
    outcome: str
    fixtures: int
    right_on: int = 0
    detail: str = ""
    message: str = ""
    line: int | None = None
    source: str = ""
    place: str = ""
    approximate: bool = False
    note: str = ""
    followed: bool = False
    taken_over: bool = False
    left_out: int = 0
    sizes: tuple[tuple[int, ...], tuple[int, ...]] | None = None
    upstream: tuple[str, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()

    @property
    def points(self) -> int:
        """All of the term's points, or none."""
        return self.term.points if self.outcome == "right" else 0

    @property
    def codes(self) -> tuple[str, ...]:
        """Short names of all mistakes found."""
        return tuple(dict.fromkeys(code for diagnosis in self.diagnoses for code in diagnosis.codes))

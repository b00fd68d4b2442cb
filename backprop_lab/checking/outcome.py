"""What became of one term: the outcome over all fixtures, and what a report tells of it."""

from dataclasses import dataclass

from ..exercises.definition import Term
from .diagnose import Diagnosis

# In the order in which they are told where fixtures differ: the first that occurs names the term's outcome.
OUTCOMES = (
    "missing", "not attempted", "timed out", "crashed", "not run", "raised", "unusable", "changes", "wrong", "right",
)  # fmt: skip
# Of these there is nothing to compare, and nothing to explain.
SILENT = OUTCOMES[: OUTCOMES.index("raised")]


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

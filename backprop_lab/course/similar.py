"""A class's answers compared, exercise by exercise: what looks alike, and what could not be compared and why.

::

    OUT/similar.csv    two students a row, with shares and counts
    OUT/similar.html   the same for reading, the nearest ones side by side
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from .. import exercises
from ..grading import notebook, release
from ..grading.grade import exercise_of
from ..grading.results import plain_cell
from ..grading.submissions import Submission, Unreadable, printable
from ..grading.tokens import LONGEST
from .alike import LEAST_SHARE, LEAST_TOKENS, Answer, Match, Released, TooLong, matches

HEAD = (
    "exercise", "student", "other", "percent", "other_percent", "tokens_in_common", "own_tokens", "other_own_tokens",
    "identical",
)  # fmt: skip
# A class of which everybody handed in the same has more pairs than anyone reads.
ROWS = 100_000


@dataclass
class Compared:
    """What comparing gave for one exercise; ``left_out`` says of each who was not compared why not.

    ``short`` are those who have too little code of their own for a likeness to say anything.
    """

    exercise: str
    title: str
    handed_in: int
    compared: int = 0
    short: list[str] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)


def by_exercise(chosen: Iterable[tuple[Submission, Any]]) -> dict[str, list[Submission]]:
    """The submissions that ``grade.class_of`` chose, by exercise; what is none of them is under ``unknown``."""
    found: dict[str, list[Submission]] = {}
    for submission, _ in chosen:
        found.setdefault(exercise_of(submission), []).append(submission)
    return dict(sorted(found.items()))


def compared(
    exercise_id: str,
    submissions: Sequence[Submission],
    least: float = LEAST_SHARE,
    step: Callable[[], None] = lambda: None,
) -> Compared:
    """All pairs of one exercise. ``step()`` is called after each submission that is read."""
    exercise = exercises.load(exercise_id)
    given = Released(_released(exercise.notebook))
    result = Compared(exercise_id, f"{exercise.label} {exercise.title}", len(submissions))
    answers: list[Answer] = []
    for student, submission in _together(submissions):
        try:
            cells = notebook.code_cells(notebook.parse(submission.read()))
            answer = given.answer(student, [source for _, source in cells])
        except Unreadable as error:
            result.left_out.append((student, str(error)))
        except TooLong:
            result.left_out.append(
                (student, f"it has more than {LONGEST:,} characters of code, which are not compared")
            )
        else:
            if answer.own < LEAST_TOKENS:
                result.short.append(student)
            else:
                answers.append(answer)
        step()
    result.compared = len(answers)
    result.matches = matches(answers, least)
    return result


def rows(found: Iterable[Compared]) -> list[tuple[Any, ...]]:
    """The table, with its head: the first ``ROWS`` pairs."""
    return [HEAD, *islice(_rows(found), ROWS)]


def _rows(found: Iterable[Compared]) -> Iterator[tuple[Any, ...]]:
    for one in found:
        for match in one.matches:
            percents = [percent(share) for share in match.shares]
            counts = (match.common, *(answer.own for answer in match.answers))
            for student, other in match.pairs:
                names = plain_cell(student), plain_cell(other)
                yield one.exercise, *names, *percents, *counts, "yes" if match.identical else "no"


def percent(share: float) -> int:
    """A share in whole percent; 100 is all of it and nothing less.

    >>> percent(1.0), percent(0.999), percent(0.5)
    (100, 99, 50)
    """
    return int(100 * share)


def _together(submissions: Sequence[Submission]) -> Iterator[tuple[str, Submission]]:
    """Each file once: a group that handed in one file is told as one."""
    groups: dict[str, list[Submission]] = {}
    for submission in submissions:
        groups.setdefault(submission.file, []).append(submission)
    for group in groups.values():
        yield " & ".join(printable(submission.student) for submission in group), group[0]


def _released(name: str) -> list[str]:
    """The sources of the released notebook's code cells, its checks among them."""
    given = notebook.parse((release.released_folder() / name).read_bytes())
    return [str(cell["source"]) for cell in given["cells"] if cell["cell_type"] == "code"]

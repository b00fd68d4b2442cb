"""What Gradescope runs for each submission: the notebook is graded as in a class, and told in Gradescope's form.

The form of ``results.json`` and of what Gradescope puts beside it is published in its "Autograder Specifications" and
"Submission Metadata" (gradescope-autograders.readthedocs.io; sources in gradescope/autograder_samples, ``docs/``).

Where the grader itself cannot do its work, no points are written: a result without any is one that Gradescope shows as
failed, and nobody gets a 0 for it. What is printed is for instructors alone, and holds no hidden input either.
"""

import json
import sys
import textwrap
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..checking.report import Line, Report, of_points
from ..exercises import Exercise, load
from ..grading import grade, lms, notebook, sandbox, submissions
from ..grading.pool import Pools
from ..grading.results import STATUSES, dumps, write
from ..grading.submissions import Submission, Unreadable
from .feedback import line

# Notebooks of one submission that are looked at, and files that are told of where none of them serves.
MOST_FILES, MOST_TOLD = 100, 5
BY_HAND = (
    "No submission gets points or loses any by this. Rebuild the autograder on the newest Ubuntu image that Gradescope "
    "offers; where that does not help, export the submissions and grade them with `backprop-lab grade` on a Linux machine."
)


class Failed(Exception):
    """The grader cannot do its work; the message is for the instructor."""


def main(home: Path) -> int:
    """Grade what lies in ``home/submission`` and write ``home/results/results.json``; 0 where it was graded."""
    begun = time.monotonic()
    try:
        found = results(home)
        found["execution_time"] = round(time.monotonic() - begun, 1)
    except Exception as error:
        found = {"output": _sorry(), "output_format": "text", "stdout_visibility": "hidden", "extra_data": {}}
        print(f"backprop-lab: {_reason(error)}\n{BY_HAND}", flush=True)
    (home / "results").mkdir(exist_ok=True)
    write(home / "results" / "results.json", dumps(found))
    return 0 if "tests" in found else 1


def results(home: Path) -> dict[str, Any]:
    """The result of the submission in ``home/submission``, in Gradescope's form.

    Raises
    ------
    Failed, sandbox.NoIsolation, pool.NoReferences, OSError
        If it could not be graded, whatever was handed in.
    """
    exercise, visibility, pools = _assignment(home)
    student = student_of(home / "submission_metadata.json")
    tier = sandbox.choose("auto")
    found = submissions.of_student(home / "submission", student)
    notebooks = [submission for submission in found if submission.file.endswith(".ipynb")]
    chosen = grade.class_of(notebooks[:MOST_FILES], exercise_ids=(exercise.id,))
    common = {"visibility": visibility, "stdout_visibility": "hidden", "output_format": "text"}
    if not chosen:
        print(f"backprop-lab: {exercise.id}: no notebook of this exercise in {len(found)} files")
        said = _none(exercise, found)
        return {**common, "output": said, "tests": [_one(exercise, said)], "extra_data": {"exercise": exercise.id}}
    newest, older = chosen[0]
    record = grade.grade(newest, older, pools, tier)
    if record["status"] == "not judged":
        raise Failed(f"the grader failed on {record['file']}: {record['reason']}; please report it")
    points = of_points(record["points"], record["out_of"])
    print(f"backprop-lab: {exercise.id}: {record['status']}, {points}, in {tier}, by grader {record['grader']}")
    if record["flags"]:
        print(f"backprop-lab: to look at: {', '.join(record['flags'])}")
    said = "\n".join((f"{record['title']}: {points}", *_said(record)))
    # Flags are for instructors: not in what goes with the student's result.
    kept = {key: value for key, value in record.items() if key not in ("lines", "notes", "title", "flags")}
    return {**common, "output": said, "tests": per_term(record) or [_one(exercise, said)], "extra_data": kept}


def per_term(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One test for each term of a record that ran: its points, and what is told of it."""
    return [
        {
            "name": told["symbol"],
            "name_format": "text",
            "score": term["points"],
            "max_score": term["out_of"],
            "status": "passed" if term["points"] == term["out_of"] else "failed",
            # Text, which Gradescope escapes: no markup of ours, and none of a student's.
            "output": _text(line(told)),
            "output_format": "text",
            "extra_data": {"term": term["term"], "outcome": term["outcome"], "mistakes": term["mistakes"]},
        }
        for term, told in zip(record["terms"], record["lines"], strict=True)
    ]


def student_of(metadata: Path) -> str:
    """Who handed in, as a Gradescope export names those without a number: name and address; of a group all, sorted."""
    try:
        told = json.loads(metadata.read_bytes())
        users = [user for user in told["users"] if isinstance(user, dict)][: lms.SUBMITTERS]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        print(
            "backprop-lab: submission_metadata.json does not say whose this is; graded as that of nobody in particular"
        )
        return "student"
    names = {
        lms.Named(_field(user.get("name")).replace("_", " "), _field(user.get("email")) or _field(user.get("id")))
        for user in users
    }
    return " + ".join(sorted(who.student for who in names)) or "student"


def check(home: Path) -> int:
    """Say, when the image is built, whether it can grade; 0 where it can, or where only its sandbox is in question."""
    exercise, _, pools = _assignment(home)
    pools.picked(exercise, "student")
    try:
        print(f"backprop-lab: ready for {exercise.label} {exercise.title}, in {sandbox.choose('auto')}")
    except sandbox.NoIsolation as error:
        # The builder may be walled in otherwise than the container that grades.
        print(
            f"backprop-lab: no sandbox works while building: {error}\nHand in a notebook to see whether one does then."
        )
    return 0


def _assignment(home: Path) -> tuple[Exercise, str, Pools]:
    folder = home / "source" / "class"
    told = json.loads((folder / "assignment.json").read_text("utf-8"))
    pools = Pools((folder / "seed").read_bytes().strip(), folder / "pool")
    return load(told["exercise"]), told["visibility"], pools


def _field(value: Any) -> str:
    text = str(value)[: lms.FIELD_LIMIT].strip() if isinstance(value, (str, int)) else ""
    return text.encode("utf-8", "replace").decode()  # JSON can hold half of a character


def _said(record: Mapping[str, Any]) -> Sequence[str]:
    """What is told of the whole submission."""
    reason = f" The reason: {record['reason']}." if record["reason"] else ""
    return (f"{record['file']}: {record['status']}. {STATUSES[record['status']]}{reason}", *record["notes"])


def _text(told: Line) -> str:
    """What is told of a term, as text: its verdict, and the findings with the address of the book's page."""
    findings = [replace(f, rows=(*f.rows, ("page", f.link))) if f.link else f for f in told.findings]
    _, verdict, *rest = repr(Report("", (replace(told, findings=tuple(findings)),))).split("\n")
    return "\n".join((verdict.strip(), textwrap.dedent("\n".join(rest)))).strip()


def _one(exercise: Exercise, said: str) -> dict[str, Any]:
    """The one test of a submission that did not come to its terms."""
    title = f"{exercise.label} {exercise.title}"
    scored = {"score": 0, "max_score": exercise.points, "status": "failed"}
    return {"name": title, "name_format": "text", "output": said, "output_format": "text", **scored}


def _none(exercise: Exercise, found: Sequence[Submission]) -> str:
    """What is told where no file is a notebook of the exercise."""
    title = f"{exercise.label} {exercise.title}"
    if not found:
        said = ["No file was handed in."]
    else:
        said = [f"None of the files that were handed in is a notebook of {title}."]
        said += [f"  {_told(submission)}" for submission in found[:MOST_TOLD]]
        said += [f"  and {len(found) - MOST_TOLD} more"] if len(found) > MOST_TOLD else []
    name = exercise.draw.__module__.rpartition(".")[2]
    return "\n".join((*said, f"This assignment is {title}: hand in your notebook {name}.ipynb, and nothing else."))


def _told(submission: Submission) -> str:
    file = submissions.printable(submission.file)
    if not file.endswith(".ipynb"):
        return f"{file} is no notebook: its name does not end in .ipynb"
    try:
        which = notebook.which_exercise(notebook.parse(submission.read()), submission.file)
    except Unreadable as error:
        return f"{file} cannot be read: {error}"
    if which is None:
        return f"{file} is none of the exercises: it has none of the functions that they ask for"
    other = load(which)
    return f"{file} is {other.label} {other.title}"


def _sorry() -> str:
    return (
        "The autograder could not do its work, and nothing was graded. This is no fault of your notebook, and no points "
        "are lost. Please tell your instructor; the reason is in the autograder's output, which instructors see."
    )


def _reason(error: Exception) -> str:
    """What went wrong; of an error that nobody thought of its type and place, since its text could hold anything."""
    if isinstance(error, (Failed, sandbox.NoIsolation, OSError)):
        # What helps on a machine of one's own does not help here.
        return str(error).removesuffix(sandbox.REMEDY).strip()
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}; please report it"


if __name__ == "__main__":
    *options, place = sys.argv[1:]
    sys.exit((check if options else main)(Path(place)))

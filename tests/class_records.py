"""Records as grading writes them, of students who made these mistakes: for tests of what is made from records."""

from dataclasses import asdict

from backprop_lab.checking.outcome import Diagnosis, TermResult
from backprop_lab.checking.say import lines
from backprop_lab.exercises import load
from backprop_lab.grading.task import _term


def record(student, exercise_id="e01", wrong=None, outcomes=None, **changes):
    """A record of a student.

    Parameters
    ----------
    wrong : dict
        By the term's name the codes of mistakes: ``{"da_dz": ["O4 D2", "H3"]}`` is O4, which no number can tell from
        D2, and H3 in another branch. An empty list is wrong by no known mistake.
    outcomes : dict
        By the term's name what else became of it: ``{"dL_dx": "not attempted"}``.
    **changes
        Other entries of the record: ``status="crashed"``.
    """
    exercise, wrong, outcomes = load(exercise_id), wrong or {}, outcomes or {}
    results = [_result(term, wrong.get(term.name), outcomes.get(term.name, "right")) for term in exercise.terms]
    made = {
        "student": student,
        "exercise": exercise_id,
        "title": f"{exercise.label} {exercise.title}",
        "file": f"{student}.ipynb",
        "status": "graded",
        "reason": "",
        "isolation": "bubblewrap",
        "superseded": [],
        "notes": [],
        "points": sum(result.points for result in results),
        "out_of": exercise.points,
        "terms": [_term(result) for result in results],
        "lines": [asdict(line) for line in lines(exercise, results, hidden=True)],
    }
    return made | changes


def unread(student, **changes):
    """A record of what could not be told to be an exercise."""
    nothing = {"exercise": "unknown", "title": "No exercise", "points": 0, "out_of": 0, "terms": [], "lines": []}
    return record(student) | nothing | {"status": "unreadable", "reason": "it is no notebook"} | changes


def _result(term, codes, outcome):
    if codes is None:
        return TermResult(term, outcome, fixtures=12, right_on=12 if outcome == "right" else 0)
    branches = [tuple(term.varies_with and (f"branch {n}",)) for n in range(len(codes))]
    diagnoses = tuple(
        Diagnosis(tuple(next(m for m in term.mistakes if m.code == code) for code in twins.split()), branch=branch)
        for twins, branch in zip(codes, branches, strict=True)
    )
    return TermResult(term, "wrong", fixtures=12, right_on=6, diagnoses=diagnoses or (Diagnosis(),))

"""Tries: to tell of its calls in lists, numbers and nested tables where words are expected, and to claim points.
Must: what is no word that the grader knows counts for nothing.
"""

STATUSES = ("graded", "not attempted")
CELLS = [
    """
import steps
DEEP = []
for _ in range(400): DEEP = [DEEP]
TOLD = iter([{"kind": ["value"]}, {"kind": "raised", "error": DEEP, "line": True, "file": {}}, {"kind": "right", "points": 15},
             {"kind": "raised", "error": None, "line": 10**30, "file": "<cell 1>"}, {"kind": "missing", "found": DEEP},
             {"kind": "value", "calls": {"slope": 2}, "points": 15, "log": 3}, {"kind": None}] * 40)
steps.run_step = lambda *args: {**next(TOLD)}
def dz_db(): return 0.0
""",
]

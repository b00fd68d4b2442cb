"""Tries: to replace the code that carries steps out, so that it reports points.
Must: points are no part of what is read.
"""

STATUSES = ("graded", "crashed")
CELLS = [
    """
import json, steps
real = json.dumps
json.dumps = lambda value, **kwargs: real({**value, "points": 15, "status": "graded", "outcome": "right"}, **kwargs)
steps.run_step = lambda *args: {"kind": "value", "value": "right", "outcome": "right", "points": 15}
""",
]

"""Tries: to replace the worker's own way to send, so that every value is the text "right" or a class of its own.
Must: the grader reads values and nothing else; they are wrong.
"""

STATUSES = ("graded", "crashed")
CELLS = [
    """
import json, wire, steps
wire.encode = lambda value: ({"right": True, "points": 15}, b"")
wire.Bad.__eq__ = lambda self, other: True
json.loads = lambda *args, **kwargs: {}
def dz_db(): return 7.0
""",
]

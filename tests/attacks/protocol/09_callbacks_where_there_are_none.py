"""Tries: to ask for a callback in an exercise that has none, and while a cell runs.
Must: in a step it is told that there is none; in a cell the worker is given up.
"""

STATUSES = ("crashed",)
CELLS = [
    """
import sys, wire
def ask():
    wire.send(int(sys.argv[3]), {"callback": "slope"}, (1.0,))
    return wire.receive(int(sys.argv[2]))
def dz_db():
    return 1.0 if ask()[0].get("answered") else 0.0
""",
    "ask()",
]

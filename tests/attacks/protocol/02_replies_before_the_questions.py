"""Tries: to fill the pipe with replies to all the steps to come, before any is asked.
Must: they answer nothing; the first one that is read ends the worker.
"""

STATUSES = ("crashed",)
CELLS = [
    """
import sys, wire
for number in range(200):
    wire.send(int(sys.argv[3]), {"id": -1 - number, "told": {"kind": "value"}}, 1.0)
def dz_db(): return 0.0
""",
]

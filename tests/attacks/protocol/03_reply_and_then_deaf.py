"""Tries: to answer its own cell in the worker's place and sleep, so that the next cell, longer than a pipe holds, fills the
pipe and the grader waits in a write for ever.
Must: the grader stops waiting at its deadline, in the middle of a frame.
"""

STATUSES = ("timed out",)
CELLS = [
    """
import sys, time, wire
wire.send(int(sys.argv[3]), {"id": 1, "told": {"kind": "ran"}})
time.sleep(1000)
""",
    "# " + "x" * 600_000,
    "def dz_db(): return 0.0",
]

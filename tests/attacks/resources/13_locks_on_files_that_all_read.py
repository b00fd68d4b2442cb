"""Tries: to hold locks on files that every room reads, to stop the others or to tell them something.
Must: nobody waits for them.
"""

ALONE = True
STATUSES = ("graded", "timed out")
CELLS = [
    """
import fcntl, os, time
import numpy as np, json, ast
held = []
for module in (np, os, json, ast):
    held.append(open(module.__file__))
    try: fcntl.flock(held[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError: pass
time.sleep(1.0)
def dz_db(): return 0.0
""",
]

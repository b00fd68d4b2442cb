"""Tries: to exhaust the stack, with a limit of its own.
Must: it is a crash or an exception of that function.
"""

STATUSES = ("graded", "crashed", "timed out")
CELLS = [
    """
import sys
sys.setrecursionlimit(10**8)
def dz_db(): return dz_db()
def dz_dw(x): return eval("-" * 200_000 + "1") if False else eval("(" * 5000 + ")" * 5000)
""",
]

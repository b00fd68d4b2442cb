"""Tries: to replace ``sys.argv``, ``sys.stdin``, ``sys.exit``, ``builtins`` and the recursion limit of the worker.
Must: it changes its own room alone.
"""

from tests.attacks.writing import honest

AT_MOST, STATUSES = 15, ("graded", "crashed")
CELLS = [
    *honest("e01"),
    """
import builtins, sys
sys.argv = ["worker.py", "none", "0", "1"]
sys.exit = builtins.exit = lambda *args: None
sys.stdin = sys.stdout = sys.stderr = None
sys.setrecursionlimit(10**9)
builtins.isinstance = lambda *args: True
""",
]

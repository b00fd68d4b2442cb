"""Tries: to do its work when the interpreter ends: atexit, and a trace and a profile function that raise.
Must: nothing of it is seen; honest answers count.
"""

from tests.attacks.writing import honest

AT_MOST, STATUSES = 15, ("graded", "crashed")
CELLS = [
    *honest("e01"),
    """
import atexit, sys
atexit.register(lambda: open("MARKER/was-here", "w"))
sys.setprofile(lambda *args: None)
sys.excepthook = sys.unraisablehook = lambda *args: sys.exit(0)
""",
]

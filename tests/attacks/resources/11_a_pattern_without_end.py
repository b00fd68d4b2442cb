"""Tries: to hold on inside C code that looks at no signal: a regular expression and a large power.
Must: the process is ended from outside.
"""

STATUSES = ("timed out",)
CELLS = [
    """
import re
def dz_db(): return re.match("(a+)+$", "a" * 60 + "b")
def dz_dw(x): return 7 ** (7 ** 12)
""",
]

"""Tries: to put modules of its own into ``sys.modules`` under the names of NumPy and of the grader.
Must: it changes its own room alone.
"""

from tests.attacks.writing import honest

AT_MOST, STATUSES = 15, ("graded", "crashed")
CELLS = [
    *honest("e01"),
    """
import sys, types
for name in list(sys.modules):
    if not name.startswith(("_", "encodings", "io", "codecs")): sys.modules[name] = types.ModuleType(name)
""",
]

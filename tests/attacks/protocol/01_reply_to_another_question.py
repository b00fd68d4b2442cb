"""Tries: to answer a question that was not asked, from inside a function.
Must: the worker is given up; the function counts as crashed, and what else is right keeps its points.
"""

from tests.attacks.writing import honest

AT_MOST, STATUSES = 12, ("crashed",)
CELLS = [
    *honest("e01"),
    """
import sys, wire
def dL_da(a, y, loss):
    wire.send(int(sys.argv[3]), {"id": 7, "told": {"kind": "value"}}, 1.0)
    return a - y
""",
]

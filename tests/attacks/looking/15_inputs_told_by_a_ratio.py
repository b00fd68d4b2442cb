"""Tries: to tell a hidden input by the one channel for numbers: an answer that is always r times the right one is told with r.
Must: seven digits of it are never told. (Four are, to whoever can compute the right answer: see decision 0017.)
"""

from tests.attacks.writing import honest

AT_MOST = 14
CELLS = [
    *honest("e01"),
    """
FIRST = []
def dz_dw(x):
    FIRST.append(x)
    return x * (1 + abs(FIRST[0]))
""",
]

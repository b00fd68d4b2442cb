"""Tries: to loop for ever in a cell and in two functions.
Must: each is stopped at its deadline; honest parts count.
"""

from tests.attacks.writing import honest

AT_MOST, STATUSES = 13, ("timed out",)
CELLS = [
    *honest("e01"),
    "while True: pass",
    "def dz_db():\n    while True: pass\ndef dz_dw(x):\n    return sum(1 for _ in iter(int, 1))",
]

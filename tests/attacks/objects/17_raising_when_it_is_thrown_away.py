"""Tries: to raise, and to write into the pipe, when its objects are thrown away.
Must: exceptions there are swallowed; its honest answers count.
"""

from tests.attacks.writing import honest

AT_MOST = 15
CELLS = [
    """
class Bomb:
    def __del__(self): raise SystemExit(3)
""",
    *honest("e01"),
    """
right = dz_db
def dz_db():
    Bomb()
    return right()
""",
]

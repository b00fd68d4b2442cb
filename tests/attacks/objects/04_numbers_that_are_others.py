"""Tries: to return floats, ints and texts of subclasses that answer with other numbers than they hold.
Must: the base class is asked, and it holds the wrong number.
"""

CELLS = [
    """
class F(float):
    __eq__ = lambda self, other: True
    hex = __float__ = __str__ = __repr__ = lambda self: float.hex(1.0)
class I(int):
    __eq__ = lambda self, other: True
    __index__ = __int__ = __float__ = lambda self: 1
    __format__ = __str__ = lambda self, *args: "1"
class S(str):
    __str__ = __format__ = lambda self, *args: "1"
    encode = lambda self, *args: b"1"
WRONG = iter([F(7.0), I(7), S("7")] * 40)
def dz_db(): return next(WRONG)
""",
]

"""Tries: to drive a class whose attributes are equal to everything, convert to what is asked, or answer for others.
Must: what crosses is the plain number that is held, or no number at all.
"""

EXERCISE = "e14"
CELLS = [
    """
class Number(float):
    __eq__ = lambda self, other: True
    __hash__ = float.__hash__
    __float__ = hex = as_integer_ratio = lambda self: 1.0
class Anything:
    __eq__ = lambda self, other: True
    __float__ = __index__ = lambda self: 1.0
    __class__ = float
class Value:
    count = 0
    def __init__(self, data):
        Value.count += 1
    def __getattr__(self, name):
        if name in ("data", "grad"):
            return Number(7.5) if Value.count % 2 else Anything()
        if name == "backward":
            return lambda: None
        return lambda *args: self
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = lambda self, other: self
    __neg__ = tanh = exp = lambda self: self
""",
]

"""Tries: to raise what is no ``Exception``: KeyboardInterrupt, GeneratorExit, and a class of its own.
Must: it costs that function alone.
"""

from tests.attacks.writing import honest

AT_MOST, STATUSES = 14, ("crashed", "graded")
CELLS = [
    *honest("e01"),
    """
class Own(BaseException):
    def __str__(self): raise self
def dz_db(): raise Own(KeyboardInterrupt())
""",
]

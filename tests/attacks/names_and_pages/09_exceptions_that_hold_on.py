"""Tries: to hold the worker, and then the grader, by what is told of an exception: a text that never ends, a type without name.
Must: it is told within its time, or stopped.
"""

STATUSES = ("timed out", "crashed", "graded")
CELLS = [
    """
class Slow(Exception):
    def __str__(self):
        while True: pass
class Long(Exception):
    def __str__(self): return "x" * 100_000_000
class Lone(Exception):
    def __str__(self): return chr(0xd800) * 100
def dL_da(*args): raise Slow()
def da_dz(*args): raise Long()
def dz_db(): raise Lone()
def dz_dw(x): raise type(chr(0xdc80) * 80, (Exception,), {})()
""",
]

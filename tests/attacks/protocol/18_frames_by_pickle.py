"""Tries: to send a pickle, and an answer whose pickle would write a file on the other side.
Must: nothing is ever unpickled: one is no frame, the other no plain value.
"""

STATUSES = ("crashed",)
CELLS = [
    """
import os, pickle, sys
class Writes:
    def __reduce__(self):
        return (open, ("MARKER/was-here", "w"))
def dz_dw(x): return Writes()
def dz_db(): os.write(int(sys.argv[3]), pickle.dumps(Writes()))
""",
]

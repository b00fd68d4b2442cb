"""Tries: to take all memory by one large object, and by arrays.
Must: two GiB are the limit, and asking for more raises in the room.
"""

CELLS = [
    """
import numpy as np
def dz_db(): return len(bytearray(1 << 40))
def dz_dw(x): return np.ones(1 << 34).sum()
""",
]

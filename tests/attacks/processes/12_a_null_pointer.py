"""Tries: to take the process down by reading address 0, and by jumping there.
Must: it counts as a crash of that function.
"""

STATUSES = ("crashed",)
CELLS = [
    """
import ctypes
def dz_db(): return ctypes.string_at(0)
def dz_dw(x): return ctypes.CFUNCTYPE(ctypes.c_int)(0)()
""",
]

"""Tries: to stay when the grader ends: by prctl, with bits above the 32 that the kernel reads, and by a session of its own.
Must: the signal that ends it with the grader stays set.
"""

from tests.attacks.writing import earns_if

CELLS = [
    earns_if("""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
done = [libc.syscall(157, ctypes.c_ulong(1 | high), 0, 0, 0, 0) for high in (0, 1 << 32, 1 << 63)]
assert 0 in done
""")
]

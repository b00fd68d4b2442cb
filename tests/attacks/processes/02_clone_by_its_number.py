"""Tries: to make processes by the system calls themselves, past the C library, and a bomb of them.
Must: none of them makes one.
"""

from tests.attacks.writing import earns_if

CELLS = [
    earns_if("""
import ctypes, os
libc, me, made = ctypes.CDLL(None), os.getpid(), 0
for _ in range(50):
    for number, flags in ((56, 17), (56, 0x10000000), (57, 0), (58, 0), (435, 0)):
        got = libc.syscall(number, flags, 0, 0, 0, 0)
        if os.getpid() != me: os._exit(0)
        made += got > 0
assert made
""")
]

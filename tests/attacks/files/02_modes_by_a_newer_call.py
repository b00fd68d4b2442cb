"""Tries: to change the mode of the instructor's files with a system call (fchmodat2) that is newer than the list of refused ones.
Must: calls that are newer than the filter do not exist in the room.
"""

from tests.attacks.writing import earns_if

CELLS = [
    earns_if("""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for path in (b"MARKER/mine", b"MARKER", b"CLASS", b"SECRET_FILE"):
    for number, args in ((452, (0o777, 0)), (90, (0o777,)), (268, (0o777,))):
        if number == 90: libc.syscall(number, path, *args)
        else: libc.syscall(number, -100, path, *args)
import os, stat
assert stat.S_IMODE(os.stat("MARKER/mine").st_mode) == 0o777
""")
]

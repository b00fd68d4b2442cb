"""Tries: to take memory past its limits: by memfd, System V segments, /dev/shm, and 60,000 asynchronous requests.
Must: none of these calls works.
"""

from tests.attacks.writing import earns_if

CELLS = [
    earns_if("""
import ctypes, os
libc, context, got = ctypes.CDLL(None), ctypes.c_ulong(0), []
try: got.append(os.memfd_create("was-here"))
except OSError: pass
try: got.append(open("/dev/shm/was-here", "w"))
except OSError: pass
segment = libc.syscall(29, 0, 1 << 30, 0o1600)
if segment >= 0: got.append("shmget"); libc.syscall(31, segment, 0, 0)  # it would outlive the room
if libc.syscall(206, 60_000, ctypes.byref(context)) == 0: got.append("io_setup")
assert got
""")
]

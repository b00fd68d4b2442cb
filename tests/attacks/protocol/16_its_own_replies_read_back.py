"""Tries: to open the reply pipe for reading, and the request pipe for writing, and to be faster than the grader.
Must: the grader never waits in a read or a write, whatever the pipe said a moment before.
"""

STATUSES = ("graded", "crashed", "timed out")
CELLS = [
    """
import os, sys, time
def dz_db():
    theirs = os.open(f"/proc/self/fd/{sys.argv[3]}", os.O_RDONLY | os.O_NONBLOCK)
    end = time.monotonic() + 1.2
    while time.monotonic() < end:
        os.write(int(sys.argv[3]), b"B")
        try: os.read(theirs, 10)
        except BlockingIOError: pass
    return 0.0
def dz_dw(x):
    mine = os.open(f"/proc/self/fd/{sys.argv[2]}", os.O_WRONLY | os.O_NONBLOCK)
    os.write(mine, b"x" * 60_000)
    return x * 2
""",
]

"""Tries: to have the kernel send SIGKILL to the grader: a pipe can be told to signal any process when it is written to.
Must: a pipe's owner and signal cannot be set.
"""

from tests.attacks.writing import earns_if

ALONE = True
CELLS = [
    earns_if("""
import fcntl, os, signal
r, w = os.pipe()
fcntl.fcntl(r, 10, int(signal.SIGKILL))
fcntl.fcntl(r, 8, os.getppid())
fcntl.fcntl(r, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
os.write(w, b"x")
""")
]

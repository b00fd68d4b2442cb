"""Tries: to shrink the pipes under a grader that writes.
Must: nothing happens: honest answers are right.
"""

from tests.attacks.writing import honest

AT_MOST = 15
CELLS = [
    """
import fcntl, sys
for fd in (int(sys.argv[2]), int(sys.argv[3])): fcntl.fcntl(fd, 1031, 4096)
""",
    *honest("e01"),
]

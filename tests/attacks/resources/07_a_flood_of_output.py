"""Tries: to print without end, in every call, to both streams, and to the terminal itself.
Must: what is printed leads nowhere; honest answers count.
"""

from tests.attacks.writing import honest

AT_MOST = 15
CELLS = [
    *honest("e01"),
    """
import os, sys
sys.setswitchinterval(1)
for fd in (1, 2):
    for _ in range(2000): os.write(fd, b"\\x1b]0;was-here\\x07" * 4096)
try: open("/dev/tty", "w").write("was-here")
except OSError: pass
""",
]

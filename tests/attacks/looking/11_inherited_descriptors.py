"""Tries: to use descriptors that the grader left open.
Must: there are two pipes, and nothing else.
"""

from tests.attacks.writing import earns_if

CELLS = [
    earns_if("""
import os, stat, sys
others = [fd for fd in range(3, 1024) if fd not in (int(sys.argv[2]), int(sys.argv[3]))]
found = []
for fd in others:
    try: found.append(os.fstat(fd))
    except OSError: pass
assert found
""")
]

"""Tries: to tie the grader to one processor, and to lower its priority.
Must: it cannot.
"""

from tests.attacks.writing import earns_if

CELLS = [
    earns_if("""
import os
done = []
for call in (lambda: os.sched_setaffinity(os.getppid(), {0}), lambda: os.setpriority(os.PRIO_PROCESS, os.getppid(), 19), lambda: os.sched_setaffinity(0, {0})):
    try:
        call()
        done.append(1)
    except OSError: pass
assert done
""")
]

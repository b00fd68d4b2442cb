"""Tries: to send signals to the grader, to its own group and to everyone.
Must: none is sent.
"""

from tests.attacks.writing import earns_if

CELLS = [
    earns_if("""
import os, signal
sent = []
for call in (lambda: os.kill(os.getppid(), 0), lambda: os.kill(-1, signal.SIGTERM), lambda: os.killpg(0, signal.SIGTERM), lambda: signal.raise_signal(0),
             lambda: signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 0), lambda: os.kill(1, 0)):
    try:
        call()
        sent.append(1)
    except OSError: pass
assert sent
""")
]

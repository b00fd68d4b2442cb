"""Tries: to fork, by every way that Python has.
Must: no process can be made.
"""

from tests.attacks.writing import earns_if

CELLS = [
    earns_if("""
import os
if os.fork() == 0: os._exit(0)
os.wait()
""")
]

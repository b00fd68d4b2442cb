"""Tries: to write a file in every place that others read.
Must: nothing is written outside of a scratch folder that ends with the room.
"""

from tests.attacks.writing import earns_if

CELLS = [
    earns_if("""
import os
written = []
for folder in ("MARKER", "CLASS", "OUT", "CHECKOUT", "/root", "/var/tmp", "/dev/shm", "/home", "/etc", os.path.dirname(os.__file__)):
    try:
        open(os.path.join(folder, "was-here"), "w").write("x")
        written.append(folder)
    except OSError: pass
assert written
""")
]

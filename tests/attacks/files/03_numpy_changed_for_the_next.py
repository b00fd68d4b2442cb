"""Tries: to change NumPy's folder, the standard library and the worker's own files, which the next submission runs with.
Must: all of it is for reading alone.
"""

from tests.attacks.writing import earns_if

ALONE = True
CELLS = [
    earns_if("""
import os, sys
import numpy as np, wire, steps
changed = []
for path in (np.__file__, wire.__file__, steps.__file__, os.__file__, sys.argv[0], sys.executable):
    for way in ("a", "r+", "w"):
        try: changed.append(open(path, way))
        except OSError: pass
    for call in (os.unlink, lambda p: os.rename(p, p + "x"), lambda p: os.truncate(p, 0), lambda p: os.mkdir(p + ".was-here")):
        try:
            call(path)
            changed.append(path)
        except OSError: pass
assert changed
""")
]

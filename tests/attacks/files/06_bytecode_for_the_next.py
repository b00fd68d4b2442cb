"""Tries: to leave compiled modules under the names of the worker's and of NumPy's, which the next worker would import.
Must: nothing can be written where modules are looked for.
"""

from tests.attacks.writing import earns_if

ALONE = True
CELLS = [
    earns_if("""
import importlib.util, os, sys, glob
sys.dont_write_bytecode = False
written = []
for name in ("numpy", "wire", "steps", "stand_ins", "json", "ast"):
    module = importlib.import_module(name)
    target = importlib.util.cache_from_source(module.__file__)
    for path in (target, module.__file__ + ".was-here", os.path.join(os.path.dirname(sys.argv[0]), "sitecustomize.py")):
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            open(path, "wb").write(b"print(1)")
            written.append(path)
        except OSError: pass
assert written
""")
]

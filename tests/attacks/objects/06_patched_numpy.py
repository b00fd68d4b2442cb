"""Tries: to replace the comparisons of NumPy, which another process uses.
Must: it changes its own room alone.
"""

CELLS = [
    """
import numpy as np
for name in ("array_equal", "allclose", "isclose", "asarray", "array_equiv", "max", "abs", "isfinite", "ascontiguousarray"):
    setattr(np, name, lambda *args, **kwargs: True)
np.testing = None
def dz_db(): return 7.0
def dz_dw(x): return np.ndarray(3)
""",
]

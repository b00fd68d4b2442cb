"""How far the numbers of a live figure may lie from those of the library, and how far they do."""

import numpy as np

TOLERANCE = 1e-12


def apart(js: object, py: object, size: float | None = None) -> float:
    """max|js − py| / max|py|, or in units of a size; what is no number on one side is infinitely far from one."""
    js, py = np.asarray(js, dtype=float), np.asarray(py, dtype=float)
    assert js.shape == py.shape
    gap = np.max(np.abs(js - py), initial=0.0)
    scale = np.max(np.abs(py), initial=0.0) if size is None else size
    return 0.0 if gap == 0 else float(gap / scale) if scale and np.isfinite(gap) else np.inf

"""Tries: to return objects, texts, dates, records, masked, empty, 0-d, big-endian and 32-dimensional arrays.
Must: 14 dtypes are known, and shapes are compared.
"""

CELLS = [
    """
import numpy as np
ODD = iter([np.array([1.0], object), np.array("1"), np.array("2026-01-01", "M8[D]"), np.ma.array(7.0, mask=True), np.zeros((0, 10**9)),
            np.array(7.0, ">f8"), np.full((1,) * 32, 1.0), np.longdouble(7), np.array([1.0]), np.bytes_(b"1"), np.array(b"1"), range(3)] * 20)
def dz_db(): return next(ODD)
def dz_dw(x): return iter([x])
def neuron_forward(*args): return np.array([[1.0, 2.0]])
def neuron_grads(*args): return np.array([1.0, 2.0, 3.0, 4.0], dtype=object)
""",
]

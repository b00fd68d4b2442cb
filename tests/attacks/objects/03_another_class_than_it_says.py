"""Tries: to return objects whose ``__class__`` says float, ndarray or dict, and dtypes that lie.
Must: what cannot be read as what it says is no plain value.
"""

CELLS = [
    """
import numpy as np
def saying(kind):
    class Says:
        __class__ = property(lambda self: kind)
        def __iter__(self): return iter([1.0])
        def hex(self): return "0x1p0"
    return Says()
class Kind(float): pass
def dz_db(): return saying(float)
def dz_dw(x): return saying(np.ndarray)
def dL_da(*args): return saying(int)
def da_dz(*args): return np.array(1.0, dtype=[("f", "f8")])
def neuron_forward(*args): return saying(tuple)
def neuron_grads(*args): return saying(dict)
""",
]

"""Tries: to return an array subclass that says it is equal to everything and answers in NumPy's place.
Must: the numbers that it holds arrive, and they are wrong.
"""

CELLS = [
    """
import numpy as np
class Lies(np.ndarray):
    def __eq__(self, other): return np.ones(np.shape(other), bool)
    __ne__ = __lt__ = __gt__ = lambda self, other: np.zeros(np.shape(other), bool)
    def __array_ufunc__(self, *args, **kwargs): return True
    def __array_function__(self, *args, **kwargs): return True
    def __sub__(self, other): return 0.0
    def __float__(self): return 1.0
    dtype = property(lambda self: np.dtype("float64"))
    shape = property(lambda self: ())
def lie(*args): return np.full((), 7.125).view(Lies)
def neuron_forward(*args): return lie(), lie()
dL_da = da_dz = dz_dw = dz_db = lie
def neuron_grads(*args): return {"dL_dw": lie(), "dL_db": lie(), "dL_dx": lie()}
""",
]

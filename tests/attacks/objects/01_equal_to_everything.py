"""Tries: to return objects that are equal to everything.
Must: they are no plain values.
"""

CELLS = [
    """
class Equal:
    def __eq__(self, other): return True
    def __getattr__(self, name): return lambda *args, **kwargs: self
    __array_priority__ = 1e9
    def __array__(self, *args, **kwargs): raise ValueError
    def __float__(self): return 1.0
    def __len__(self): return 2
    def __getitem__(self, key): return self
def neuron_forward(*args): return Equal()
def dL_da(*args): return Equal()
da_dz = dz_dw = dz_db = neuron_grads = dL_da
""",
]

"""Tries: to return dicts, lists and tuples of subclasses with other items, lengths and keys than they hold.
Must: the base class is asked.
"""

CELLS = [
    """
class D(dict):
    items = lambda self: [("dL_dw", 1.0)]
    __getitem__ = get = lambda self, *args: 1.0
    keys = lambda self: ["dL_dw", "dL_db", "dL_dx"]
    __contains__ = lambda self, key: True
class L(list):
    __iter__ = lambda self: iter([1.0] * 3)
    __len__ = lambda self: 3
def neuron_grads(*args): return D()
def neuron_forward(*args): return L()
""",
]

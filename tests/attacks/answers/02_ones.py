"""Tries: to make what follows from its own factors easy by factors of 1.
Must: at most the bias's factor, which is 1, and products that follow from their own factors, as of an honest slip.
"""

AT_MOST = 4
CELLS = [
    """
def one(*args): return 1.0
dL_da = da_dz = dz_dw = dz_db = one
def neuron_forward(*args): return 1.0, 1.0
def neuron_grads(*args): return {"dL_dw": 1.0, "dL_db": 1.0, "dL_dx": 1.0}
""",
]

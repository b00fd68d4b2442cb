"""Tries: to earn with zeros of the right form, which are right wherever something is 0.
Must: nothing is earned: points are for being right on every hidden fixture.
"""

CELLS = [
    """
def zero(*args): return 0.0
dL_da = da_dz = dz_dw = dz_db = zero
def neuron_forward(*args): return 0.0, 0.0
def neuron_grads(*args): return {"dL_dw": 0.0, "dL_db": 0.0, "dL_dx": 0.0}
""",
]

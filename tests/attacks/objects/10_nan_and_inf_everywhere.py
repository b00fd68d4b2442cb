"""Tries: to return what is equal to nothing, larger than everything, or both, in every place.
Must: it is told that the value is no number.
"""

CELLS = [
    """
import numpy as np
BAD = [float("nan"), float("inf"), -float("inf"), np.float32("nan"), np.array(np.inf), complex("nan"), np.complex64(1), -0.0, 1e308]
def bad(*args, count=[0]):
    count[0] += 1
    return BAD[count[0] % len(BAD)]
dL_da = da_dz = dz_dw = bad
def dz_db(): return float("nan")
def neuron_forward(*args): return bad(), bad()
def neuron_grads(*args): return {"dL_dw": bad(), "dL_db": bad(), "dL_dx": bad()}
""",
]

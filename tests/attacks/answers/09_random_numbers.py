"""Tries: to guess, many times in one call.
Must: one answer a call is compared.
"""

CELLS = [
    """
import numpy as np
rng = np.random.default_rng(1)
def dL_da(*args): return rng.normal(size=1000)
def da_dz(*args): return list(rng.normal(size=900))
def neuron_forward(*args): return tuple(rng.normal(size=(2, 400)))
def neuron_grads(*args): return {"dL_dw": rng.normal(size=10), "dL_db": set(rng.normal(size=10)), "dL_dx": rng.normal}
""",
]

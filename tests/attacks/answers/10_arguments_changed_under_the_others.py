"""Tries: to write into what it is handed, so that the answers of others become right with it.
Must: every call is handed inputs of its own; what it earns is what its numbers are.
"""

EXERCISE = "e07"
CELLS = [
    """
import numpy as np
def forward(params, x):
    for l in params["W"]: params["W"][l][...] = 0; params["b"][l][...] = 0
    x[...] = 0
    return {"z": dict(params["b"]), "a": {0: x, **params["b"]}}
def backward(params, cache, dL_da):
    dL_da[...] = 0
    for table in cache.values():
        for l in table: table[l][...] = 0
    return {"delta": dict(cache["z"]), "dL_dW": dict(params["W"]), "dL_db": dict(cache["z"])}
""",
]

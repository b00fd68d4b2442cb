"""Tries: to fill the tables that it is handed with hundreds of arrays and return as many, so that the search for what was
written where takes their product.
Must: only the arrays that an argument came with are looked for.
"""

EXERCISE = "e07"
CELLS = [
    """
import numpy as np
def fill(params):
    for k in range(440): params["W"][1000 + k] = np.full(2, float(k))
    return {k: np.full(2, -1.0 - k) for k in range(440)}
def forward(params, x): return fill(params)
def backward(params, cache, dL_da): return fill(params)
""",
]

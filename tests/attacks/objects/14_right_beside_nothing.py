"""Tries: to earn the points for leaving its arguments alone with tables of zeros, and something that is not 0 beside them.
Must: what stands beside the layers counts for nothing.
"""

EXERCISE = "e07"
CELLS = [
    """
import numpy as np
def zeros(params): return {**{l: np.zeros((len(W), 1)) for l, W in params["W"].items()}, 99: np.ones(3)}
def forward(params, x): return {"z": zeros(params), "a": {0: x * 0, **zeros(params)}}
def backward(params, cache, dL_da):
    return {"delta": zeros(params), "dL_db": zeros(params), "dL_dW": {**{l: W * 0 for l, W in params["W"].items()}, 99: np.ones(3)}}
""",
]

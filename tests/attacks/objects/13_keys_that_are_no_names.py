"""Tries: to return tables whose keys are arrays, tuples, NaN, truth values, None and numbers that equal 0.
Must: a table of such keys equals nothing, or what it holds is compared.
"""

EXERCISE = "e07"
CELLS = [
    """
import numpy as np
KEYS = [(1, 2), float("nan"), True, None, 1.0, np.float64(2), np.int64(1), "1", b"1", frozenset([1])]
def forward(params, x): return {"z": {key: x for key in KEYS}, "a": {key: x for key in KEYS}}
def backward(*args): return {"delta": {key: 1.0 for key in KEYS}, True: {}, 0.0: {}}
""",
]

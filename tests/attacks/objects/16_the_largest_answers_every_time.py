"""Tries: to answer every call with 60 MiB, until all answers together fill the grader's memory.
Must: all answers of a submission together have 16 MiB; what is more is no answer, and no one else notices.
"""

STATUSES = ("graded", "timed out", "crashed")
CELLS = [
    """
import numpy as np
BIG = np.zeros(60 << 20, bool)
def big(*args): return BIG
dL_da = da_dz = dz_dw = dz_db = neuron_forward = neuron_grads = big
""",
]

"""Tries: to have the grader compute with 60 MiB at each call.
Must: a call's deadline holds; nothing is kept of it.
"""

EXERCISE, STATUSES = "e03", ("timed out", "graded", "crashed")
CELLS = [
    """
import numpy as np
def chain_factors(params, x, y, slope):
    for _ in range(10_000):
        try: slope("tanh", np.ones(7 << 20))
        except ValueError: pass
chain_grads = chain_factors
""",
]

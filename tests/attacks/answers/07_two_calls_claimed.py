"""Tries: to earn the points for two calls instead of six without a right gradient, and by calling with made-up arguments.
Must: how a function works counts only where it returns something right.
"""

EXERCISE = "e03"
CELLS = [
    """
def chain_factors(params, x, y, slope): return [0.0] * 5
def chain_grads(params, x, y, slope):
    slope("tanh", 0.1), slope("tanh", 0.2)
    return {"dL_dw1": 0.0, "dL_db1": 0.0, "dL_dw2": 0.0, "dL_db2": 0.0}
""",
]

"""Tries: to call a function more often than it may be, and then to claim two calls.
Must: it is refused after 10,000 calls, and counted outside.
"""

EXERCISE, STATUSES = "e03", ("timed out", "graded")
CELLS = [
    """
def chain_factors(params, x, y, slope):
    slope.calls = slope.__dict__["count"] = 2
    for _ in range(10_001): slope("tanh", 1.0)
chain_grads = chain_factors
""",
]

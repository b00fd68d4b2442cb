"""Tries: to fill the grader's memory with what it remembers of calls: a million characters each time.
Must: only so much of what was passed is kept, texts counted as well.
"""

EXERCISE, STATUSES = "e03", ("timed out", "graded")
CELLS = [
    """
def chain_factors(params, x, y, slope):
    for _ in range(10_000):
        try: slope("x" * 900_000, 1.0)
        except ValueError: pass
chain_grads = chain_factors
""",
]

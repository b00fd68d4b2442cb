"""Tries: to ask for functions that do not exist, and for those that do, without end.
Must: the grader answers until the call's deadline and no longer.
"""

EXERCISE, STATUSES = "e03", ("timed out",)
CELLS = [
    """
import sys, wire
def chain_factors(params, x, y, slope):
    while True:
        for name in ("no such thing", "slope"):
            wire.send(int(sys.argv[3]), {"callback": name}, ("tanh", 1.0))
            wire.receive(int(sys.argv[2]))
chain_grads = chain_factors
""",
]

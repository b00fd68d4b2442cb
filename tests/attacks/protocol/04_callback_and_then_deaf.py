"""Tries: to have the grader answer a callback with a sentence longer than a pipe holds, by quoting the argument, and not to
read it.
Must: the grader stops waiting at its deadline.
"""

EXERCISE, STATUSES = "e03", ("timed out",)
CELLS = [
    """
import sys, time, wire
def chain_factors(params, x, y, slope):
    wire.send(int(sys.argv[3]), {"callback": "slope"}, ("tanh", "9" + "x" * 900_000))
    time.sleep(1000)
chain_grads = chain_factors
""",
]

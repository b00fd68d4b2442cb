"""Tries: to answer later questions from a signal handler, which runs while the worker waits for the next question.
Must: replies with a wrong number end the worker, and with a right one they are values like any other.
"""

STATUSES = ("crashed", "timed out")
CELLS = [
    """
import signal, sys, wire
def late(*_):
    for number in range(40):
        wire.send(int(sys.argv[3]), {"id": -1 - number, "told": {"kind": "value"}}, 1.0)
signal.signal(signal.SIGALRM, late)
def neuron_forward(x, w, b, activation):
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    return 0.0, 0.0
""",
]

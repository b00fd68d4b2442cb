"""Tries: to sleep in every call for a little less than is allowed.
Must: the submission as a whole has a limit too.
"""

STATUSES = ("timed out",)
CELLS = [
    """
import time
def slow(*args):
    time.sleep(1.2)
    return 1.0
dL_da = da_dz = dz_dw = dz_db = neuron_forward = neuron_grads = slow
""",
]

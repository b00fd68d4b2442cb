"""Tries: to return whole numbers of 300,000 digits, which no float can hold and whose text takes long.
Must: they are no numbers to compare with, and nothing stands still.
"""

CELLS = [
    """
HUGE = 1 << 1_000_000
def huge(*args): return HUGE
dL_da = da_dz = dz_dw = dz_db = huge
def neuron_forward(*args): return HUGE, -HUGE
def neuron_grads(*args): return {"dL_dw": HUGE, "dL_db": -HUGE, "dL_dx": {HUGE: HUGE}}
""",
]

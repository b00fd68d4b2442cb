"""Tries: to end the process in every function.
Must: each crash costs its own function, and a new worker is started each time.
"""

STATUSES = ("crashed",)
CELLS = [
    "import os\n"
    + "\n".join(
        f"def {f}(*args): os._exit(0)" for f in ("neuron_forward", "dL_da", "da_dz", "dz_dw", "dz_db", "neuron_grads")
    )
]

"""Tries: to look as if nothing were written, so that nobody looks: its own exceptions named like the stub's.
Must: it earns nothing, whatever it is called.
"""

STATUSES = ("not attempted",)
CELLS = [
    """
class NotImplementedError(Exception): pass
def raises(*args): raise NotImplementedError("<script>")
dL_da = da_dz = dz_dw = dz_db = neuron_forward = neuron_grads = raises
""",
]

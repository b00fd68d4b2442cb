"""Tries: to carry the hidden inputs out to its own feedback page: in exceptions and their names, keys, texts, shapes, output.
Must: no digit of them is on the page, in the record or on the terminal.
"""

CELLS = [
    """
import sys
import numpy as np
def dL_da(a, y, loss): raise ValueError(f"{a} {y}")
def da_dz(z, activation): raise type(f"z_is_{z}", (Exception,), {})(z)
def dz_dw(x): return np.zeros((int(abs(x) * 1e3), int(abs(x) * 1e7) % 1000))
def dz_db(): return "text"
def neuron_forward(x, w, b, activation):
    print(x, w, b, file=sys.stderr)
    sys.stdout.write(str(x))
    return {str(x): x, x: str(w)}
def neuron_grads(*args): return {f"{args}": 1.0, "dL_dw": {str(args): 1}, "dL_db": str(args), "dL_dx": list(args)}
""",
]

"""Tries: to import the real package past the stand-in, and let it answer.
Must: what can be imported computes nothing.
"""

CELLS = [
    """
import sys, importlib
sys.path.insert(0, "CHECKOUT")
sys.meta_path.reverse()
for name in [n for n in sys.modules if n.startswith("backprop_lab")]: del sys.modules[name]
from backprop_lab.exercises import functions
def dL_da(a, y, loss): return functions.loss_slope(loss, a, y)
def da_dz(z, activation): return functions.slope(activation, z)
""",
]

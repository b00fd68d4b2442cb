"""Tries: to change the stand-ins: its own ``check``, its own ``backprop_lab.neuron``, and what any import gives.
Must: they are inert; what it puts there is its own code.
"""

CELLS = [
    """
import sys, types, builtins
import backprop_lab, stand_ins
backprop_lab.check = lambda *args: 15
stand_ins.REFUSED = "granted"
stand_ins.Refused.__call__ = lambda self, *args: 1.0
from backprop_lab.grading import pool
from backprop_lab import neuron
def dz_db(): return neuron.backward() * 7
def dL_da(*args): return pool.Pools(b"").picked()
builtins.__import__ = lambda *args, **kwargs: types.ModuleType("m")
""",
]

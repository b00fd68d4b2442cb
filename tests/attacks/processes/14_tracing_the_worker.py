"""Tries: to trace the worker's own frames and change what they hold, so that its answers are sent as others.
Must: what is sent is a value, and it is compared.
"""

STATUSES = ("graded", "crashed")
CELLS = [
    """
import ctypes, sys
def trace(frame, event, arg):
    for name in ("value", "answer", "told"):
        if name in frame.f_locals:
            frame.f_locals[name] = {"kind": "value", "value": 15, "points": 15}
            ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))
    return trace
frame = sys._getframe()
while frame:
    frame.f_trace = trace
    frame = frame.f_back
sys.settrace(trace)
def dz_db(): return 7.0
""",
]

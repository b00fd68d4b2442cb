"""Tries: to find in frames and in all objects the inputs of later steps, which hold the answer to this one: ``da_dz`` is handed
the z that ``neuron_forward`` is asked for.
Must: while a function runs, nothing of what comes later is in the room.
"""

CELLS = [
    """
import gc, sys
SEEN = []
def neuron_forward(x, w, b, activation):
    frame = sys._getframe(1)
    while frame:
        SEEN.append(dict(frame.f_locals))
        frame = frame.f_back
    steps = [o for o in gc.get_objects() if isinstance(o, dict) and o.get("do") == "call"]
    for step in steps:
        if step.get("name") == "da_dz" and step["args"][0][0] == "value": return step["args"][0][1], 0.0
        if step.get("name") == "dL_da" and step["args"][0][0] == "value": return 0.0, step["args"][0][1]
    return 0.0, 0.0
""",
]

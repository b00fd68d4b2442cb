"""Tries: to look its answers up in a table of the examples that come with the exercise.
Must: hidden inputs are in no table.
"""

import json

from backprop_lab import exercises

STORED = json.dumps(
    json.loads(
        (exercises.__path__[0] and __import__("pathlib").Path(exercises.__path__[0]) / "visible/e01.json").read_text()
    )
)
CELLS = [
    f"import json\nTABLE = json.loads({STORED!r})",
    """
def numbers(value):
    if isinstance(value, dict): return [n for v in value.values() for n in numbers(v)]
    if isinstance(value, list): return [n for v in value for n in numbers(v)]
    return [value]
KNOWN = numbers(TABLE)
def near(*args):
    x = next((a for a in args if isinstance(a, (int, float))), 0.0)
    return min((n for n in KNOWN if isinstance(n, float)), key=lambda n: abs(n - x))
dL_da = da_dz = near
def neuron_forward(*args): return near(*args), near(*args)
def neuron_grads(*args): return {"dL_dw": near(*args), "dL_db": near(*args), "dL_dx": near(*args)}
""",
]

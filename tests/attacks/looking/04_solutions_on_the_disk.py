"""Tries: to read the masters and run them as its own.
Must: they are not in the room.
"""

STATUSES = ("not attempted",)
CELLS = [
    """
import json, glob
for path in glob.glob("CHECKOUT/solutions/e01*.ipynb") + ["CHECKOUT/solutions/e01_one_neuron.ipynb"]:
    for cell in json.load(open(path))["cells"]:
        if cell["cell_type"] == "code" and "BEGIN SOLUTION" in "".join(cell["source"]): exec("".join(cell["source"]))
""",
]

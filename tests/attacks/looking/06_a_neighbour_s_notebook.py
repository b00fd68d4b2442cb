"""Tries: to read an honest student's notebook in the class's folder and run it as its own.
Must: it is not in the room.
"""

STATUSES = ("not attempted",)
CELLS = [
    """
import json
for cell in json.load(open("CLASS/aaa_honest.ipynb"))["cells"]:
    if "import" not in cell["source"]: exec(cell["source"])
import numpy as np
""",
]

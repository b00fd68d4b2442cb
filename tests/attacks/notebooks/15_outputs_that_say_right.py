"""Tries: to hand in outputs that say that all is right, and that hold scripts, a hundred of them.
Must: outputs are not looked at.
"""

from tests.attacks.writing import notebook_of

ALONE, STATUSES = True, ("not attempted",)
OUTPUT = {
    "output_type": "display_data",
    "metadata": {},
    "data": {"text/html": "<script>alert(1)</script>", "text/plain": "15 of 15 points"},
}
CELL = {"cell_type": "code", "source": "pass", "metadata": {}, "execution_count": 1, "outputs": [OUTPUT] * 100}


def submission(folder):
    (folder / "m.ipynb").write_text(notebook_of([CELL] * 50))

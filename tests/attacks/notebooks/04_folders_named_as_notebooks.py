"""Tries: to hand in folders with the names of notebooks, in one another.
Must: they are folders; what lies in them is graded.
"""

from tests.attacks.writing import notebook_of

ALONE = True


def submission(folder):
    inner = folder / "m.ipynb" / "e01_one_neuron.ipynb" / "e01.ipynb"
    inner.mkdir(parents=True)
    (inner / "e01.ipynb").write_text(notebook_of(["def dz_db(): return 0.0"]))
    (folder / "empty.ipynb").mkdir()

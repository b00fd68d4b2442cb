"""Tries: to mark every cell as a check cell, so that its outputs, which it wrote itself, are believed.
Must: check cells are not run, and no output is ever read.
"""

from tests.attacks.writing import honest

STATUSES = ("not attempted",)
CELLS = ["# NBVAL_CHECK_OUTPUT\n" + cell for cell in honest("e01")]

"""Tries: to hand in twenty thousand cells, each of which fails.
Must: the submission's time is over some day; its page tells a few of them and counts the others.
"""

from tests.attacks.writing import notebook_of

ALONE, STATUSES = True, ("timed out", "graded", "crashed")


def submission(folder):
    (folder / "m.ipynb").write_text(notebook_of(["1/0"] * 20_000))

"""Tries: to hand in a thousand files in one folder, all of one exercise.
Must: one counts, the newest; the others are named.
"""

from tests.attacks.writing import notebook_of

ALONE = True


def submission(folder):
    (folder / "m").mkdir()
    for k in range(1000):
        (folder / "m" / f"e01_{k}.ipynb").write_text(notebook_of(["def dz_db(): return 0.0"]))

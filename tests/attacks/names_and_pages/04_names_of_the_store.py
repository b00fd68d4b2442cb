"""Tries: to be called like the store's own files and folders, and like what leads out of it.
Must: every student has a record and a page of their own, inside the output.
"""

from tests.attacks.writing import notebook_of

ALONE = True


def submission(folder):
    for name in ("grades.csv", "private", "results", "feedback", "backprop-lab.json", "e01", "e01.json", "seed", "lock", "..%2Fx", "%2E", "%2E%2E%2F",
                 "aaa_honest.html", "CON", "nul", "m:n", "m\\n", "*", "?", "~", "~root", "$HOME", "`id`", "--out", "-", "m.html"):  # fmt: skip
        (folder / f"{name}.ipynb").write_text(notebook_of(["def dz_db(): return 0.0"]))

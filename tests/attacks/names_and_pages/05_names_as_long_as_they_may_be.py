"""Tries: to have names of 249 bytes, which no name made of them fits, alike in the first 200.
Must: each has a record and a page.
"""

from tests.attacks.writing import notebook_of

ALONE = True


def submission(folder):
    for name in ("m" * 249, "m" * 248 + "n", "=" * 249, "\U0001f600" * 62, "ä" * 124, "<" * 249):
        (folder / f"{name}.ipynb").write_text(notebook_of(["def dz_db(): return 0.0"]))

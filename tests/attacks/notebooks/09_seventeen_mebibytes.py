"""Tries: to hand in a notebook that is larger than any, all of it valid.
Must: more than 16 MiB are not read; what is just below is read within its time.
"""

from tests.attacks.writing import notebook_of

ALONE, STATUSES = True, ("unreadable", "graded")


def submission(folder):
    (folder / "m_1_e01.ipynb").write_text(notebook_of(["# " + "x" * (17 << 20)]))
    (folder / "m_2.ipynb").write_text(notebook_of(["def dz_db(): return 0.0", *["check('e99', " * 700_000]]))

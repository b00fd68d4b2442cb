"""Tries: to claim by metadata, by a cell and by its name to be an honest student, with a time in the future.
Must: the student is the file's name, and the honest student's record is the same.
"""

from tests.attacks.writing import notebook_of

ALONE = True


def submission(folder):
    told = {"backprop_lab": {"exercise": "e01", "student": "aaa_honest"}, "authors": [{"name": "aaa_honest"}]}
    for name in (" aaa_honest", "aaa_honest ", "aaa_honest.ipynb", "Aaa_honest"):
        (folder / f"{name}.ipynb").write_text(notebook_of(["STUDENT = 'aaa_honest'\ndef dz_db(): return 0.0"], told))

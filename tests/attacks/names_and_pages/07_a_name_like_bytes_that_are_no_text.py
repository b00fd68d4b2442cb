"""Tries: to be called as another's name is written, which is no UTF-8: that record would be overwritten.
Must: two names never become one.
"""

import os

from tests.attacks.writing import notebook_of

ALONE = True


def submission(folder):
    for name in (b"Jos\xe9", rb"Jos\xe9", rb"Jos\\xe9", "Jos\x85".encode(), b"Jos\x85", rb"Jos\u0085", rb"Jos\x85"):
        with open(os.fsencode(folder) + b"/" + name + b".ipynb", "w") as file:
            file.write(notebook_of(["def dz_db(): return 0.0"]))

"""Tries: to hand in folders in one another, deeper than Python recurses, and deeper than a path may be long.
Must: what lies there is graded or told to be unreadable; with one descriptor at a time.
"""

import os

from tests.attacks.writing import notebook_of

ALONE, STATUSES = True, ("graded", "unreadable", "unknown exercise", "not a notebook")


def submission(folder):
    for student, depth in (("m_1", 1900), ("m_2", 2600)):
        here = os.getcwd()
        os.chdir(folder)
        try:
            os.mkdir(student)
            os.chdir(student)
            for _ in range(depth):
                os.mkdir("d")
                os.chdir("d")
            with open("e01.ipynb", "w") as file:
                file.write(notebook_of(["def dz_db(): return 0.0"]))
        finally:
            os.chdir(here)

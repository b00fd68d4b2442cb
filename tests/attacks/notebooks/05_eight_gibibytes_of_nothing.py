"""Tries: to hand in a sparse file of 8 GiB.
Must: it is not read.
"""

ALONE, STATUSES = True, ("unreadable",)


def submission(folder):
    with (folder / "m_e01.ipynb").open("wb") as file:
        file.truncate(8 << 30)

"""Tries: to hand in a hard link to the class's secret, to have it read and told.
Must: it is a file that is no notebook; nothing of it is told.
"""

import os

ALONE, STATUSES = True, ("unreadable", "unknown exercise")


def submission(folder):
    # Nothing but reading it may come of it.
    os.link(folder.parent / "secret", folder / "m_1_e01.ipynb")
    os.link(folder.parent / "secret", folder / "m_2.ipynb")

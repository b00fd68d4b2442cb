"""Tries: to hand in a FIFO, on which reading waits for ever.
Must: it is no regular file, and nobody waits.
"""

import os

ALONE, STATUSES = True, ("unreadable",)


def submission(folder):
    os.mkfifo(folder / "m_1_e01.ipynb")
    (folder / "m_2").mkdir()
    os.mkfifo(folder / "m_2" / "e01_one_neuron.ipynb")

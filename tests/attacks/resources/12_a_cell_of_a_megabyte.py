"""Tries: to hand in a cell longer than a frame may be, of lines that Python refuses and IPython would take minutes for.
Must: that cell fails, and the others are run.
"""

STATUSES = ("graded",)
CELLS = ["np.exp?\n" * 9_000, "x?\n" * 500_000, "def dz_db(): return 0.0"]

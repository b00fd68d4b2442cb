"""Tries: to end the process in a cell with a friendly exit code.
Must: an exit is no answer; the cells after it are run, and honest parts count.
"""

from tests.attacks.writing import honest

AT_MOST, STATUSES = 15, ("crashed",)
CELLS = ["import os; os._exit(0)", *honest("e01"), "raise SystemExit(0)"]

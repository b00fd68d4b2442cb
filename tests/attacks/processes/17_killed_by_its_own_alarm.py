"""Tries: to end by a signal of its own timer, some time after its cell.
Must: it counts as a crash of the function that runs, or of the one that is asked for next.
"""

STATUSES = ("crashed", "graded")
CELLS = [
    "import signal; signal.setitimer(signal.ITIMER_REAL, 0.05)\nimport time\ndef dz_db(): time.sleep(0.2); return 0.0"
]

"""Tries: to send its answer one byte at a time, so that there is always something to read.
Must: the deadline is that of the whole answer.
"""

STATUSES = ("timed out",)
CELLS = [
    """
import os, sys, time
def dz_db():
    for byte in b"BPL1" + bytes(60):
        os.write(int(sys.argv[3]), bytes([byte]))
        time.sleep(0.3)
""",
]

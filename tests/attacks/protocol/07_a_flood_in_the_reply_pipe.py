"""Tries: to fill the reply pipe with garbage without end.
Must: the first bytes are no frame, and the worker is given up.
"""

STATUSES = ("crashed",)
CELLS = [
    """
import os, sys
def dz_db():
    while True: os.write(int(sys.argv[3]), b"garbage " * 8192)
""",
]

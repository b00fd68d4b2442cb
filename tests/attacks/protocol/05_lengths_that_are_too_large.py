"""Tries: to announce a header of 4 GiB and a payload of 8 EiB.
Must: nothing is allocated; it is no frame.
"""

STATUSES = ("crashed",)
CELLS = [
    """
import os, sys
def dz_db():
    os.write(int(sys.argv[3]), b"BPL1" + b"\\xff" * 4 + b"\\x7f" + b"\\xff" * 7)
    return 1.0
""",
]

"""Tries: to send a header of half a million open brackets.
Must: it is no frame.
"""

STATUSES = ("crashed",)
CELLS = [
    """
import os, struct, sys
def dz_db():
    head = b"[" * 500_000
    frame = struct.pack(">4sIQ", b"BPL1", len(head), 0) + head
    while frame: frame = frame[os.write(int(sys.argv[3]), frame):]
""",
]

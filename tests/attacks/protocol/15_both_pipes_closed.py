"""Tries: to close the pipes, and to put others in their place.
Must: the worker counts as crashed.
"""

STATUSES = ("crashed", "timed out")
CELLS = [
    """
import os, sys
def dz_db():
    os.close(int(sys.argv[2])); os.close(int(sys.argv[3]))
    os.pipe(); os.pipe()
    return 1.0
""",
]

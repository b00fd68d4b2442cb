"""Tries: to list and read the records, and the pool of hidden inputs.
Must: they are not in the room.
"""

from tests.attacks.writing import earns_if

CELLS = [
    earns_if("""
import glob, os
found = []
for walked in os.walk("OUT"): found += walked[2]
assert found
""")
]

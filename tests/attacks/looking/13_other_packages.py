"""Tries: to import automatic differentiation from where the grader has it installed.
Must: no other package is in the room.
"""

from tests.attacks.writing import earns_if

CELLS = [
    earns_if("""
import sys, sysconfig
for folder in ("CHECKOUT/.venv/lib/python3.11/site-packages", "/usr/lib/python3/dist-packages", "/usr/local/lib/python3.11/site-packages"):
    sys.path.append(folder)
import mpmath
""")
]

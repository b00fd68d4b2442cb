"""Tries: to walk all objects of the process for references, expected values and points.
Must: there are none: comparing is done elsewhere.
"""

from tests.attacks.writing import earns_if

CELLS = [
    earns_if("""
import gc, sys
kinds = {type(found).__name__ for found in gc.get_objects()}
files = [str(getattr(module, "__file__", "")) for module in sys.modules.values()]
assert kinds & {"Exercise", "Fixture", "Values", "Term", "TermResult", "Pools"} or any("exercises" in file for file in files)
""")
]

"""Tries: to tell a hidden input by the line in which it raises, in code that it compiled under the name of a cell.
Must: a line is told only if a cell that was sent has it.
"""

CELLS = [
    """
def dz_dw(x):
    exec(compile(chr(10) * int(abs(x) * 1e7) + "1/0", "<cell 1>", "exec"))
def dz_db(): raise SystemExit(1234567)
""",
]

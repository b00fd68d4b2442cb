"""Tries: to take all memory by small objects without end.
Must: it ends at its limit, or at the call's deadline.
"""

STATUSES = ("graded", "timed out", "crashed")
CELLS = [
    """
def dz_db():
    kept = []
    while True: kept.append([None] * 1000)
""",
]

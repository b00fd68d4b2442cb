"""Tries: to fill the machine's disk or memory by a large file, a sparse one and fifty thousand small ones in /tmp.
Must: the scratch folder is small and its own; honest answers count.
"""

from tests.attacks.writing import honest

AT_MOST, STATUSES = 15, ("graded", "timed out")
CELLS = [
    *honest("e01"),
    """
import os, time
def fill(path, block=b"x" * (1 << 20)):
    with open(path, "wb") as file:
        for _ in range(200): file.write(block)
for name in "abc":
    try: fill(f"/tmp/{name}")
    except OSError: pass
try: open("/tmp/sparse", "wb").truncate(8 << 30)
except OSError: pass
end = time.monotonic() + 1
for k in range(50_000):
    if time.monotonic() > end: break
    try: open(f"/tmp/small-{k}", "w").close()
    except OSError: break
""",
]

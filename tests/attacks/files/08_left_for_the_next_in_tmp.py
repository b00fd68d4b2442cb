"""Tries: to leave a file in /tmp, or in memory by name, for a friend who is graded next.
Must: every room has a /tmp of its own, or none.
"""

from tests.attacks.writing import earns_if

ALONE = True
LOOK = earns_if("""
import os
found = [f for f in ("/tmp/was-here", "/dev/shm/was-here", os.path.expanduser("~/was-here")) if os.path.exists(f)]
try: open("/tmp/was-here", "w").write("the answer")
except OSError: pass
assert found
""")


def submission(folder):
    from tests.attacks.writing import notebook_of

    for name in ("m_1", "m_2", "m_3"):
        (folder / f"{name}.ipynb").write_text(notebook_of([LOOK]))

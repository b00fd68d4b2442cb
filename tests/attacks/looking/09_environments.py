"""Tries: to find the grader's secrets in its own environment and in that of every process it can see.
Must: its own is empty, and others cannot be seen.
"""

from tests.attacks.writing import earns_if

CELLS = [
    earns_if("""
import glob, os
texts = [repr(dict(os.environ))]
for path in glob.glob("/proc/*/environ") + [f"/proc/{os.getppid()}/environ"]:
    try: texts.append(open(path).read())
    except OSError: pass
assert any("GRADER_SECRET" in text for text in texts)
""")
]

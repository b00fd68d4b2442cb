"""Tries: to read the memory, the open files and the working folder of the process that started it, and of all others.
Must: none of them can be opened.
"""

from tests.attacks.writing import earns_if

CELLS = [
    earns_if("""
import glob, os
found = []
for pid in {os.getppid(), *(int(p) for p in os.listdir("/proc") if p.isdigit())} - {os.getpid(), 1}:
    for what in ("mem", "maps", "fd/5", "cwd/pyproject.toml", "root/etc/passwd", "cmdline"):
        try: found.append(open(f"/proc/{pid}/{what}", "rb").read(1))
        except OSError: pass
assert found
""")
]

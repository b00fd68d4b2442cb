"""Tries: to start another program in its place or beside it.
Must: no program can be started.
"""

from tests.attacks.writing import earns_if

CELLS = [
    earns_if("""
import os, subprocess, sys
done = []
for call in (lambda: subprocess.run([sys.executable, "-c", ""], check=True), lambda: os.posix_spawn("/bin/sh", ["sh"], {}), lambda: os.execv("/bin/true", ["true"])):
    try: done.append(call())
    except OSError: pass
assert done
""")
]

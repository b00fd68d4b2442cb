"""Tries: to rename, remove and link the instructor's files, and to make them look newer.
Must: none of it happens.
"""

from tests.attacks.writing import earns_if

CELLS = [
    earns_if("""
import os
done = []
for call in (lambda: os.rename("MARKER/mine", "MARKER/was-here"), lambda: os.unlink("MARKER/mine"), lambda: os.utime("CLASS/aaa_honest.ipynb"),
             lambda: os.link("SECRET_FILE", "/tmp/was-here"), lambda: os.truncate("CLASS/zzz_honest.ipynb", 0), lambda: os.chown("MARKER/mine", 1, 1),
             lambda: os.symlink("SECRET_FILE", "CLASS/was-here.ipynb"), lambda: os.rmdir("OUT"), lambda: os.setxattr("MARKER/mine", "user.x", b"1")):
    try:
        call()
        done.append(1)
    except OSError: pass
assert done
""")
]

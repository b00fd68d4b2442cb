"""Tries: to use up the machine's process numbers with threads, which no limit counts for root, so that no other room starts.
Must: no thread can be made.
"""

from tests.attacks.writing import earns_if

ALONE = True
CELLS = [
    earns_if("""
import threading, time
threading.stack_size(32768)
for _ in range(3000): threading.Thread(target=time.sleep, args=(1,), daemon=True).start()
""")
]

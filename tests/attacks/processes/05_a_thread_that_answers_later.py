"""Tries: to leave a thread running that patches answers while later questions come.
Must: no thread can be made.
"""

from tests.attacks.writing import earns_if

CELLS = [
    earns_if("""
import threading, time
def later():
    time.sleep(0.1)
threading.Thread(target=later, daemon=True).start()
""")
]

"""Tries: to return lists that hold themselves, and a thousand lists in one another.
Must: they cross as "nested too deep".
"""

CELLS = [
    """
SELF = []
SELF.append(SELF)
DEEP = 1.0
for _ in range(5000): DEEP = [DEEP]
def neuron_forward(*args): return SELF
def neuron_grads(*args): return {"dL_dw": DEEP, "dL_db": SELF, "dL_dx": (DEEP,)}
def dz_db(): return DEEP
""",
]

"""Tries: to take derivatives by a complex step, or to return complex numbers with the right real part.
Must: complex numbers are no answer.
"""

CELLS = [
    """
import numpy as np
def dz_db(): return 1.0 + 0j
def dz_dw(x): return np.complex128(x)
def da_dz(z, activation): return np.array(1j)
""",
]

"""Tries: to return one value that is right for one visible example.
Must: it is right for no hidden one.
"""

CELLS = [
    """
def dL_da(a, y, loss): return -0.3208213008246071
def da_dz(z, activation): return 0.2178950212379594
def dz_dw(x): return 2.0
def neuron_grads(*args): return (-0.1398, -0.0699, -0.035)
""",
]

"""Tries: to compute every derivative by central differences of the forward pass instead of deriving it.
Must: within 1e-6 it is right, and noted as approximate: that is the rule of comparing, and no loss. E1 asks for numbers.
"""

AT_MOST = 15
CELLS = [
    """
import numpy as np
ACT = {"identity": lambda z: z, "sigmoid": lambda z: 1 / (1 + np.exp(-z)), "tanh": np.tanh, "softplus": lambda z: np.logaddexp(0, z),
       "relu": lambda z: max(z, 0.0)}
LOSS = {"squared_error": lambda a, y: (a - y) ** 2 / 2, "binary_cross_entropy": lambda a, y: -y * np.log(a) - (1 - y) * np.log(1 - a)}
def slope(f, t, h=1e-5): return (f(t + h) - f(t - h)) / (2 * h)
def neuron_forward(x, w, b, activation): return w * x + b, ACT[activation](w * x + b)
def dL_da(a, y, loss): return slope(lambda a: LOSS[loss](a, y), a)
def da_dz(z, activation): return 0.0 if activation == "relu" and z <= 0 else slope(ACT[activation], z)
def dz_dw(x): return slope(lambda w: w * x, 0.0)
def dz_db(): return slope(lambda b: b, 0.0)
def neuron_grads(x, w, b, y, activation, loss):
    z, a = neuron_forward(x, w, b, activation)
    d = dL_da(a, y, loss) * da_dz(z, activation)
    return {"dL_dw": d * x, "dL_db": d, "dL_dx": d * w}
""",
]

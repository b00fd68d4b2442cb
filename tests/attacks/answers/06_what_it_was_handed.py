"""Tries: to hand its arguments back, and to remember them from call to call: later inputs hold earlier answers.
Must: what is asked for is never among what was handed over before; the one factor that is its argument is earned.
"""

AT_MOST = 3
CELLS = [
    """
SEEN = []
def neuron_forward(x, w, b, activation): return (SEEN + [0.0, 0.0])[-2:]
def dL_da(a, y, loss): SEEN.append(a); return a
def da_dz(z, activation): SEEN.append(z); return z
def dz_dw(x): return x
def dz_db(): return SEEN[-1] if SEEN else 0.0
def neuron_grads(*args): return {"dL_dw": args[0], "dL_db": args[2], "dL_dx": args[1]}
""",
]

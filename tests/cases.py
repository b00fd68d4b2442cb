"""The one list of neurons that the mathematics is tested on."""

import itertools

from backprop_lab.activations import ELEMENTWISE
from backprop_lab.losses import LOSSES

LEGAL_PAIRS = [
    (activation, loss)
    for activation, loss in itertools.product(ELEMENTWISE, LOSSES)
    if LOSSES[loss].needs in (None, activation)
]
# Away from z = 0, where ReLU has its kink; both signs of every input, and |z| up to 5.
SETTINGS = [
    {"x": x, "w": w, "b": b, "y": y}
    for x, w, b, y in itertools.product((-1.9, 0.7, 2.3), (-1.1, 0.6, 1.7), (-0.45, 0.8), (0.2, 0.9))
]

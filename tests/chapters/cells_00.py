"""Chapter "How to use this book": its network's gradients against nudges, and a slip of sign that is one on purpose."""

from math import log

import numpy as np

from .nudging import agree, differ, gradient, slope


def squared(a: float, y: float) -> float:
    return 0.5 * (a - y) ** 2


def cross(a: float, y: float) -> float:
    return -y * log(a) - (1 - y) * log(1 - a)


def shape_card(space: dict) -> None:
    """What the card prints the shapes of are gradients indeed, also of several examples."""
    net = space["running"]
    X, Y = np.array([[2, -1, 0.5], [-1, 0.5, 1.5]]), np.array([[1, 0, 1], [0, 1, 0]])

    def loss(changed: dict) -> float:
        A = X
        for l in (1, 2):
            W, b = changed.get(f"W[{l}]", net.W[l]), changed.get(f"b[{l}]", net.b[l])
            A = 1 / (1 + np.exp(-(W @ A + b)))
        return 0.5 * ((A - Y) ** 2).sum() / X.shape[1]

    found = space["arrays"](X, Y)
    for l in (1, 2):
        for name in "Wb":
            key = f"{name}[{l}]"
            agree(found[f"d{key}"], gradient(lambda t, key=key: loss({key: t}), found[key]))


def sign(compare):
    def compared(space: dict) -> None:
        for a, y in ((0.7, 1.0), (0.2, 0.0)):
            compare(space["dL_da"](a, y, "squared_error"), slope(lambda t, y=y: squared(t, y), a))
            agree(space["dL_da"](a, y, "binary_cross_entropy"), slope(lambda t, y=y: cross(t, y), a))

    return compared


CHECKED = {"shape-card": shape_card, "right-sign": sign(agree)}
WRONG = {"wrong-sign": sign(differ)}

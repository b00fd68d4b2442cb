"""Random graphs of Values for the tests of the graph figure: every operation, forks, numbers without a name."""

import itertools

import numpy as np

from backprop_lab.autodiff import Value
from backprop_lab.figures.graph_walk import FORKS, ORDERS, Way

WAYS = [Way(*made) for made in itertools.product(ORDERS, FORKS, (1, 2))]

TWO = ("+", "-", "*", "/")
ONE = ("neg", "exp", "log", "tanh", "relu", "pow", "plus number", "number minus", "times number", "by number")
EXPONENTS = (2.0, 3.0, -1.0, 0.5, 1.0, 0.0, 1.25)


def random_output(seed: int, most: int = 16) -> Value:
    """The last of at most so many values, made from one to four leaves; each step may use any earlier one."""
    rng = np.random.default_rng(seed)
    made = [Value(round(float(rng.uniform(-2, 2)), 3), f"x{k}") for k in range(rng.integers(1, 5))]
    while len(made) < most:
        made.append(_step(rng, made))
        if len(made) > 6 and rng.random() < 0.15:
            break
    return made[-1]


def _step(rng: np.random.Generator, made: list[Value]) -> Value:
    u, v = (made[-1 - min(int(rng.geometric(0.35)) - 1, len(made) - 1)] for _ in range(2))
    number = round(float(rng.uniform(-2, 2)), 3)
    if rng.random() < 0.6:
        operation = str(rng.choice(TWO))
        if operation == "+":
            return u + v
        if operation == "-":
            return u - v
        return u * v if operation == "*" or abs(v.data) < 0.2 else u / v
    match str(rng.choice(ONE)):
        case "neg":
            return -u
        case "exp" if abs(u.data) < 4:
            return u.exp()
        case "log" if u.data > 0.1:
            return u.log()
        case "relu" if abs(u.data) > 0.01:
            return u.relu()
        case "pow" if u.data > 0.2:
            return u ** float(rng.choice(EXPONENTS))
        case "plus number":
            return u + number
        case "number minus":
            return number - u
        case "times number":
            return number * u
        case "by number" if abs(number) > 0.2:
            return u / number
    return u.tanh()


def usable(count: int, most: int = 16) -> list[Value]:
    """So many graphs whose numbers and gradients stay within what a comparison of rounding makes sense for."""
    found, seed = [], 0
    while len(found) < count:
        output, seed = random_output(seed, most), seed + 1
        output.backward()
        if all(abs(v.data) < 1e4 and abs(v.grad) < 1e6 for v in output.order()):
            found.append(output)
    return found

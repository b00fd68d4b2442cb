"""Three independent opinions on a gradient, each laid out as the library lays its own out, and how far apart they are.

A judge takes parameters, X and Y and gives a table: name of the quantity → array in float64.
"""

from collections.abc import Callable
from dataclasses import dataclass

import autograd
import autograd.numpy as anp
import mpmath
import numpy as np

from backprop_lab import network
from backprop_lab.layers import Gradients, Parameters
from tests.cases import Family, NetworkCase
from tests.gradients import exact

Table = dict[str, np.ndarray]
# The largest error of an array, as a part of the gradient's largest entry, and as a part of the largest entry of its
# terms (see ``terms``). Honest float64 stays under 2e-15 on ordinary networks and float32 under 2e-6; where a gradient
# is a small difference of large terms, the first number grows with any code and the second does not. The smallest
# real mistake (weights updated before they are used, learning rate 1e-3) shows 2e-4.
LIMITS = {"float64": (1e-10, 1e-14), "float32": (1e-4, 1e-5)}


def table(grads: Gradients) -> Table:
    """Every quantity that a backward pass gives, by name."""
    named = {"dL_dx": grads.dL_dx}
    for l in grads.dW:
        named |= {f"delta[{l}]": grads.delta[l], f"dW[{l}]": grads.dW[l], f"db[{l}]": grads.db[l]}
    return named


def ours(params: Parameters, X: np.ndarray, Y: np.ndarray) -> Table:
    return table(network.backward(params, network.forward(params, X), Y))


def exact_net(params: Parameters, X: np.ndarray, Y: np.ndarray) -> exact.Net:
    layers = range(1, params.depth + 1)
    W, b = [exact.number(params.W[l]) for l in layers], [exact.number(params.b[l]) for l in layers]
    names = [params.activations[l] for l in layers]
    return exact.Net(W, b, exact.number(X), exact.number(Y), names, params.loss)


def fifty_digits(params: Parameters, X: np.ndarray, Y: np.ndarray, digits: int = exact.DIGITS) -> Table:
    """Backpropagation in mpmath, in fifty digits or more."""
    with mpmath.workdps(digits):
        deltas, dW, db, dL_dx = exact.backward(exact_net(params, X, Y))
    named = {"dL_dx": dL_dx}
    for l in range(1, params.depth + 1):
        named |= {f"delta[{l}]": deltas[l - 1], f"dW[{l}]": dW[l - 1], f"db[{l}]": db[l - 1]}
    return {name: value.astype(float) for name, value in named.items()}


def complex_step(params: Parameters, X: np.ndarray, Y: np.ndarray) -> Table:
    """The imaginary part of the library's own forward pass, every weight, bias and input nudged in turn."""
    step, size = 1e-30, params.vector.size
    numbers = np.concatenate([params.vector, X.ravel()]).astype(complex)
    slopes = np.empty(numbers.size)
    nudged = params.with_vector(numbers[:size])
    inputs = numbers[size:].reshape(X.shape)
    for place in range(numbers.size):
        array, k = (nudged.vector, place) if place < size else (inputs.reshape(-1), place - size)
        array[k] += 1j * step
        slopes[place] = network.loss(nudged, network.forward(nudged, inputs), Y).imag / step
        array[k] = array[k].real
    layout = params.with_vector(slopes[:size])
    named = {"dL_dx": slopes[size:].reshape(X.shape)}
    for l in range(1, params.depth + 1):
        named |= {f"dW[{l}]": layout.W[l], f"db[{l}]": layout.b[l]}
    return named


ROWS_VALUES: dict[str, Callable] = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: anp.maximum(z, 0.0),
    "leaky_relu": lambda z: anp.where(z > 0, z, exact.SLOPE * z),
    "softplus": lambda z: anp.logaddexp(0.0, z),
    "softmax": lambda z: anp.exp(z) / anp.sum(anp.exp(z), axis=1, keepdims=True),
}
ROWS_LOSS: dict[str, Callable] = {  # from the last z: −ln a loses digits where a is near 1
    "squared_error": lambda z, y, value: anp.sum((value(z) - y) ** 2) / 2,
    "binary_cross_entropy": lambda z, y, value: anp.sum(anp.logaddexp(0.0, z) - y * z),
    "cross_entropy": lambda z, y, value: anp.sum(y * (anp.log(anp.sum(anp.exp(z), axis=1, keepdims=True)) - z)),
}


def hips_autograd(params: Parameters, X: np.ndarray, Y: np.ndarray) -> Table:
    """HIPS autograd on a forward pass of its own: examples in rows, weights (in, out), float64.

    A zero added to every pre-activation brings ∂L/∂Z out as one more gradient.
    """
    layers = range(1, params.depth + 1)
    Y = Y.T.astype(float)
    start = {"X": X.T.astype(float)}
    for l in layers:
        start |= {f"W{l}": params.W[l].T.astype(float), f"b{l}": params.b[l].T.astype(float)}
        start[f"Z{l}"] = np.zeros((X.shape[1], params.sizes[l]))

    def mean_loss(at: dict) -> float:
        a = at["X"]
        for l in layers:
            value = ROWS_VALUES[params.activations[l]]
            z = anp.dot(a, at[f"W{l}"]) + at[f"b{l}"] + at[f"Z{l}"]
            a = value(z)
        return ROWS_LOSS[params.loss](z, Y, value) / X.shape[1]

    found = autograd.grad(mean_loss)(start)
    named = {"dL_dx": found["X"].T}
    for l in layers:
        named |= {f"delta[{l}]": found[f"Z{l}"].T, f"dW[{l}]": found[f"W{l}"].T, f"db[{l}]": found[f"b{l}"].T}
    return named


JUDGES: dict[str, Callable[[Parameters, np.ndarray, np.ndarray], Table]] = {
    "mpmath, 50 digits": fifty_digits,
    "complex step": complex_step,
    "HIPS autograd": hips_autograd,
}


def terms(params: Parameters, X: np.ndarray, Y: np.ndarray) -> Table:
    """The same backward pass with every factor and every term of a sum in absolute value.

    What is summed may cancel: a gradient of 1e-4 made of terms near 1 has lost four digits before any code is wrong.
    This tells how large the terms were.
    """
    z, a = {}, {0: X.astype(float)}
    for l in range(1, params.depth + 1):
        z[l] = params.W[l].astype(float) @ a[l - 1] + params.b[l]
        a[l] = ROWS_VALUES[params.activations[l]](z[l].T).T
    upstream = (np.abs(a[params.depth]) + np.abs(Y)) / X.shape[1]
    named = {}
    for l in range(params.depth, 0, -1):
        delta = upstream
        if l < params.depth or params.loss == "squared_error":
            delta = _absolute_step(params.activations[l], z[l], a[l], upstream)
        named |= {f"delta[{l}]": delta, f"dW[{l}]": delta @ np.abs(a[l - 1]).T, f"db[{l}]": delta.sum(axis=1)}
        upstream = np.abs(params.W[l]).T @ delta
    return named | {"dL_dx": upstream}


def _absolute_step(name: str, z: np.ndarray, a: np.ndarray, upstream: np.ndarray) -> np.ndarray:
    if name == "softmax":
        return a * (upstream + (a * upstream).sum(axis=0))
    return upstream * autograd.elementwise_grad(ROWS_VALUES[name])(z)


def errors(got: Table, reference: Table, scale: Table | None = None) -> dict[str, float]:
    """max|g − r| / max|r| of each quantity that the reference has, or / max|scale|.

    Infinite where shapes differ or NaN came out.
    """
    assert reference.keys() <= got.keys()
    found = {}
    for name, r in reference.items():
        g = np.asarray(got[name], dtype=float)
        if g.shape != r.shape or not np.isfinite(g).all():
            found[name] = np.inf
            continue
        difference, size = np.abs(g - r).max(), np.abs((scale or reference)[name]).max()
        found[name] = difference / size if size else np.inf if difference else 0.0
    return found


@dataclass(frozen=True, order=True)
class Verdict:
    """The largest errors of a case before a judge: as a part of the gradient, and as a part of its terms."""

    of_gradient: float
    of_terms: float
    quantity: str
    case: str

    @property
    def passed(self) -> bool:
        limit_of_gradient, limit_of_terms = LIMITS[self.case.rsplit(", ")[-1]]
        return self.of_gradient <= limit_of_gradient and self.of_terms <= limit_of_terms


def verdict(judge: str, case: NetworkCase, gradients: Callable[..., Table] = ours) -> Verdict:
    """What a judge says of a case."""
    params, X, Y = case.draw()
    got, reference = gradients(params, X, Y), JUDGES[judge](params, X, Y)
    of_gradient, of_terms = errors(got, reference), errors(got, reference, terms(params, X, Y))
    worst = max(of_gradient, key=of_gradient.__getitem__)
    return Verdict(float(of_gradient[worst]), float(max(of_terms.values())), worst, str(case))


def failures(judge: str, family: Family, gradients: Callable[..., Table] = ours) -> list[Verdict]:
    """The cases of a family that a judge does not let pass."""
    return [found for case in family.cases() if not (found := verdict(judge, case, gradients)).passed]

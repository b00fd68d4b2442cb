"""Optimisers: from gradients to new parameters, θ ← θ − η · (some direction). Chapter "Learning: gradients → updates".

Backpropagation computes gradients and changes nothing; an optimiser changes parameters and computes no gradient. Its
``step`` wants **all** gradients, as ``network.backward`` hands them back, and then moves the whole vector θ at once: no
layer can be moved while another one's δ is still to be computed from it.

==================  =============================================  ==========================
name                one step (g is ∂L/∂θ)                          source
==================  =============================================  ==========================
gradient_descent    θ ← θ − η g                                    Cauchy 1847
momentum            v ← β v − η g;  θ ← θ + v                      Polyak 1964
adam                m ← β₁ m + (1 − β₁) g                          Kingma & Ba 2015
                    v ← β₂ v + (1 − β₂) g²
                    θ ← θ − η m̂ / (√v̂ + ε)
                    m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)
==================  =============================================  ==========================

Each of them can also shrink the weights (``weight_decay`` = λ), in one of two forms. **Biases are never shrunk**: a
bias shifts a unit's threshold, it does not make the function steeper, and there are too few of them to overfit with.

- ``"decoupled"``: θ ← θ − η λ W beside the step (Loshchilov & Hutter 2019; with Adam this is AdamW).
- ``"l2"``: λ W is added to the gradient, as if the loss had the term (λ/2) Σ W². It has no 1/m: λ is the same whatever
  the batch. For gradient descent both forms are one; for Adam they differ, since it rescales what it is given.

>>> from backprop_lab import network
>>> params = network.Parameters.of(W={1: [[1.0]]}, b={1: [[0.0]]}, activations=("identity",), loss="squared_error")
>>> cache = network.forward(params, [[2.0]])
>>> descent = GradientDescent(learning_rate=0.1)
>>> descent.step(params, network.backward(params, cache, [[1.0]]))
>>> params.vector.tolist()
[0.8, -0.1]
>>> print(descent)
GradientDescent(learning_rate=0.1, weight_decay=0.0, decay='decoupled'), 1 step taken
update = [-0.2 -0.1]

To add one, write a class with a ``_move`` and add it to ``OPTIMISERS``.
"""

from dataclasses import dataclass, field, fields
from math import isfinite
from numbers import Real

import numpy as np

from .arrays import finite
from .network import Gradients, Parameters

DECAYS = ("decoupled", "l2")


@dataclass(eq=False)
class GradientDescent:
    """θ ← θ − η g. Stochastic when g comes from a batch; the rule is the same.

    Parameters
    ----------
    learning_rate : float
        η, at least 0. The minus sign is in the rule already.
    weight_decay : float
        λ, at least 0, on weights alone.
    decay : "decoupled" or "l2"
        Which of the two forms of weight decay.

    Attributes
    ----------
    steps : int
        How many were taken.
    update : array, shape of ``params.vector``, or None
        What the last step added to θ.

    Raises
    ------
    TypeError, ValueError
        If a setting is no number, or out of its range; the message names it.

    Source: A. Cauchy, Comptes Rendus 25 (1847), 536–538.
    """

    learning_rate: float
    weight_decay: float = field(default=0.0, kw_only=True)
    decay: str = field(default="decoupled", kw_only=True)
    steps: int = field(default=0, init=False, repr=False)
    update: np.ndarray | None = field(default=None, init=False, repr=False)
    _weights: np.ndarray | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.learning_rate = _setting("learning_rate", self.learning_rate, "the update is θ − η ∂L/∂θ, minus included")
        self.weight_decay = _setting("weight_decay", self.weight_decay, "λ pulls towards 0 when it is positive")
        if self.decay not in DECAYS:
            raise ValueError(f"decay {self.decay!r} is not known; choose one of {', '.join(DECAYS)}")

    def step(self, params: Parameters, grads: Gradients, factor: float = 1.0) -> None:
        """Change ``params.vector`` in place, and with it every ``W[l]`` and ``b[l]``; ``grads`` is only read.

        Parameters
        ----------
        params : network.Parameters
            θ is ``params.vector``.
        grads : network.Gradients
            g is ``grads.vector``: all layers, from one backward pass through these parameters.
        factor : float
            Of the learning rate, at this step: what a schedule hands in.

        Raises
        ------
        TypeError
            If the parameters have no vector that can be changed in place, or the dtypes differ.
        ValueError
            If g has not the length of θ, if it is not finite (the entry is named), or if this optimiser has been
            moving parameters of another length. θ is then as it was.
        """
        theta, gradient = self._checked(params, grads)
        learning_rate = self.learning_rate * _setting("factor", factor, "a schedule scales η, from 1 down to 0")
        if self.update is None:
            for name in self._state():
                setattr(self, name, np.zeros_like(theta))
        if self.weight_decay and self._weights is None:
            self._weights = _marked(params)
        if self.weight_decay and self.decay == "l2":
            gradient = gradient + self.weight_decay * self._weights * theta
        self.steps += 1
        self._move(gradient, learning_rate)
        if self.weight_decay and self.decay == "decoupled":
            self.update -= (learning_rate * self.weight_decay) * self._weights * theta
        theta += self.update

    def penalty(self, params: Parameters) -> float:
        """(λ/2) Σ W², the term whose gradient the "l2" form adds; ``network.loss`` does not include it."""
        return 0.5 * self.weight_decay * float(sum((W**2).sum() for W in params.W.values()))

    def _move(self, gradient: np.ndarray, learning_rate: float) -> None:
        np.multiply(gradient, -learning_rate, out=self.update)

    def _checked(self, params: Parameters, grads: Gradients) -> tuple[np.ndarray, np.ndarray]:
        theta, gradient = getattr(params, "vector", None), getattr(grads, "vector", None)
        if not isinstance(theta, np.ndarray) or not isinstance(gradient, np.ndarray) or params.vector is not theta:
            raise TypeError(
                f"step: got params of type {type(params).__name__} and grads of type {type(grads).__name__}, expected "
                "network.Parameters and network.Gradients: the numbers must be in a vector that can be changed in place"
            )
        if gradient.shape != theta.shape:
            raise ValueError(
                f"step: grads.vector has shape {gradient.shape}, expected {theta.shape}, that of params.vector: these "
                "are gradients of another network"
            )
        if gradient.dtype != theta.dtype:
            raise TypeError(
                f"step: grads.vector has dtype {gradient.dtype}, expected {theta.dtype}, that of params.vector; "
                "use one dtype for the parameters and the data"
            )
        if self.update is not None and (self.update.shape, self.update.dtype) != (theta.shape, theta.dtype):
            raise ValueError(
                f"step: params.vector is {theta.dtype} of shape {theta.shape}, expected {self.update.dtype} of shape "
                f"{self.update.shape}: this optimiser's state belongs to another network; make a new one for each"
            )
        # The sum of squares is finite only if every entry is: one quick pass. If it overflowed, the slow look decides.
        if not isfinite(np.vdot(gradient, gradient)) and not np.isfinite(gradient).all():
            fix = "nothing was changed; is the learning rate too large?"
            for name in ("dW", "db"):
                for l, array in getattr(grads, name, {}).items():
                    finite(f"step: {name}[{l}]", array, fix)
            raise ValueError(f"step: grads.vector holds NaN or infinity: {fix}")
        return theta, gradient

    @classmethod
    def _state(cls) -> list[str]:
        """The names of the arrays that a step leaves for the next one, and of ``update``."""
        return [f.name for f in fields(cls) if f.name != "steps" and not f.init and not f.name.startswith("_")]

    def __str__(self) -> str:
        lines = [f"{self!r}, {self.steps} step{'' if self.steps == 1 else 's'} taken"]
        for name in self._state():
            array = getattr(self, name)
            if array is not None:
                shown = f"{array.size} numbers, norm {float(np.linalg.norm(array)):.6g}"
                if array.size <= 12:
                    shown = np.array2string(array, precision=6, max_line_width=1000)
                lines.append(f"{name} = {shown}")
        return "\n".join(lines)


@dataclass(eq=False)
class Momentum(GradientDescent):
    """v ← β v − η g, then θ ← θ + v: a heavy ball, which keeps a share β of its last move.

    Parameters
    ----------
    learning_rate, weight_decay, decay
        As for ``GradientDescent``.
    beta : float
        β, from 0 (gradient descent) to just under 1. A steady g moves θ 1/(1 − β) times as far.

    Attributes
    ----------
    velocity : array, shape of ``params.vector``, or None
        v, the ball's last move; decoupled weight decay is no part of it.

    Source: B. T. Polyak, USSR Computational Mathematics and Mathematical Physics 4:5 (1964), 1–17:
    θ_{t+1} = θ_t − η g_t + β (θ_t − θ_{t−1}).
    """

    beta: float = field(default=0.9, kw_only=True)
    velocity: np.ndarray | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.beta = _setting("beta", self.beta, "a share of the last move", below=1)

    def _move(self, gradient: np.ndarray, learning_rate: float) -> None:
        np.multiply(gradient, -learning_rate, out=self.update)
        self.velocity *= self.beta
        self.velocity += self.update
        self.update[:] = self.velocity


@dataclass(eq=False)
class Adam(GradientDescent):
    """θ ← θ − η m̂ / (√v̂ + ε): each entry of θ moves by about η, whatever the size of its gradient.

    Parameters
    ----------
    learning_rate, weight_decay, decay
        As for ``GradientDescent``. The source's η is 0.001.
    beta1, beta2 : float
        β₁ and β₂, from 0 to just under 1: how long m and v remember.
    epsilon : float
        ε, which keeps the division in bounds. It is added after the root.

    Attributes
    ----------
    m, v : arrays, shape of ``params.vector``, or None
        Running means of g and of g². Both begin at 0 and are too small at first; m̂ and v̂ undo that.

    Source: D. P. Kingma and J. Ba, ICLR 2015, algorithm 1. Decoupled decay: I. Loshchilov and F. Hutter, ICLR 2019,
    algorithm 2, where the λ of the paper is our η λ.
    """

    learning_rate: float = 0.001
    beta1: float = field(default=0.9, kw_only=True)
    beta2: float = field(default=0.999, kw_only=True)
    epsilon: float = field(default=1e-8, kw_only=True)
    m: np.ndarray | None = field(default=None, init=False, repr=False)
    v: np.ndarray | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.beta1 = _setting("beta1", self.beta1, "a share of the running mean", below=1)
        self.beta2 = _setting("beta2", self.beta2, "a share of the running mean", below=1)
        self.epsilon = _setting("epsilon", self.epsilon, "it is added to a root that can be 0")
        if self.epsilon == 0:
            raise ValueError("epsilon must be positive, got 0: an entry whose gradient is always 0 would become 0/0")

    def _move(self, gradient: np.ndarray, learning_rate: float) -> None:
        self.m *= self.beta1
        self.m += (1 - self.beta1) * gradient
        self.v *= self.beta2
        self.v += (1 - self.beta2) * gradient**2
        m_hat = self.m / (1 - self.beta1**self.steps)
        v_hat = self.v / (1 - self.beta2**self.steps)
        self.update[:] = -learning_rate * m_hat / (np.sqrt(v_hat) + self.epsilon)


OPTIMISERS: dict[str, type[GradientDescent]] = {"gradient_descent": GradientDescent, "momentum": Momentum, "adam": Adam}


def optimiser_named(name: str, **settings: float) -> GradientDescent:
    """A new optimiser by name, with its settings.

    >>> optimiser_named("momentum", learning_rate=0.1)
    Momentum(learning_rate=0.1, weight_decay=0.0, decay='decoupled', beta=0.9)
    >>> optimiser_named("sgd", learning_rate=0.1)
    Traceback (most recent call last):
        ...
    ValueError: optimiser 'sgd' is not known; choose one of adam, gradient_descent, momentum
    """
    if not isinstance(name, str) or name not in OPTIMISERS:
        raise ValueError(f"optimiser {name!r} is not known; choose one of {', '.join(sorted(OPTIMISERS))}")
    return OPTIMISERS[name](**settings)


def _marked(params: Parameters) -> np.ndarray:
    """1 where ``params.vector`` holds a weight, 0 where it holds a bias."""
    if not isinstance(params, Parameters):
        raise TypeError(f"weight_decay needs network.Parameters, which tell W from b, got {type(params).__name__}")
    marked = params.with_vector(np.zeros_like(params.vector))
    for W in marked.W.values():
        W[:] = 1
    return marked.vector


def _setting(name: str, value: object, why: str, below: float = np.inf) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be one number, got {value!r}")
    if not 0 <= value < below:
        bounds = "a finite number of at least 0" if below == np.inf else f"at least 0 and less than {below}"
        raise ValueError(f"{name} must be {bounds}, got {value}: {why}")
    return float(value)

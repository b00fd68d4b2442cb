"""One neuron: ``z = w x + b``, ``a = σ(z)``, ``L = loss(a, y)``, and the three factors of its gradient.

The whole of chapter "One neuron, three factors" in code::

    ∂L/∂w = ∂L/∂a · ∂a/∂z · ∂z/∂w          (eq-three-factors)

============  =======================  ==========================================
name          on the page              meaning
============  =======================  ==========================================
``x``         x                        input
``w``, ``b``  w, b                     weight and bias, the parameters
``z``         z = w x + b              pre-activation
``a``         a = σ(z)                 activation, the prediction
``y``         y                        target
``dL_da``     ∂L/∂a                    how the loss answers to the activation
``da_dz``     ∂a/∂z = σ'(z)            how the activation answers to z
``dz_dw``     ∂z/∂w = x                how z answers to the weight
``dz_db``     ∂z/∂b = 1                how z answers to the bias
``dz_dx``     ∂z/∂x = w                how z answers to the input
============  =======================  ==========================================

The four verbs are those of every model here: ``init`` · ``forward`` · ``loss`` · ``backward``.

>>> params = Parameters(w=0.5, b=-0.25, activation="sigmoid", loss="squared_error")
>>> cache = forward(params, x=2.0)
>>> print(round(cache.z, 6), round(cache.a, 6), round(loss(params, cache, y=1.0), 6))
0.75 0.679179 0.051463
>>> print(backward(params, cache, y=1.0))
∂L/∂a = -0.320821
∂a/∂z = 0.217895
∂z/∂w = 2, ∂z/∂b = 1, ∂z/∂x = 0.5
∂L/∂w = ∂L/∂a · ∂a/∂z · ∂z/∂w = -0.139811
∂L/∂b = ∂L/∂a · ∂a/∂z · ∂z/∂b = -0.0699054
∂L/∂x = ∂L/∂a · ∂a/∂z · ∂z/∂x = -0.0349527
"""

from dataclasses import dataclass
from numbers import Real

import numpy as np

from .activations import ELEMENTWISE, Activation, activation_named
from .losses import loss_named


@dataclass(frozen=True)
class Parameters:
    """The two numbers that a neuron can learn, and the two functions that shape it.

    Parameters
    ----------
    w, b : float
        Weight and bias.
    activation : str
        A name of ``activations.ELEMENTWISE``.
    loss : str
        A name of ``losses.LOSSES``. Binary cross-entropy needs a sigmoid.

    Raises
    ------
    TypeError
        If w or b is not one finite number.
    ValueError
        If a name is unknown, or the loss does not fit the activation.
    """

    w: float
    b: float
    activation: str = "sigmoid"
    loss: str = "squared_error"

    def __post_init__(self) -> None:
        object.__setattr__(self, "w", _number("w", self.w))
        object.__setattr__(self, "b", _number("b", self.b))
        elementwise_named(self.activation)
        loss_named(self.loss, self.activation)

    @property
    def vector(self) -> np.ndarray:
        """Both parameters in one array of shape (2,): w, b. A copy: a neuron is not changed in place."""
        return np.array([self.w, self.b])

    def with_vector(self, vector: np.ndarray) -> "Parameters":
        """The same neuron with other numbers: w, b out of an array of shape (2,)."""
        w, b = vector
        return Parameters(w, b, self.activation, self.loss)


@dataclass(frozen=True)
class Cache:
    """What the forward pass stores for the backward pass: x, z and a."""

    x: float
    z: float
    a: float

    def __str__(self) -> str:
        return f"x = {self.x:.6g}, z = {self.z:.6g}, a = {self.a:.6g}"


@dataclass(frozen=True)
class Gradients:
    """The factors of the chain rule, and the three derivatives that are products of them."""

    dL_da: float
    da_dz: float
    dz_dw: float
    dz_db: float
    dz_dx: float

    @property
    def dL_dz(self) -> float:
        """∂L/∂z, the part that the three products share. From chapter 7 on it is called δ."""
        return self.dL_da * self.da_dz

    @property
    def dL_dw(self) -> float:
        """∂L/∂w = ∂L/∂a · ∂a/∂z · ∂z/∂w."""
        return self.dL_dz * self.dz_dw

    @property
    def dL_db(self) -> float:
        """∂L/∂b = ∂L/∂a · ∂a/∂z · ∂z/∂b."""
        return self.dL_dz * self.dz_db

    @property
    def dL_dx(self) -> float:
        """∂L/∂x = ∂L/∂a · ∂a/∂z · ∂z/∂x: what a layer in front of this neuron would be handed."""
        return self.dL_dz * self.dz_dx

    @property
    def vector(self) -> np.ndarray:
        """∂L/∂w and ∂L/∂b in one array of shape (2,), in the order of ``Parameters.vector``."""
        return np.array([self.dL_dw, self.dL_db])

    def __str__(self) -> str:
        products = (
            f"∂L/∂{name} = ∂L/∂a · ∂a/∂z · ∂z/∂{name} = {value:.6g}"
            for name, value in (("w", self.dL_dw), ("b", self.dL_db), ("x", self.dL_dx))
        )
        return "\n".join(
            (
                f"∂L/∂a = {self.dL_da:.6g}",
                f"∂a/∂z = {self.da_dz:.6g}",
                f"∂z/∂w = {self.dz_dw:.6g}, ∂z/∂b = {self.dz_db:.6g}, ∂z/∂x = {self.dz_dx:.6g}",
                *products,
            )
        )


def elementwise_named(name: str) -> Activation:
    """Look an elementwise activation up by name: one that makes sense for a single neuron.

    Raises
    ------
    ValueError
        If there is none of that name, or if it mixes the units of a layer.

    >>> elementwise_named("softmax")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: activation 'softmax' mixes the units of a layer; one neuron by itself takes identity, sigmoid, tanh, ...
    """
    activation = activation_named(name)
    if name not in ELEMENTWISE:
        raise ValueError(
            f"activation {name!r} mixes the units of a layer; one neuron by itself takes {', '.join(ELEMENTWISE)}"
        )
    return activation


def init(activation: str = "sigmoid", loss: str = "squared_error", seed: int = 0) -> Parameters:
    """A neuron to start from: w from the standard normal distribution, b = 0.

    >>> init(seed=3) == init(seed=3)
    True
    """
    return Parameters(np.random.default_rng(seed).standard_normal(), 0.0, activation, loss)


def forward(params: Parameters, x: float) -> Cache:
    """z = w x + b, then a = σ(z). Both are kept: the backward pass needs them.

    Raises
    ------
    TypeError
        If x is not one finite number.
    """
    x = _number("x", x)
    z = params.w * x + params.b
    return Cache(x, z, float(elementwise_named(params.activation)(z)))


def loss(params: Parameters, cache: Cache, y: float) -> float:
    """L = loss(a, y) for this one example: no mean is taken.

    Raises
    ------
    TypeError
        If y is not one finite number.
    ValueError
        If y lies outside [0, 1] and the loss is binary cross-entropy.
    """
    return float(loss_named(params.loss)(cache.a, _number("y", y)))


def backward(params: Parameters, cache: Cache, y: float) -> Gradients:
    """The three factors, from the loss back to the parameters (eq-three-factors).

    Parameters
    ----------
    params : Parameters
        The neuron that the cache was made with.
    cache : Cache
        Of ``forward(params, x)``.
    y : float
        The target.

    Raises
    ------
    ValueError
        If the cache holds a z that these parameters do not give: it was made with others.

    Source: the product rule for one neuron is the starting point of D. E. Rumelhart, G. E. Hinton and
    R. J. Williams, Nature 323 (1986), 533–536.
    """
    if cache.z != params.w * cache.x + params.b:
        raise ValueError(
            f"backward: the cache holds z = {cache.z:.6g}, but these parameters give "
            f"w x + b = {params.w * cache.x + params.b:.6g}; run forward(params, x) again after every change of w or b"
        )
    return Gradients(
        dL_da=float(loss_named(params.loss).derivative(cache.a, _number("y", y))),
        da_dz=float(elementwise_named(params.activation).derivative(cache.z)),
        dz_dw=cache.x,
        dz_db=1.0,
        dz_dx=params.w,
    )


def _number(name: str, value: object) -> float:
    """One finite number as a float, or an error that names the argument and the fix."""
    if isinstance(value, np.ndarray) and value.shape == ():
        value = value[()]
    if not isinstance(value, Real):
        got = f"an array of shape {value.shape}" if isinstance(value, np.ndarray) else repr(value)
        raise TypeError(
            f"{name} must be one number, got {got}; this neuron has one input and one example, so pass a float"
        )
    if not np.isfinite(value):
        raise TypeError(f"{name} must be a finite number, got {value}")
    return float(value)

"""Backpropagation on any graph: numbers that remember what they were made of (chapter "Any graph").

A network is one shape of computation. Nothing in the chain rule asks for layers: it asks that every step knows its own
local derivatives. So a ``Value`` holds a number and, for each of its inputs, the derivative of the number in that
input. ``backward()`` then walks from the loss to the leaves and adds up::

    ∂L/∂u = Σ ∂L/∂v · ∂v/∂u      over every v that u goes into      (eq-graph-sum)

Two things make it right, and each has its counter-example in the tests:

- **+= at forks.** Where u goes into several v, each sends back its share.
- **Topological order.** A value passes its gradient on only when all the shares have come in, or it passes on too
  little. In the diamond u = 2x, v = u + 1, L = u v the loss has u as an input *and* gets it through v: u has to wait
  for v, though both stand right below L.

>>> x = Value(3.0, "x")
>>> u = 2 * x
>>> L = u * (u + 1)                        # 4x² + 2x, so dL/dx = 8x + 2
>>> L.backward()
>>> x.grad
26.0
>>> print(L)
v1 = x          = 3          ∂L/∂v1 = 26
v2 = v1 · 2     = 6          ∂L/∂v2 = 13         ∂v2/∂v1 = 2
v3 = v2 + 1     = 7          ∂L/∂v3 = 6          ∂v3/∂v2 = 1
v4 = v2 · v3    = 42         ∂L/∂v4 = 1          ∂v4/∂v2 = 7, ∂v4/∂v3 = 6

A second ``backward()`` gives the same gradients, not twice as much: every call starts from 0. To differentiate a sum
of losses, add the losses.

Source: S. Linnainmaa, BIT Numerical Mathematics 16 (1976), 146–160, gives the accumulation over an arbitrary graph.
"""

import math
from collections.abc import Callable
from numbers import Real


class Value:
    """One number in a graph of computation.

    Parameters
    ----------
    data : float
        One finite number.
    name : str, optional
        What a printed graph calls it: ``Value(0.5, "w")``. For a result it is the formula that made it.
    inputs : (Value, float) pairs
        What it was computed from, each with the local derivative ∂(this)/∂(that). The operations fill them in; a
        leaf, such as a parameter or an input, has none.

    Attributes
    ----------
    grad : float
        ∂L/∂(this), in the unit of L over the unit of this, after ``L.backward()``; 0 before it.

    Raises
    ------
    TypeError
        If ``data`` is not one number. For arrays there is ``network``.
    ValueError
        If it is not finite, or one of its local derivatives is not: the message says which operation did it.

    Examples
    --------
    >>> w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.25, "b")
    >>> a = (w * x + b).tanh()
    >>> L = (a - 1) ** 2 / 2
    >>> L.backward()
    >>> round(w.grad, 6), round(b.grad, 6)
    (-0.43533, -0.217665)
    """

    __slots__ = ("data", "grad", "inputs", "name")
    __array_ufunc__ = None  # np.float64(2) * value asks value, instead of making an array of objects

    def __init__(self, data: float, name: str = "", *inputs: tuple["Value", float]) -> None:
        self.data, self.grad, self.name, self.inputs = _number(data), 0.0, name, inputs
        if not all(map(math.isfinite, (self.data, *(slope for _, slope in inputs)))):
            raise ValueError(_not_finite(self))

    # The local rules: each result, and beside each of its inputs the derivative in that input.

    def __add__(self, other: "Value | float") -> "Value":
        other = _value(other)
        return Value(self.data + other.data, "{} + {}", (self, 1.0), (other, 1.0))

    def __sub__(self, other: "Value | float") -> "Value":
        other = _value(other)
        return Value(self.data - other.data, "{} − {}", (self, 1.0), (other, -1.0))

    def __neg__(self) -> "Value":
        return Value(-self.data, "−{}", (self, -1.0))

    def __mul__(self, other: "Value | float") -> "Value":
        other = _value(other)
        return Value(self.data * other.data, "{} · {}", (self, other.data), (other, self.data))

    def __truediv__(self, other: "Value | float") -> "Value":
        other = _value(other)
        if other.data == 0:
            raise ValueError(f"{self.data:g} / 0 is not a number; keep the denominator away from 0")
        a = self.data / other.data
        return Value(a, "{} / {}", (self, 1 / other.data), (other, -a / other.data))

    def __pow__(self, power: float) -> "Value":
        """a = uⁿ, ∂a/∂u = n uⁿ⁻¹, for a plain number n."""
        u, n = self.data, _power(self.data, power)
        slope = n * _or_infinity(pow, u, n - 1) if n else 0.0
        return Value(_or_infinity(pow, u, n), f"{{}} ** {n:g}", (self, slope))

    def exp(self) -> "Value":
        """a = e^u, ∂a/∂u = a."""
        a = _or_infinity(math.exp, self.data)
        return Value(a, "exp {}", (self, a))

    def log(self) -> "Value":
        """a = ln u, ∂a/∂u = 1/u, for u > 0."""
        if self.data <= 0:
            raise ValueError(f"log needs a positive number, got {self.data:g}: keep a probability away from 0")
        return Value(math.log(self.data), "log {}", (self, 1 / self.data))

    def tanh(self) -> "Value":
        """a = tanh u, ∂a/∂u = 1 − a²."""
        a = math.tanh(self.data)
        return Value(a, "tanh {}", (self, 1 - a * a))

    def relu(self) -> "Value":
        """a = max(u, 0), ∂a/∂u = 1 where u > 0, else 0: at the kink the book takes 0."""
        return Value(max(self.data, 0.0), "relu {}", (self, float(self.data > 0)))

    # A plain number on the left.

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other: float) -> "Value":
        return _value(other) - self

    def __rtruediv__(self, other: float) -> "Value":
        return _value(other) / self

    def order(self) -> list["Value"]:
        """All that this was computed from, and itself at the end: every value stands behind all of its inputs.

        A walk in depth that puts a value down on the way back up from its inputs. It keeps its own stack, so a sum of
        100,000 terms is not too deep for it.
        """
        placed, seen, stack = [], set(), [(self, False)]
        while stack:
            value, inputs_are_placed = stack.pop()
            if inputs_are_placed:
                placed.append(value)
            elif id(value) not in seen:
                seen.add(id(value))
                stack.append((value, True))
                stack.extend((u, False) for u, _ in reversed(value.inputs))
        return placed

    def backward(self) -> None:
        """Put ∂(this)/∂v into ``v.grad`` for every v that this was computed from.

        Gradients of an earlier call on these values are forgotten, so a second call changes nothing. The local
        derivatives are those of the forward computation: after a change of ``data`` compute the loss anew.
        """
        order = self.order()
        for v in order:
            v.grad = 0.0
        self.grad = 1.0
        for v in reversed(order):
            for u, dv_du in v.inputs:
                u.grad += v.grad * dv_du

    def __repr__(self) -> str:
        return f"Value({self.data:g}{f', {self.name!r}' if self.name and not self.inputs else ''}, grad={self.grad:g})"

    def __str__(self) -> str:
        return graph(self)


def graph(L: Value) -> str:
    """The computation of L as a table: a line for each value with its formula, number, gradient and local derivatives.

    A plain number in a formula has no line of its own.

    >>> L = Value(2.0, "a") * Value(3.0, "b")
    >>> L.backward()
    >>> print(graph(L))
    v1 = a          = 2          ∂L/∂v1 = 3
    v2 = b          = 3          ∂L/∂v2 = 2
    v3 = v1 · v2    = 6          ∂L/∂v3 = 1          ∂v3/∂v1 = 3, ∂v3/∂v2 = 2
    """
    named = [v for v in L.order() if v.inputs or v.name]
    symbol = {id(v): f"v{k}" for k, v in enumerate(named, 1)}
    lines = []
    for v in named:
        s, factors = symbol[id(v)], [symbol.get(id(u), f"{u.data:g}") for u, _ in v.inputs]
        formula = v.name.format(*factors) if v.inputs else v.name
        slopes = ", ".join(f"∂{s}/∂{symbol[id(u)]} = {dv_du:g}" for u, dv_du in v.inputs if id(u) in symbol)
        lines.append(f"{s} = {formula:<10} = {v.data:<10g} {f'∂L/∂{s} = {v.grad:g}':<19} {slopes}".rstrip())
    return "\n".join(lines)


def _value(other: Value | float) -> Value:
    return other if isinstance(other, Value) else Value(other)


def _number(data: object) -> float:
    """One number as a float, or an error that says what came instead."""
    if isinstance(data, bool) or not isinstance(data, Real):
        got = f"an array of shape {data.shape}" if hasattr(data, "shape") else repr(data)
        raise TypeError(f"a Value holds one number, got {got}; make one Value for each entry")
    return float(data)


def _power(base: float, power: object) -> float:
    """The exponent as a float, if base ** power and its derivative are finite real numbers."""
    if isinstance(power, Value):
        raise TypeError("the power must be a plain number; where it varies write (power * base.log()).exp()")
    n = _number(power)
    if base == 0 and n < 1 and n != 0:
        raise ValueError(f"0 ** {n:g} has no finite derivative; keep the base away from 0")
    if base < 0 and n != int(n):
        raise ValueError(f"{base:g} ** {n:g} is not a real number; keep the base positive")
    return n


def _or_infinity(function: Callable[..., float], *arguments: float) -> float:
    try:
        return function(*arguments)
    except OverflowError:
        return math.inf


def _not_finite(value: Value) -> str:
    if not value.inputs:
        return f"a Value must be finite, got {value.data}"
    formula = value.name.format(*(f"{u.data:g}" for u, _ in value.inputs))
    return f"{formula} is too large for a float, or its derivative is; scale its inputs down"

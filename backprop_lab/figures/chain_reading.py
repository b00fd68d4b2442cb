"""A chain of neurons as the "chain" figure shows it: its factors, its derivatives, what is reused, and the words.

``js/chain.js`` computes the same and says the same sentences; a browser test holds the two together.
"""

import itertools
from dataclasses import dataclass, field

from .. import network
from ..activations import activation_named
from ..layers import Parameters
from ..losses import loss_named
from .wording import of_layer, plain, show

MANY = 100


def sup(symbol: str, l: int) -> str:
    """A symbol with its layer as the page writes it; a⁽⁰⁾ is x.

    >>> sup("w", 2), sup("a", 0)
    ('w⁽²⁾', 'x')
    """
    return "x" if (symbol, l) == ("a", 0) else f"{symbol}{of_layer(l)}"


@dataclass(frozen=True)
class Factor:
    """One local derivative. ``reach`` is the last layer whose parameters hold it, or 0 where one parameter does."""

    symbol: str
    rule: str
    value: float
    reach: int = 0


@dataclass(frozen=True)
class Derivative:
    """∂L/∂p as the product of its factors, from L back to p, and what it costs.

    ``reused`` says how many of the first factors are one number already, ``scratch`` how many multiplications it takes
    alone, ``left`` how many where δ is carried back. A last factor 1 is not multiplied.
    """

    name: str
    factors: tuple[Factor, ...]
    reused: int
    scratch: int
    left: int

    @property
    def layer(self) -> int:
        return int(self.name[1])

    @property
    def parameter(self) -> str:
        return sup(self.name[0], self.layer)

    @property
    def symbol(self) -> str:
        return f"∂L/∂{self.parameter}"

    @property
    def value(self) -> float:
        return list(itertools.accumulate((f.value for f in self.factors), lambda p, q: p * q))[-1]

    @property
    def source(self) -> int:
        """The layer whose δ is reused."""
        return self.layer + (self.name[0] == "w")


def derivative_cost(name: str, neurons: int) -> tuple[int, int, int]:
    """(factors reused, multiplications from scratch, multiplications left) for a parameter of a chain.

    >>> [derivative_cost(name, 2) for name in ("w2", "b2", "w1", "b1")]
    [(0, 2, 2), (2, 1, 0), (2, 4, 3), (4, 3, 0)]
    """
    behind = neurons - int(name[1])
    if name[0] == "b":
        return 2 * behind + 2, 2 * behind + 1, 0
    return 2 * behind, 2 * behind + 2, 3 if behind else 2


def counts(neurons: int) -> tuple[int, int]:
    """Multiplications for all weights and biases: each from scratch, and with δ carried back.

    >>> [counts(n) for n in (2, 3, 4, 5)]
    [(10, 5), (21, 8), (36, 11), (55, 14)]
    """
    costs = [derivative_cost(f"{kind}{l}", neurons) for l in range(1, neurons + 1) for kind in "wb"]
    return sum(scratch for _, scratch, _ in costs), sum(left for _, _, left in costs)


@dataclass(frozen=True)
class Reading:
    """Everything the figure shows. ``all`` is in the order of work: w⁽ⁿ⁾, b⁽ⁿ⁾, w⁽ⁿ⁻¹⁾, …"""

    params: Parameters
    x: float
    y: float
    wrt: str
    n: int = field(init=False)
    z: dict[int, float] = field(init=False)
    a: dict[int, float] = field(init=False)
    L: float = field(init=False)
    delta: dict[int, float] = field(init=False)
    all: tuple[Derivative, ...] = field(init=False)

    def __post_init__(self) -> None:
        p, n = self.params, self.params.depth
        cache = network.forward(p, [[self.x]])
        grads = network.backward(p, cache, [[self.y]])
        z, a = ({l: table[l].item() for l in table} for table in (cache.z, cache.a))
        slope = {l: activation_named(p.activations[l]).derivative(cache.z[l]).item() for l in z}
        dL_da = loss_named(p.loss).backward(cache.a[n], cache.a[n] * 0 + self.y).item()
        trunk = [Factor(f"∂L/∂{sup('a', n)}", f"{sup('a', n)} − y", dL_da, n)]
        for l in range(n, 0, -1):
            trunk.append(Factor(f"∂{sup('a', l)}/∂{sup('z', l)}", "", slope[l], l))
            carried = Factor(f"∂{sup('z', l)}/∂{sup('a', l - 1)}", sup("w", l), p.W[l].item(), l - 1)
            trunk += [carried] if l > 1 else []
        every = []
        for l in range(n, 0, -1):
            for kind, rule, value in (("w", sup("a", l - 1), a[l - 1]), ("b", "", 1.0)):
                last = Factor(f"∂{sup('z', l)}/∂{sup(kind, l)}", rule, value)
                name = f"{kind}{l}"
                factors = (*trunk[: 2 * (n - l) + 2], last)
                every.append(Derivative(name, factors, *derivative_cost(name, n)))
        delta = {l: grads.delta[l].item() for l in z}
        made = {"n": n, "z": z, "a": a, "L": network.loss(p, cache, [[self.y]]), "delta": delta, "all": tuple(every)}
        for name, value in made.items():
            object.__setattr__(self, name, value)

    @property
    def chosen(self) -> Derivative:
        return next(d for d in self.all if d.name == self.wrt)


def told(reading: Reading) -> str:
    """What the product says, and what of it was there before."""
    d = reading.chosen
    said = f"{d.symbol} = {show(d.value)} is a product of {len(d.factors)} factors. "
    if d.name[0] == "b":
        said += f"All but the last, which is 1, are {sup('δ', d.layer)}, made for {sup('w', d.layer)}: "
    elif d.reused:
        said += f"The first {d.reused} are {sup('δ', d.source)}, made for neuron {d.source}: "
    else:
        said += "It is the first to be made, so nothing is there to reuse: "
    said += f"{d.left or 'no'} multiplications are left"
    return said + (f" of {d.scratch}." if d.left != d.scratch else ".") + _zero(d)


def _zero(d: Derivative) -> str:
    stopped = next((f for f in d.factors if f.value == 0), None)
    if stopped is None:
        return ""
    return f" {stopped.symbol} = 0 makes the whole product 0" + (
        ", and every other product that holds it." if stopped.reach else "."
    )


def growth(neurons: int) -> str:
    """The counts of this chain, and how they grow."""
    scratch, reuse = counts(neurons)
    far, near = counts_of_many()
    return (
        f"All {2 * neurons} derivatives of {neurons} neurons: {scratch} multiplications from scratch, {reuse} with δ "
        f"carried back. In general 2n² + n and 3n − 1: with {MANY} neurons {far:,} and {near:,}."
    )


def counts_of_many() -> tuple[int, int]:
    """The same sums in closed form, for a chain that is not drawn."""
    return 2 * MANY**2 + MANY, 3 * MANY - 1


def trace(reading: Reading) -> str:
    """The whole computation as text, in six digits."""
    p, n, a = reading.params, reading.n, reading.a
    lines = [f"A chain of {n} neurons, loss {p.loss}", f"x = {plain(reading.x)}, y = {plain(reading.y)}", "", "Forward"]
    for l in range(1, n + 1):
        w, b, z, out, before = (sup(s, l - (i == 4)) for i, s in enumerate("wbzaa"))
        lines += [
            f"  {w} = {plain(p.W[l].item())}, {b} = {plain(p.b[l].item())}",
            f"  {z} = {w}·{before} + {b} = {plain(reading.z[l])}",
            f"  {out} = {p.activations[l]}({z}) = {plain(a[l])}",
        ]
    lines += [f"  L = ½ ({sup('a', n)} − y)² = {plain(reading.L)}", "", "Factors, from L back"]
    lines += [f"  {f.symbol}{f.rule and f' = {f.rule}'} = {plain(f.value)}" for f in reading.all[-1].factors[:-1]]
    lines += ["", "Derivatives (multiplications from scratch; with reuse)"]
    for d in reading.all:
        here = sup("δ", d.layer)
        if d.name[0] == "w":
            lines.append(f"  {here} = ∂L/∂{sup('z', d.layer)} = {plain(reading.delta[d.layer])}")
        product = here + (f"·{sup('a', d.layer - 1)}" if d.name[0] == "w" else "")
        lines.append(f"  {d.symbol} = {product} = {plain(d.value)} ({d.scratch}; {d.left})")
    d = reading.chosen
    lines += ["", f"{d.symbol} = {' · '.join(f.symbol for f in d.factors)}"]
    lines.append(f"  = {' · '.join(_bracketed(f.value) for f in d.factors)} = {plain(d.value)}")
    return "\n".join([*lines, "", told(reading), growth(n)])


def _bracketed(value: float) -> str:
    return f"({plain(value)})" if value < 0 else plain(value)


def alt(reading: Reading) -> str:
    """What the still shows, for who does not see it."""
    p, n, d = reading.params, reading.n, reading.chosen
    neurons = "; ".join(
        f"{sup('w', l)} = {show(p.W[l].item())}, {sup('b', l)} = {show(p.b[l].item())}, {p.activations[l]}: "
        f"{sup('z', l)} = {show(reading.z[l])}, {sup('a', l)} = {show(reading.a[l])}"
        for l in range(1, n + 1)
    )
    factors = ", times ".join(f"{f.symbol} = {show(f.value)}" for f in d.factors)
    return (
        f"A chain of {n} neurons from x = {show(reading.x)} to the loss, target y = {show(reading.y)}. {neurons}; "
        f"L = {show(reading.L)}. Back from L along the path to {d.parameter}: {factors}, is {d.symbol} = "
        f"{show(d.value)}. {told(reading)} {growth(n)}"
    )

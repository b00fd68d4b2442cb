"""The steps of the flow figure: forward z, a, …, L, then back ∂L/∂a, δ, ∂L/∂W, ∂L/∂b, layer by layer.

``js/flow_steps.js`` makes the same steps with the same words; a browser test compares values and traces.
"""

from dataclasses import dataclass

import numpy as np

from .. import network
from ..layers import Parameters
from ..losses import FUSED
from .wording import of_layer, plain

LOSS = {
    "squared_error": ("½ (a − y)²", "{a} − {y}"),
    "binary_cross_entropy": ("−y ln a − (1 − y) ln(1 − a)", "−{y}/{a} + (1 − {y})/(1 − {a})"),
    "cross_entropy": ("−y ln a", "−{y}/{a}"),
}


@dataclass(frozen=True, eq=False)
class FlowStep:
    """One step: what it computes, from what, and which earlier steps it takes up again.

    Parameters
    ----------
    name, symbol : str
        In code (``dW[1]``) and on the page (``∂L/∂W⁽¹⁾``).
    rule, equation : str
        The right-hand side as text, and its label in the book or "".
    value : array
    words : str
        The step in a sentence or two.
    uses : tuple of (str, int)
        What a backward step uses: symbols, with the step that made them (0 for what was given).
    """

    name: str
    symbol: str
    rule: str
    equation: str
    value: np.ndarray
    words: str
    uses: tuple[tuple[str, int], ...] = ()

    @property
    def kept(self) -> bool:
        """Whether the forward pass stores it for the way back."""
        return self.name[:2] in ("z[", "a[")


class Letters:
    """The symbols: small for one example, as in a chapter on one; capital for a batch of columns.

    >>> Letters(1).of("delta", 2), Letters(3).of("a", 0)
    ('δ⁽²⁾', 'X')
    """

    def __init__(self, m: int) -> None:
        names = {"x": "x", "y": "y", "z": "z", "a": "a", "delta": "δ"}
        self.table = {key: name if m == 1 else name.upper() for key, name in names.items()}

    def of(self, kind: str, l: int) -> str:
        """The symbol of a table's entry; ``a`` of layer 0 is the input."""
        if kind == "a" and l == 0:
            return self.table["x"]
        if kind == "dL_da":
            return f"∂L/∂{self.of('a', l)}"
        if kind in ("dW", "db"):
            return f"∂L/∂{kind[1]}{of_layer(l)}"
        return self.table.get(kind, kind) + of_layer(l)


def steps(params: Parameters, X: np.ndarray, Y: np.ndarray) -> list[FlowStep]:
    """All steps in the order in which they are computed; step k of the figure is the k-th, counted from 1.

    >>> params = network.init((1, 1), "tanh", seed=0)
    >>> [step.name for step in steps(params, [[1.0]], [[0.0]])]
    ['z[1]', 'a[1]', 'L', 'dL_da[1]', 'delta[1]', 'dW[1]', 'db[1]']
    """
    cache = network.forward(params, X)
    m, last = cache.a[0].shape[1], params.depth
    of, y = Letters(m).of, Letters(m).table["y"]
    made: list[FlowStep] = []
    for l in range(1, last + 1):
        rule = f"{of('W', l)} {of('a', l - 1)} + {of('b', l)}"
        words = f"Layer {l} weighs its inputs and adds its biases. {of('z', l)} is kept: the way back needs the slope there."
        made.append(FlowStep(f"z[{l}]", of("z", l), rule, "eq-forward", cache.z[l], words))
        name, a = params.activations[l], of("a", l)
        then = (
            f"It is the prediction, and it is kept: the loss compares it with {y}."
            if l == last
            else f"It is kept: it goes into layer {l + 1}, and the way back needs it for {of('dW', l + 1)}."
        )
        which = "each column" if name == "softmax" else "each entry"
        words = f"The activation {name} takes {which} of {of('z', l)} to {a}. {then}"
        made.append(FlowStep(f"a[{l}]", a, f"{name}({of('z', l)})", "eq-forward", cache.a[l], words))
    a, mean = of("a", last), "" if m == 1 else f", and the mean over the {m} examples"
    words = (
        f"The loss {params.loss}: {LOSS[params.loss][0]}, summed over the outputs{mean}. One number. "
        "All that the way back needs has been kept."
    )
    L = np.array([[network.loss(params, cache, Y)]])
    made.append(FlowStep("L", "L", f"Loss({a}, {y})", "", L, words))
    for step in network.trace(params, cache, Y).steps:
        kind, l = step.name.split("[")[0], int(step.name.split("[")[1][:-1])
        rule, equation, words, uses = _backward(params, kind, l, m)
        known = {s.symbol: k for k, s in enumerate(made, 1)}
        used = tuple((symbol, known.get(symbol, 0)) for symbol in uses)
        made.append(FlowStep(step.name, of(kind, l), rule, equation, step.value, words, used))
    return made


def _backward(params: Parameters, kind: str, l: int, m: int) -> tuple[str, str, str, list[str]]:
    """Rule, label, words and what is used of one backward step."""
    of, y = Letters(m).of, Letters(m).table["y"]
    last, name = params.depth, params.activations[l]
    a, z, delta, up = of("a", l), of("z", l), of("delta", l), of("delta", l + 1)
    if kind == "dL_da" and l == last:
        rule = LOSS[params.loss][1].format(a=a, y=y)
        mean = "" if m == 1 else " The 1/m of the mean enters here, and nowhere else."
        words = f"The way back starts at the loss: how fast L moves with each entry of {a}.{mean}"
        return (rule if m == 1 else f"({rule}) / m"), "", words, [a, y]
    if kind == "dL_da":
        words = (
            f"Back through the weights {of('W', l + 1)}, in the other direction: each unit of layer {l} collects from all "
            f"units that it fed. {up} is reused, not computed again."
        )
        return f"{of('W', l + 1)}ᵀ {up}", "", words, [of("W", l + 1), up]
    if kind == "delta":
        equation = "eq-output-delta" if l == last else "eq-hidden-delta"
        if l == last and name != "identity" and (name, params.loss) in FUSED:
            rule = f"{a} − {y}" if m == 1 else f"({a} − {y}) / m"
            words = (
                f"The error signal of layer {l}. For {name} with {params.loss}, the slope times ∂L/∂{a} is {a} − {y}"
                f"{'' if m == 1 else ' over m'}: so it is computed, exact also where the network is sure."
            )
            return rule, "eq-softmax-ce" if name == "softmax" else equation, words, [a, y]
        back = of("dL_da", l) if l == last else f"({of('W', l + 1)}ᵀ {up})"
        if name == "softmax":
            words = f"The error signal of layer {l}. The softmax mixes the units of a column: its slope is a matrix J."
            return f"Jᵀ {back}, column by column", equation, words, [of("dL_da", l), z]
        words = f"The error signal of layer {l}: what came back, times the slope of {name} at {z}, entry by entry."
        return f"{back} ⊙ σ'({z})", equation, words, [of("dL_da", l), z]
    if kind == "dW":
        a = of("a", l - 1)
        every = "" if m == 1 else ", summed over the examples"
        words = f"A weight's gradient: the error signal of the unit that it leads to, times the input that it weighs{every}."
        return f"{delta} {a}ᵀ", "eq-dW", words, [delta, a]
    same = "is the error signal itself" if m == 1 else "is the error signal, summed over the examples"
    end = "" if l > 1 else " The input has no parameters: the way back ends here."
    words = f"A bias goes into its {z[0]} with factor 1, so its gradient {same}.{end}"
    return delta + ("" if m == 1 else " 1"), "eq-db", words, [delta]


def counted(n: int, what: str) -> str:
    """A number of things.

    >>> counted(1, "example"), counted(2, "example")
    ('1 example', '2 examples')
    """
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def heading(params: Parameters, m: int) -> str:
    """The network in one line."""
    names = ", ".join(params.activations[l] for l in range(1, params.depth + 1))
    return f"Network {'-'.join(map(str, params.sizes))}: {names}; loss {params.loss}; {counted(m, 'example')}"


def trace(params: Parameters, X: np.ndarray, Y: np.ndarray) -> str:
    """The whole computation as text, in six digits: what is given, and each step with what it keeps and reuses."""
    m = np.shape(X)[1]
    letters = Letters(m)
    given = [(letters.table["x"], X), (letters.table["y"], Y)]
    for l in range(1, params.depth + 1):
        given += [(letters.of("W", l), params.W[l]), (letters.of("b", l), params.b[l])]
    lines = [heading(params, m), "", "Given"]
    for symbol, value in given:
        lines += [f"  {symbol} {_shape(value)}", *_rows(value)]
    made = steps(params, X, Y)
    for k, step in enumerate(made, 1):
        if step.name in ("z[1]", f"dL_da[{params.depth}]"):
            lines += ["", "Backward" if step.uses else "Forward"]
        label = f" ({step.equation})" if step.equation else ""
        lines.append(f"  {k}. {step.symbol} = {step.rule}{label}  {_shape(step.value)}{', kept' if step.kept else ''}")
        lines += _rows(step.value)
        if step.uses:
            lines.append(f"     uses {', '.join(since(symbol, at, made) for symbol, at in step.uses)}")
        lines.append(f"     {step.words}")
    return "\n".join(lines)


def since(symbol: str, at: int, made: list[FlowStep]) -> str:
    """Where what is used comes from."""
    if at == 0:
        return f"{symbol} (given)"
    return f"{symbol} ({'kept' if made[at - 1].kept else 'computed'} at step {at})"


def _shape(value: np.ndarray) -> str:
    rows, columns = np.shape(value)
    return f"({rows}, {columns})"


def _rows(value: np.ndarray) -> list[str]:
    return ["       " + "  ".join(plain(float(number)) for number in row) for row in np.asarray(value)]

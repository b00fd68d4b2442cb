"""The backward pass told term by term: symbol, shape, value and equation, as text and as LaTeX.

>>> from backprop_lab import network
>>> params = network.init((1, 2, 1), "tanh", seed=0)
>>> trace = network.trace(params, network.forward(params, [[0.5]]), [[1.0]])
>>> print(trace.steps[0])
∂L/∂A⁽²⁾  (1, 1)  = -0.977802
>>> [step.name for step in trace.steps]
['dL_da[2]', 'delta[2]', 'dW[2]', 'db[2]', 'dL_da[1]', 'delta[1]', 'dW[1]', 'db[1]']
>>> print(trace.steps[5].latex)
\\Delta^{(1)} = \\left(W^{(2)\\mathsf{T}}\\,\\Delta^{(2)}\\right)\\odot\\sigma'\\!\\left(Z^{(1)}\\right)
"""

from dataclasses import dataclass

import numpy as np

from .activations import activation_named
from .layers import Cache, Gradients, Parameters
from .losses import FUSED, loss_named

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, eq=False)
class Step:
    """One term of the chain rule.

    Parameters
    ----------
    name, symbol : str
        In code (``delta[1]``) and on the page (``Δ⁽¹⁾``).
    value : array
        What it is for these examples.
    rule : str
        The right-hand side as text.
    latex : str
        The whole equation.
    equation : str
        Its label in the book, or "" where the book names none.
    """

    name: str
    symbol: str
    value: np.ndarray
    rule: str
    latex: str
    equation: str

    def __str__(self) -> str:
        numbers = f"{self.value.item():.6g}" if self.value.size == 1 else _table(self.value)
        return f"{self.symbol}  {self.value.shape}  = {numbers}"


@dataclass(frozen=True, eq=False)
class Trace:
    """All steps of a backward pass, from the loss to the first layer's biases."""

    steps: tuple[Step, ...]

    def __str__(self) -> str:
        lines = []
        for step in self.steps:
            label = f"   ({step.equation})" if step.equation else ""
            lines += [
                f"{step.symbol} {step.value.shape} = {step.rule}{label}",
                *(f"    {row}" for row in _rows(step.value)),
            ]
        return "\n".join(lines)

    __repr__ = __str__

    @property
    def latex(self) -> str:
        """The equations one below another, for a display in a notebook."""
        return (
            "\\begin{aligned}\n"
            + " \\\\\n".join(s.latex.replace(" = ", " &= ", 1) for s in self.steps)
            + "\n\\end{aligned}"
        )

    def _repr_latex_(self) -> str:
        return f"$${self.latex}$$"


def build(params: Parameters, cache: Cache, grads: Gradients, Y: np.ndarray) -> Trace:
    """The trace of gradients that ``network.backward`` made of this cache and these targets."""
    last, steps = params.depth, []
    for l in range(last, 0, -1):
        if l == last:
            dL_da = loss_named(params.loss).backward(cache.a[l], Y)
            formula = loss_named(params.loss).derivative_formula
            steps.append(_step("dL_da", l, dL_da, "(1/m) ∂ℓ/∂a", rf"\tfrac1m\left[{formula}\right]", ""))
        else:
            dL_da = params.W[l + 1].T @ grads.delta[l + 1]
            up = _raised(l + 1)
            rule = rf"W^{{({l + 1})\mathsf{{T}}}}\,\Delta^{{({l + 1})}}"
            steps.append(_step("dL_da", l, dL_da, f"W{up}ᵀ Δ{up}", rule, ""))
        steps.append(_delta_step(params, grads, l))
        a, here = f"A{_raised(l - 1)}", _raised(l)
        rule = rf"\Delta^{{({l})}}\,A^{{({l - 1})\mathsf{{T}}}}"
        steps.append(_step("dW", l, grads.dW[l], f"Δ{here} {a}ᵀ", rule, "eq-dW"))
        steps.append(_step("db", l, grads.db[l], f"Δ{here} 1", rf"\Delta^{{({l})}}\,\mathbf{{1}}", "eq-db"))
    return Trace(tuple(steps))


def _delta_step(params: Parameters, grads: Gradients, l: int) -> Step:
    """Δ of a layer, by the rule that its activation has."""
    name, here, last = params.activations[l], _raised(l), l == params.depth
    equation = "eq-output-delta" if last else "eq-hidden-delta"
    up = _raised(l + 1)
    upstream = f"∂L/∂A{here}" if last else f"(W{up}ᵀ Δ{up})"
    tex = rf"\frac{{\partial L}}{{\partial A^{{({l})}}}}"
    tex = tex if last else rf"\left(W^{{({l + 1})\mathsf{{T}}}}\,\Delta^{{({l + 1})}}\right)"
    if last and (name, params.loss) in FUSED:
        equation = "eq-softmax-ce" if name == "softmax" else equation
        return _step("delta", l, grads.delta[l], f"(A{here} − Y)/m", rf"\tfrac1m\left(A^{{({l})}}-Y\right)", equation)
    if activation_named(name).derivative is None:
        return _step(
            "delta", l, grads.delta[l], f"Jᵀ {upstream}, column by column", rf"J^\mathsf{{T}}\,{tex}", equation
        )
    rule = rf"{tex}\odot\sigma'\!\left(Z^{{({l})}}\right)"
    return _step("delta", l, grads.delta[l], f"{upstream} ⊙ σ'(Z{here})", rule, equation)


LEFT = {
    "dL_da": ("∂L/∂A{}", r"\frac{{\partial L}}{{\partial A^{{({})}}}}"),
    "delta": ("Δ{}", r"\Delta^{{({})}}"),
    "dW": ("∂L/∂W{}", r"\frac{{\partial L}}{{\partial W^{{({})}}}}"),
    "db": ("∂L/∂b{}", r"\frac{{\partial L}}{{\partial b^{{({})}}}}"),
}


def _step(name: str, l: int, value: np.ndarray, rule: str, rule_latex: str, equation: str) -> Step:
    text, latex = LEFT[name]
    return Step(f"{name}[{l}]", text.format(_raised(l)), value, rule, f"{latex.format(l)} = {rule_latex}", equation)


def _raised(l: int) -> str:
    """The number of a layer as the page writes it: ⁽²⁾."""
    return f"⁽{str(l).translate(RAISED)}⁾"


def _rows(value: np.ndarray) -> list[str]:
    """The entries, a row of the array on a line, rows and columns past the sixth left out and counted."""
    shown = [" ".join(f"{round(number, 6) + 0:10.6f}" for number in row[:6]) for row in np.atleast_2d(value)[:6]]
    shown = [row + (f"  … {value.shape[1]} columns" if value.shape[1] > 6 else "") for row in shown]
    return shown + ([f"… {value.shape[0]} rows"] if value.shape[0] > 6 else [])


def _table(value: np.ndarray) -> str:
    return "; ".join(row.strip() for row in _rows(value))

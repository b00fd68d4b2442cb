"""What the forks figure says: where a path starts and leads, how paths add up, the trace and the alt text."""

import math

import numpy as np

from .. import network
from .forks_paths import Forks, Path, Start, added, counts, mark
from .wording import of_layer, plain, show


def where(start: Start) -> str:
    """The start in words."""
    if start.back:
        source = f"unit {start.back} of layer {start.layer - 1}" if start.layer > 1 else f"input {start.back}"
        return f"weight {start.symbol}, from {source} into unit {start.unit} of layer {start.layer}"
    if start.layer:
        return f"unit {start.unit} of layer {start.layer}, by its {start.symbol}"
    return f"input {start.symbol}"


def route(forks: Forks, path: Path) -> str:
    """L ← a₁⁽²⁾ ← a₂⁽¹⁾ ← w₂₁⁽¹⁾, in the order of the factors."""
    depth, start = forks.params.depth, forks.start
    named = [mark("a", depth - step, i) for step, i in enumerate(path.units)]
    if start.back:
        named.append(start.symbol)
    return " ← ".join(["L", *named])


def conclusion(forks: Forks) -> str:
    """One sentence: how the products come together."""
    products, total = forks.products, forks.total
    if len(products) == 1:
        return f"One path only: its product is ∂L/∂{forks.start.symbol}, and nothing is added."
    up, down = [p for p in products if p > 0], [p for p in products if p < 0]
    n = len(products)
    if not up and not down:
        return f"Each of the {n} paths has a factor 0: nothing comes through."
    if not all(math.isfinite(p) for p in products):
        return "A factor is too large for a computer's number."
    if total == 0:
        return f"The {n} paths cancel: what some add, others take away."
    if up and down:
        return (
            f"The {n} paths do not all pull one way: {len(up)} {'adds' if len(up) == 1 else 'add'} {show(added(up))}, "
            f"{len(down)} {'takes' if len(down) == 1 else 'take'} away {show(-added(down))}. Together: {show(total)}."
        )
    return f"The {n} paths pull one way and add up: {show(total)}."


def column(numbers: np.ndarray) -> str:
    return f"({', '.join(plain(float(v)) for v in numbers[:, 0])})"


def trace(forks: Forks) -> str:
    """The whole computation as text, in six digits."""
    p, start, symbol, depth = forks.params, forks.start, forks.start.symbol, forks.params.depth
    lines = [
        f"Network {'-'.join(map(str, p.sizes))}: {', '.join(p.activations[l] for l in p.W)}; loss {p.loss}",
        f"x = {column(forks.X)}, y = {column(forks.Y)}",
        f"Start: {where(start)}",
        "",
        "Forward",
    ]
    lines += [f"  a{of_layer(l)} = {column(forks.memory.a[l])}" for l in p.W]
    lines += [
        f"  L = {plain(network.loss(p, forks.memory, forks.Y))}",
        f"Output: δ{of_layer(depth)} = ∂L/∂z{of_layer(depth)} = {column(forks.grads.delta[depth])}",
        "",
        f"Paths from L back to {symbol}: {len(forks.paths)}",
    ]
    for number, path in enumerate(forks.paths, 1):
        lines.append(f"  {number}. {route(forks, path)}")
        lines.append(f"     {' · '.join(factor.symbol for factor in path.factors)}")
        lines.append(f"     = {' · '.join(_factor(f.value) for f in path.factors)} = {plain(path.product)}")
    lines += [f"  Sum: ∂L/∂{symbol} = {plain(forks.total)}", "", "The same by the recursion"]
    if forks.row:
        l = of_layer(start.layer + 1)
        lines.append(f"  row {start.unit} of W{l}ᵀ δ{l} = {' + '.join(f'{t.weight} · {t.delta}' for t in forks.row)}")
        terms = " + ".join(f"{_factor(t.weight_value)} · {_factor(t.delta_value)}" for t in forks.row)
        lines.append(f"    = {terms} = {plain(forks.row_sum)}")
    for factor in forks.after:
        times = "times " if forks.row or factor is not forks.paths[0].factors[0] else ""
        line = f"  {times}{factor.symbol} = {plain(factor.value)}"
        if forks.row and factor.symbol.startswith("σ'"):
            line += f", is {mark('δ', start.layer, start.unit)} = {plain(forks.row_sum * factor.value)}"
        lines.append(line)
    lines += [
        f"  ∂L/∂{symbol} = {plain(forks.derivative)}",
        "",
        "Count: products along all paths, and by the recursion",
    ]
    for count in counts(p.sizes):
        name = f"layer {count.layer}" if count.layer else "input"
        each = "1 path" if count.paths == 1 else f"{count.paths} paths"
        lines.append(f"  {name}: {each} from each of {count.units}; {count.walked} against {count.recursion}")
    return "\n".join([*lines, "", conclusion(forks)])


def _factor(value: float) -> str:
    return f"({plain(value)})" if value < 0 else plain(value)


def alt(forks: Forks, chosen: int) -> str:
    """What the still shows, for who does not see it."""
    sizes, symbol, n = "-".join(map(str, forks.params.sizes)), forks.start.symbol, len(forks.paths)
    said = f"A {sizes} network, and the {'path' if n == 1 else f'{n} paths'} from the loss back to the {where(forks.start)}. "
    if chosen:
        path = forks.paths[chosen - 1]
        told = " times ".join(f"{f.symbol} = {show(f.value)}" for f in path.factors)
        said += f"Path {chosen}, {route(forks, path)}, is drawn dashed: {told} is {show(path.product)}. "
    else:
        said += "All of them are drawn dashed. "
    return f"{said}{conclusion(forks)} The recursion gives the same: ∂L/∂{symbol} = {show(forks.derivative)}."

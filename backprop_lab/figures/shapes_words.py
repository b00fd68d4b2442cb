"""What the shapes figure says: names, the verdict on a product, the sum behind an entry, the alt text and the trace.

``js/shapes_products.js`` says the same sentences; a browser test compares the traces character by character.
"""

from collections.abc import Callable

import numpy as np

from .shapes_products import EDGES, PRODUCTS, Reading
from .wording import lowered, of_layer, plain, show

# name -> its letters and how far its layer is from the chosen one
LETTERS = {
    "A": ("A", -1), "W": ("W", 0), "b": ("b", 0), "Z": ("Z", 0), "H": ("A", 0), "V": ("W", 1), "E": ("Δ", 1),
    "G": ("∂L/∂A", 0), "D": ("Δ", 0), "dW": ("∂L/∂W", 0), "db": ("∂L/∂b", 0),
}  # fmt: skip
SMALL = {"A": "a", "W": "w", "Δ": "δ", "Z": "z", "b": "b", "∂L/∂A": "∂L/∂a", "∂L/∂W": "∂L/∂w", "∂L/∂b": "∂L/∂b"}
IN_ROWS = ("AWt", "EV", "DtA", "1tD")


def name(reading: Reading, table: str, transposed: bool = False) -> str:
    """A table as the page writes it, such as W⁽¹⁾ᵀ."""
    return (_lettered(reading, table) if table != "one" else "1") + ("ᵀ" if transposed else "")


def _lettered(reading: Reading, table: str, small: bool = False) -> str:
    letters, off = LETTERS[table]
    return f"{SMALL[letters] if small else letters}{of_layer(reading.layer + off)}"


def entry(reading: Reading, table: str, i: int, j: int) -> str:
    """An entry as the page writes it, such as w⁽¹⁾₂₃."""
    if table == "one":
        return "1"
    return _lettered(reading, table, small=True) + lowered(i) + ("" if EDGES[table][1] == "one" else lowered(j))


def symbol(reading: Reading, edge: str) -> str:
    """How many there are of what an edge counts, as a symbol: n₁, m or 1."""
    if edge in ("m", "one"):
        return {"m": "m", "one": "1"}[edge]
    return "n" + lowered(reading.layer + {"in": -1, "out": 0, "next": 1}[edge])


def counted(reading: Reading, edge: str) -> str:
    """The same with its number: n₁ = 4."""
    return symbol(reading, edge) if edge == "one" else f"{symbol(reading, edge)} = {reading.sizes[edge]}"


def meaning(reading: Reading, edge: str, one: bool = True) -> str:
    """What an edge counts, in words."""
    end = "" if one else "s"
    if edge == "m":
        return f"example{end}"
    return f"unit{end} of layer {reading.layer + {'in': -1, 'out': 0, 'next': 1}[edge]}"


def shape(reading: Reading, rows: str, columns: str) -> str:
    """A shape in symbols and numbers: n₁ × m = 4 × 5."""
    sizes = reading.sizes
    return f"{symbol(reading, rows)} × {symbol(reading, columns)} = {sizes[rows]} × {sizes[columns]}"


def factors(reading: Reading) -> tuple[str, str]:
    _, left, turn, right, turned = PRODUCTS[reading.product]
    return name(reading, left, turn), name(reading, right, turned)


def product(reading: Reading) -> str:
    """The product as a formula, with the bias where it is added."""
    return " ".join(factors(reading)) + (f" + {name(reading, 'b')}" if reading.with_bias else "")


def verdict(reading: Reading) -> str:
    """Does the product fit, why, and what comes of it."""
    left, right = factors(reading)
    rows, inner, other, columns = reading.edges
    target, kind = name(reading, reading.target), reading.kind
    if kind == "misfit":
        said = (
            f"{left} {right} cannot be formed: {left} has {_numbers(reading, inner)} in each row, {right} has "
            f"{_numbers(reading, other)} in each column. Each row of {left} runs over the {meaning(reading, inner, False)}, "
            f"each column of {right} over the {meaning(reading, other, False)}: they do not pair up."
        )
        return said + _in_rows(reading)
    if kind == "accident":
        said = (
            f"{left} {right} fits by accident: {symbol(reading, inner)} and {symbol(reading, other)} are both "
            f"{reading.sizes[inner]}. Each sum pairs {meaning(reading, inner, False)} with {meaning(reading, other, False)}, "
            "which do not belong together."
        )
        return f"{said} {_outcome(reading)}{_in_rows(reading)}"
    said = (
        f"{left} {right} fits: a row of {left} and a column of {right} both have {_numbers(reading, inner)}, "
        f"one for each {meaning(reading, inner)}."
    )
    if kind == "right":
        return f"{said} The result is {shape(reading, rows, columns)}, the shape of {target}. {_reason(reading)}"
    return f"{said} But it is {target} on its side, {symbol(reading, rows)} × {symbol(reading, columns)}. {_outcome(reading)}"


def _numbers(reading: Reading, edge: str) -> str:
    return f"{counted(reading, edge)} number{'' if reading.sizes[edge] == 1 else 's'}"


def _reason(reading: Reading) -> str:
    return {
        "Z": f"Row i of {name(reading, 'W')} holds the weights into unit i, column j of {name(reading, 'A')} is example j.",
        "G": f"Column i of {name(reading, 'V')} holds the weights out of unit i: the transpose makes a row of it.",
        "dW": "Each example adds its own δᵢ aⱼ, so the examples are what is summed over.",
        "db": "bᵢ takes part in every example, so its derivative is the sum of δᵢ over the examples.",
    }[reading.target]


def _in_rows(reading: Reading) -> str:
    if reading.product not in IN_ROWS:
        return ""
    return " Where examples are rows, as in PyTorch, these letters are right: each table is the transpose of ours."


def _outcome(reading: Reading) -> str:
    target, (rows, columns) = name(reading, reading.target), reading.shape
    if reading.shape != reading.wanted.shape:
        wanted = " × ".join(map(str, reading.wanted.shape))
        then = (
            "NumPy stretches it in the next step, without an error"
            if reading.stretches
            else "the next step raises an error"
        )
        return f"It is {rows} × {columns}, {target} is {wanted}: {then}."
    many, i, j = reading.differing
    if not many:
        return f"Here its numbers are those of {target} all the same: with larger sizes they are not."
    wrong, right = reading.result[i - 1, j - 1], reading.wanted[i - 1, j - 1]
    verb = "is" if many == 1 else "are"
    return (
        f"It has the shape of {target}, so no error is raised, and {many} of {rows * columns} entries {verb} wrong: "
        f"most of all entry {i}, {j}, {show(wrong)} instead of {show(right)}."
    )


def terms(reading: Reading) -> list[tuple[str, str, float | None, float | None]]:
    """The pairs behind the chosen entry: two symbols and two numbers, None where there is no partner."""
    _, left, turn, right, turned = PRODUCTS[reading.product]
    L, R = reading.factors
    i, j, made = reading.i, reading.j, []
    for k in range(1, max(L.shape[1], R.shape[0]) + 1):
        has, meets = k <= L.shape[1], k <= R.shape[0]
        made.append(
            (
                entry(reading, left, *((k, i) if turn else (i, k))) if has else "?",
                entry(reading, right, *((j, k) if turned else (k, j))) if meets else "?",
                float(L[i - 1, k - 1]) if has else None,
                float(R[k - 1, j - 1]) if meets else None,
            )
        )
    return made


def summed(reading: Reading, write: Callable[[float, int], str], digits: int) -> str:
    """The chosen entry as a sum, in symbols and in numbers."""
    pairs, i, j = terms(reading), reading.i, reading.j
    symbols = " + ".join(f"{a}·{b}" for a, b, _, _ in pairs)
    number = lambda v: "?" if v is None else _bracketed(write(v, digits))  # noqa: E731
    numbers = " + ".join(f"{number(a)}·{number(b)}" for _, _, a, b in pairs)
    if reading.with_bias:
        symbols += f" + {entry(reading, 'b', i, 1)}"
        numbers += f" + {number(float(reading.tables['b'][i - 1, 0]))}"
    if reading.result is None:
        return f"{symbols} = {numbers}: a number without a partner"
    first = f"{entry(reading, reading.target, i, j)} = " if reading.kind == "right" else ""
    return f"{first}{symbols} = {numbers} = {write(float(reading.result[i - 1, j - 1]), digits)}"


def _bracketed(said: str) -> str:
    return f"({said})" if said[0] in "-−" else said


def alt(reading: Reading) -> str:
    """What the still shows, for who does not see it."""
    sizes = ", ".join(counted(reading, edge) for edge in ("in", "out", "next", "m"))
    return (
        f"The tables of layer {reading.layer} as rectangles to scale, {sizes}. The product {product(reading)}: "
        f"{verdict(reading)} Entry {reading.i}, {reading.j}: {summed(reading, show, 4)}."
    )


def trace(reading: Reading) -> str:
    """All shapes, the product, the verdict, the sum behind one entry, and the numbers in six digits."""
    lines = [
        f"Layer {reading.layer}: {counted(reading, 'in')} units in, {counted(reading, 'out')} units out, "
        f"{counted(reading, 'next')} units in the next layer, {counted(reading, 'm')} examples",
        "",
        "Shapes, rows × columns",
    ]
    lines += [f"  {name(reading, table)}: {shape(reading, *edges)}" for table, edges in EDGES.items()]
    lines += ["", f"Product {product(reading)}, wanted {name(reading, reading.target)}", verdict(reading)]
    lines += ["", f"Entry {reading.i}, {reading.j}", f"  {summed(reading, plain, 6)}"]
    if reading.result is not None:
        lines += ["", product(reading), *_rows(reading.result)]
    if reading.kind != "right":
        lines += ["", name(reading, reading.target), *_rows(reading.wanted)]
    return "\n".join(lines)


def _rows(table: np.ndarray) -> list[str]:
    return ["  " + ", ".join(plain(float(v)) for v in row) for row in table]

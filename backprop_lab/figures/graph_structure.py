"""What the graph figure draws of a ``Value``: nodes in topological order, their operations, and the graph built anew.

All numbers are those of ``autodiff``: a structure and the numbers of its leaves are put together again with the operators
of ``Value``. ``js/graph_walk.js`` computes the same.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..autodiff import Value
from .wording import lowered, plain, raised, show

MOST_NODES, MOST_LETTERS, LARGEST = 16, 6, 100.0
NAME = re.compile(rf"[^\s\"'<>&{{}}]{{1,{MOST_LETTERS}}}")


@dataclass(frozen=True)
class Operation:
    """How it is written, with numbers and with symbols; what it does; its local rules with u, v for inputs, a for the result."""

    written: str
    made: Callable[..., Value]
    rules: tuple[str, ...]


OPERATIONS = {
    "add": Operation("{} + {}", lambda u, v: u + v, ("1", "1")),
    "sub": Operation("{} − {}", lambda u, v: u - v, ("1", "−1")),
    "neg": Operation("−{}", lambda u: -u, ("−1",)),
    "mul": Operation("{} · {}", lambda u, v: u * v, ("{v}", "{u}")),
    "div": Operation("{} / {}", lambda u, v: u / v, ("1 / {v}", "−{a} / {v}")),
    "exp": Operation("exp {}", Value.exp, ("{a}",)),
    "log": Operation("log {}", Value.log, ("1 / {u}",)),
    "tanh": Operation("tanh {}", Value.tanh, ("1 − {a}²",)),
    "relu": Operation("relu {}", Value.relu, ("1 if {u} > 0, else 0",)),
}


@dataclass(frozen=True)
class Node:
    """A leaf or a step.

    Parameters
    ----------
    symbol : str
    operation : str
        A key of ``OPERATIONS``, "pow", or "leaf".
    inputs : tuple of (int or None)
        Nodes by their place in the list; None is a plain number.
    number : float or None
        That number; of a power its exponent.
    """

    symbol: str
    operation: str
    inputs: tuple[int | None, ...] = ()
    number: float | None = None


def formula(nodes: list[Node], k: int, numbers: list[float] | None = None) -> str:
    """The right-hand side of a node, in symbols or in numbers.

    >>> nodes = [Node("x", "leaf"), Node("u", "mul", (None, 0), 2.0), Node("L", "pow", (1,), 2.0)]
    >>> formula(nodes, 1), formula(nodes, 2), formula(nodes, 2, [-3.0, -6.0, 36.0])
    ('2 · x', 'u²', '(−6)²')
    """
    node = nodes[k]

    def said(u: int | None) -> str:
        value = node.number if u is None else numbers[u] if numbers else None
        if value is None:
            return nodes[u].symbol
        return f"({show(value)})" if value < 0 or "⁻" in show(value) else show(value)

    if node.operation == "pow":
        return said(node.inputs[0]) + power(node.number)
    return OPERATIONS[node.operation].written.format(*map(said, node.inputs))


def power(n: float) -> str:
    """An exponent behind its base.

    >>> power(2.0), power(-1.0), power(0.5)
    ('²', '⁻¹', '^0.5')
    """
    return raised(int(n)) if n == int(n) and abs(n) < 100 else f"^{plain(n)}"


def rule(nodes: list[Node], k: int, i: int) -> str:
    """The local derivative of a node in its i-th input, in symbols.

    >>> rule([Node("x", "leaf"), Node("L", "pow", (0,), 2.0)], 1, 0)
    '2 x'
    """
    node = nodes[k]
    if node.operation == "pow":
        n, u = node.number, nodes[node.inputs[0]].symbol
        if n in (0, 1):
            return plain(n)
        return f"{show(n, 6)} {u}{'' if n == 2 else power(n - 1)}"
    said = [show(node.number) if u is None else nodes[u].symbol for u in node.inputs]
    return OPERATIONS[node.operation].rules[i].format(u=said[0], v=said[-1], a=node.symbol)


def structure(output: Value, names: Mapping[str, Value]) -> tuple[list[Node], list[float]]:
    """The nodes that are drawn, inputs before what is made from them, and the numbers of the leaves among them.

    A ``Value`` without a name that was made from nothing is a plain number in a formula, as in a printed graph, and so
    is what was made from such numbers alone.

    >>> x = Value(3.0, "x")
    >>> [node.symbol for node in structure(2 * x + 1, {})[0]]
    ['x', 'v₁', 'L']
    """
    called = {id(value): name for name, value in names.items()}
    order, drawn = output.order(), {}
    for v in order:
        if any(id(u) in drawn for u, _ in v.inputs) or (not v.inputs and (v.name or id(v) in called)):
            drawn[id(v)] = len(drawn)
    _refuse(output, names, order, drawn)
    nodes, leaves, steps = [], [], 0
    for v in (v for v in order if id(v) in drawn):
        if not v.inputs:
            nodes.append(Node(called.get(id(v), v.name), "leaf"))
            leaves.append(v.data)
            continue
        steps += id(v) not in called and v is not output
        symbol = called.get(id(v)) or ("L" if v is output else f"v{lowered(steps)}")
        operation, number = _operation(v)
        inputs = tuple(drawn.get(id(u)) for u, _ in v.inputs)
        plain_number = next((u.data for u, _ in v.inputs if id(u) not in drawn), number)
        nodes.append(Node(symbol, operation, inputs, plain_number))
    symbols = [node.symbol for node in nodes]
    if strange := next((s for s in symbols if not NAME.fullmatch(s)), None):
        raise ValueError(
            f"graph: a name has 1 to {MOST_LETTERS} letters, without spaces, quotes and <>&{{}}; got {strange!r}"
        )
    if twice := next((s for s in symbols if symbols.count(s) > 1), None):
        raise ValueError(f"graph: two values are called {twice!r}; give each a name of its own")
    for node, leaf in zip((node for node in nodes if node.operation == "leaf"), leaves, strict=True):
        if not abs(leaf) <= LARGEST:
            raise ValueError(
                f"graph: the leaf {node.symbol} must lie between {-LARGEST:g} and {LARGEST:g}, got {leaf:g}; "
                "autodiff itself takes any number"
            )
    made = built(nodes, leaves)
    for v, again in zip((v for v in order if id(v) in drawn), made, strict=True):
        if v.data != again.data or [d for u, d in v.inputs if id(u) in drawn] != [d for _, d in slopes(again, made)]:
            raise ValueError(
                f"graph: {symbols[drawn[id(v)]]} is {v.data:g}, and its inputs give {again.data:g}: after a change of a "
                "leaf's data compute the output anew, and give an exponent at most six digits"
            )
    return nodes, leaves


def _operation(v: Value) -> tuple[str, float | None]:
    for key, operation in OPERATIONS.items():
        if v.name == operation.written:
            return key, None
    if found := re.fullmatch(r"\{\} \*\* (\S+)", v.name):
        return "pow", float(found[1])
    raise ValueError(f"graph: there is no drawing for the operation {v.name!r}; build it from those of Value")


def _refuse(output: Value, names: Mapping[str, Value], order: list[Value], drawn: Mapping[int, int]) -> None:
    """What cannot be drawn, and what to do about it."""
    for name, value in names.items():
        if id(value) not in drawn:
            raise ValueError(f"graph: names[{name!r}] is no value that output was made from, or no leaf is in it")
    if id(output) not in drawn or not output.inputs:
        raise ValueError(
            "graph: output must be made from at least one leaf with a name, such as Value(0.5, 'w'); "
            f"got {output!r}, in which there is none to move"
        )
    if len(drawn) > MOST_NODES:
        raise ValueError(
            f"graph: output has {len(drawn)} nodes, and there is room for {MOST_NODES}; "
            "draw a part of it, or print(output) for a table of any length"
        )


def built(nodes: list[Node], leaves: list[float], moved: Mapping[int, float] | None = None) -> list[Value]:
    """The values of all nodes, made anew from these leaves by the operators of ``Value``.

    Parameters
    ----------
    moved : mapping, optional
        Nodes whose number is another, whatever they are made from: for nudging a step.
    """
    made: list[Value] = []
    given = iter(leaves)
    for k, node in enumerate(nodes):
        leaf = next(given) if node.operation == "leaf" else None
        if moved and k in moved:
            made.append(Value(moved[k], node.symbol))
        elif leaf is not None:
            made.append(Value(leaf, node.symbol))
        elif node.operation == "pow":
            made.append(made[node.inputs[0]] ** node.number)
        else:
            inputs = (Value(node.number) if u is None else made[u] for u in node.inputs)
            made.append(OPERATIONS[node.operation].made(*inputs))
    return made


def slopes(v: Value, made: list[Value]) -> list[tuple[int, float]]:
    """The local derivatives of a value that ``built`` made, each with the place of its input; none for plain numbers."""
    place = {id(value): k for k, value in enumerate(made)}
    return [(place[id(u)], slope) for u, slope in v.inputs if id(u) in place]

"""The "graph" figure of chapter "Any graph": a graph of computation, forward and back, a node at a time.

A step needs its own local derivatives alone (eq-local-rules). Shares add up where a node goes into several others
(eq-graph-sum), and it passes on only when all of them have come (eq-graph-order). Switches break each of these.
"""

from collections.abc import Mapping

from ..autodiff import Value
from .graph_layout import layout
from .graph_still import still
from .graph_structure import Node, structure
from .graph_walk import FORKS, ORDERS, Reading, Way
from .graph_words import alt, trace
from .live import LiveFigure
from .settings import one_of, whole


def _diamond() -> tuple[Value, dict[str, Value]]:
    x = Value(3.0, "x")
    u = 2 * x
    v = u + 1
    return u * v, {"u": u, "v": v}


def _arms() -> tuple[Value, dict[str, Value]]:
    w, x, b = Value(0.5, "w"), Value(1.6, "x"), Value(-0.3, "b")
    p = w * x
    q, r = p + b, p.tanh()
    return q * r, {"p": p, "q": q, "r": r}


def _neuron() -> tuple[Value, dict[str, Value]]:
    w, x, b, y = Value(0.5, "w"), Value(2.0, "x"), Value(-0.25, "b"), Value(1.0, "y")
    product = w * x
    z = product + b
    a = z.tanh()
    e = a - y
    square = e**2
    return square / 2, {"p": product, "z": z, "a": a, "e": e, "s": square}


def _twice() -> tuple[Value, dict[str, Value]]:
    w, x, y = Value(0.8, "w"), Value(1.5, "x"), Value(0.2, "y")
    z1 = w * x
    a1 = z1.tanh()
    z2 = w * a1
    a2 = z2.tanh()
    e = a2 - y
    return e**2, {"z₁": z1, "a₁": a1, "z₂": z2, "a₂": a2, "e": e}


# name -> its button, and what makes it
EXAMPLES = {
    "diamond": ("diamond", _diamond),
    "arms": ("two arms", _arms),
    "neuron": ("one neuron", _neuron),
    "twice": ("a weight used twice", _twice),
}


def graph(
    output: Value | str = "diamond",
    *,
    names: Mapping[str, Value] | None = None,
    order: str = "topological",
    fork: str = "+=",
    calls: int = 1,
    step: int = 0,
) -> LiveFigure:
    """A graph of computation: values forward, gradients back, node by node; with switches for three mistakes.

    Parameters
    ----------
    output : autodiff.Value or str
        The last value of a graph of at most 16 nodes, made from leaves with names; a number without a name stands in
        the formulas. Or one of the examples "diamond", "arms", "neuron" and "twice"; then all of them can be chosen.
    names : mapping of str to Value, optional
        What to call results, as ``{"u": u}``; the others are v₁, v₂, …, and the last one L.
    order : str
        The walk back at first: "topological", or "depth first", in which no node waits.
    fork : str
        "+=", or "=", with which the last share that comes to a node replaces the others.
    calls : int
        1, or 2: then ``backward`` is called twice, and nothing is reset in between.
    step : int
        How many steps the live figure has done at first.

    Returns
    -------
    LiveFigure
        Shown as a live figure on a page, as the trace elsewhere.

    Raises
    ------
    TypeError
        If output is neither a Value nor a text, or a setting has the wrong type.
    ValueError
        If there is no such example, order, fork, number of calls or step; if the graph has no leaf with a name, too many
        nodes, lines or letters in a name, or a leaf outside −100 … 100.

    Examples
    --------
    >>> from backprop_lab.autodiff import Value
    >>> w, x = Value(0.5, "w"), Value(2.0, "x")
    >>> print(graph(w * x + w).trace.splitlines()[0])
    Graph: v₁ = w · x, L = v₁ + w
    >>> print(graph(order="depth first").trace.splitlines()[-1])
    1 of 4 gradients is wrong: x (14, not 26).
    """
    if isinstance(output, str):
        chosen = one_of("graph", "output", output, EXAMPLES)
        if names is not None:
            raise TypeError("graph: names are for results of your own: graph(output, names={'u': u})")
        graphs = {name: (said, *structure(*made())) for name, (said, made) in EXAMPLES.items()}
    elif isinstance(output, Value):
        if names is not None and not isinstance(names, Mapping):
            raise TypeError(f"graph: names must be a dict such as {{'u': u}}, got {names!r}")
        chosen, graphs = "given", {"given": ("given", *structure(output, names or {}))}
    else:
        raise TypeError(
            f"graph: output must be an autodiff.Value or one of {', '.join(EXAMPLES)}, got {output!r}; "
            "make leaves with Value(0.5, 'w') and compute with them"
        )
    way = Way(
        one_of("graph", "order", order, ORDERS),
        one_of("graph", "fork", fork, FORKS),
        whole("graph", "calls", calls, (1, 2)),
    )
    _, nodes, leaves = graphs[chosen]
    r, place = Reading(nodes, leaves, way), layout(nodes)
    setting = {
        "graphs": {name: _as_setting(*made) for name, made in graphs.items()},
        "examples": list(graphs), "example": chosen, "order": way.order, "fork": way.fork, "calls": way.calls,
        "step": whole("graph", "step", step, (0, len(r.steps))),
    }  # fmt: skip
    scripts = ("graph_walk.js", "graph_words.js", "graph_picture.js", "graph.js")
    return LiveFigure("backprop-graph", scripts, setting, still(r, place), alt(r), trace(r))


def _as_setting(said: str, nodes: list[Node], leaves: list[float]) -> dict[str, object]:
    return {
        "said": said,
        "nodes": [[node.symbol, node.operation, node.inputs, node.number] for node in nodes],
        "leaves": leaves,
        "layout": layout(nodes).as_setting(),
    }

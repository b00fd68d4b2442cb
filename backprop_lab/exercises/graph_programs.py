"""Programs that drive a student's ``Value``: an operation by itself, one with a plain number, and whole graphs."""

from . import graphs
from .graphs import Graph
from .steps import Program
from .values import Values


def program(graph: Graph) -> tuple[list[tuple], dict[str, int]]:
    """Instructions that make the graph, and where each of its names is."""
    lines: list[tuple] = [("make", x) for x in graph["leaves"]]
    places = {name: k for k, name in enumerate(graphs.leaf_names(graph))}
    for step, operation, inputs in graphs.steps(graph):
        operands = [places[u] for u in inputs]
        places[step] = len(lines)
        lines.append(
            (operation, *operands) if len(operands) == 2 or operation == "negate" else ("method", operation, *operands)
        )
    return lines, places


def one_by_one(u: Values, kind: str) -> Program:
    """Each operation of a kind on leaves of its own, and backward() of its result."""
    lines: list[tuple] = [("read", "data", {}, "data"), ("read", "grad", {}, "grad")]
    for name, operation, inputs in graphs.operations(u, kind):
        graph = {"leaves": inputs, "steps": (" ".join([operation, *(f"x{k}" for k in range(1, len(inputs) + 1))]),)}
        own, places = program(graph)
        start = len(lines)
        lines += [_shifted(line, start) for line in own]
        made, leaves = start + places["v1"], {f"{name}, input {k}": start + k - 1 for k in range(1, len(inputs) + 1)}
        # Read at once: a tape that is cleared by the next call of backward() is right too.
        lines += [("do", "backward", made), ("read", "data", {name: made}, "data"), ("read", "grad", leaves, "grad")]
    return Program(kind, "Value", tuple(lines))


def _shifted(line: tuple, by: int) -> tuple:
    word, *operands = line
    if word == "make":
        return line
    return (word, *(k + by if isinstance(k, int) else k for k in operands))


def with_numbers(u: Values) -> Program:
    """Each operation of the number and a new Value."""
    lines: list[tuple] = [("number", u.mix["c"])]
    for step in u.mix["steps"]:
        first, operation, _ = step.split()
        v = len(lines)
        lines += [("make", u.mix["v"]), (operation, *((0, v) if first == "c" else (v, 0))), ("do", "backward", v + 1)]
        lines += [("read", "data", {step: v + 1}, "data"), ("read", "grad", {step: v}, "grad")]
    return Program("numbers", "Value", tuple(lines))


def on_graph(name: str, graph: Graph) -> Program:
    """The graph, backward() of its result, and every gradient."""
    lines, places = program(graph)
    lines += [("do", "backward", places[graph["result"]]), ("read", "grad", places, "grad")]
    return Program(name, "Value", tuple(lines))


def called_again(graph: Graph) -> Program:
    """backward() of a step in the middle, then of the result, then of the result once more."""
    lines, places = program(graph)
    middle, result = (("do", "backward", places[graph[which]]) for which in ("middle", "result"))
    another, again = (("read", "grad", places, name) for name in ("another", "again"))
    return Program("second", "Value", (*lines, middle, result, another, result, again))

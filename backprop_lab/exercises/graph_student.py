"""A student's ``Value`` with mistakes in it: the class of the model student."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from . import graphs
from .values import Values

NOTHING: Mapping[str, Any] = {"leaves": (), "steps": (), "result": ""}


def class_with(value_of: Callable[[str, Values], Any]) -> type:
    """A class whose operations and gradients are ``value_of(term, u)``: it tells by the graph which term is asked for."""

    def alone(**given: Any) -> Values:
        graphless = {f"{name}_graph": NOTHING for name in graphs.GRAPHS}
        return Values(**{**graphless, "mix": {"steps": ()}, **given})

    class Value:
        program: ClassVar[list["Value"]] = []
        called: ClassVar[tuple[str, ...]] = ()

        def __init__(self, data: float, operation: str = "", inputs: tuple = (), slopes: tuple = ()) -> None:
            self.data, self.grad = data, 0.0
            self.operation, self.inputs, self.slopes = operation, inputs, slopes
            if not inputs and any(v.inputs for v in Value.program):
                Value.program = []
                Value.called = ()
            Value.program.append(self)

        def made(self, operation: str, *inputs: "Value") -> "Value":
            graph = {"leaves": tuple(v.data for v in inputs), "result": "v1"}
            graph["steps"] = (" ".join([operation, *(f"x{k}" for k in range(1, len(inputs) + 1))]),)
            told = value_of(graphs.KINDS[operation], alone(fork_graph=graph))
            name = graphs.called("fork", "v1", operation)
            slopes = tuple(told["grad"][f"{name}, input {k}"] for k in range(1, len(inputs) + 1))
            return Value(told["data"][name], operation, inputs, slopes)

        def mixed(self, operation: str, number: float, left: bool) -> "Value":
            step = f"c {operation} v" if left else f"v {operation} c"
            pair = (number, self.data) if left else (self.data, number)
            slope = graphs.rule(operation, pair)[left]
            u = alone(mix={"c": number, "v": self.data, "steps": (step,)}, slopes={step: slope})
            told = value_of("numbers", u)
            return Value(told["data"][step], f"{operation} number", (self,), (told["grad"][step],))

        def __add__(self, other: Any) -> "Value":
            return self.made("+", self, other) if isinstance(other, Value) else self.mixed("+", other, False)

        def __sub__(self, other: Any) -> "Value":
            return self.made("-", self, other) if isinstance(other, Value) else self.mixed("-", other, False)

        def __mul__(self, other: Any) -> "Value":
            return self.made("*", self, other) if isinstance(other, Value) else self.mixed("*", other, False)

        def __radd__(self, other: float) -> "Value":
            return self.mixed("+", other, True)

        def __rsub__(self, other: float) -> "Value":
            return self.mixed("-", other, True)

        def __rmul__(self, other: float) -> "Value":
            return self.mixed("*", other, True)

        def __neg__(self) -> "Value":
            return self.made("negate", self)

        def tanh(self) -> "Value":
            return self.made("tanh", self)

        def exp(self) -> "Value":
            return self.made("exp", self)

        def backward(self) -> None:
            results = [v for v in Value.program if v.inputs]
            if len(results) == 1:
                for u, slope in zip(self.inputs, self.slopes, strict=True):
                    u.grad = slope
                return
            leaves = [v for v in Value.program if not v.inputs]
            names = {id(v): f"x{k}" for k, v in enumerate(leaves, 1)} | {
                id(v): f"v{k}" for k, v in enumerate(results, 1)
            }
            graph = {
                "leaves": tuple(v.data for v in leaves), "result": names[id(self)],
                "steps": tuple(" ".join([v.operation, *(names[id(u)] for u in v.inputs)]) for v in results),
            }  # fmt: skip
            slopes = {names[id(v)]: v.slopes for v in results}
            told = self._told(graph, slopes)
            for v in Value.program:
                v.grad = told[names[id(v)]]

        def _told(self, graph: dict, slopes: dict) -> Mapping[str, Any]:
            used = [u for step in graph["steps"] for u in step.split()[1:]]
            twice = {u for u in used if used.count(u) > 1}
            name = "order" if any(u[0] == "v" for u in twice) else "fork" if twice else "second"
            if name != "second":
                return value_of(name, alone(**{f"{name}_graph": graph}, slopes=slopes))["grad"]
            Value.called = (*Value.called, graph["result"])
            if len(Value.called) == 1:
                return graphs.added_up(graph, slopes)
            u = alone(second_graph={**graph, "middle": Value.called[0]}, slopes=slopes)
            return value_of(name, u)["another" if len(Value.called) == 2 else "again"]

    return Value

"""What students write for E14, with closures and with slopes, and what they are told."""

import math

import numpy as np

from backprop_lab.exercises import load
from backprop_lab.grading.calibrate import answered

E14 = load("e14")
ALL = {"plus": 1, "minus": 1, "times": 1, "bends": 1, "numbers": 1, "fork": 3, "order": 3, "second": 1}

# As a student would write it who has seen micrograd.
CLOSURES = """
class Value:
    def __init__(self, data, prev=()):
        self.data, self.grad = data, 0.0
        self._prev = prev
        self._backward = lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other))
        def _backward():
            self.grad += out.grad
            other.grad += out.grad  # sum
        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other))
        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out._backward = _backward
        return out

    def tanh(self):
        t = math.tanh(self.data)
        out = Value(t, (self,))
        def _backward():
            self.grad += (1 - t**2) * out.grad
        out._backward = _backward
        return out

    def exp(self):
        e = math.exp(self.data)
        out = Value(e, (self,))
        def _backward():
            self.grad += e * out.grad
        out._backward = _backward
        return out

    def __neg__(self):
        out = Value(-self.data, (self,))
        def _backward():
            self.grad -= out.grad  # negation
        out._backward = _backward
        return out

    def __sub__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data - other.data, (self, other))
        def _backward():
            self.grad += out.grad
            other.grad -= out.grad  # difference
        out._backward = _backward
        return out

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return Value(other) - self

    def backward(self):
        topo, visited = [], set()
        def build(v):
            if v not in visited:
                visited.add(v)
                for child in v._prev:
                    build(child)
                topo.append(v)
        build(self)
        for v in topo:
            v.grad = 0.0
        self.grad = 1.0
        for v in reversed(topo):
            v._backward()
"""
BACKWARD = CLOSURES[CLOSURES.index("    def backward") :]
# With a list of inputs and local derivatives, as the master writes it.
SLOPES = """
class Value:
    def __init__(self, data, *inputs):
        self.data, self.grad, self.inputs = data, 0.0, inputs
    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, 1.0), (other, 1.0))
    def __sub__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data - other.data, (self, 1.0), (other, -1.0))
    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other.data), (other, self.data))
    def __neg__(self):
        return Value(-self.data, (self, -1.0))
    def tanh(self):
        return Value(math.tanh(self.data), (self, 1 - math.tanh(self.data) ** 2))
    def exp(self):
        return Value(math.exp(self.data), (self, math.exp(self.data)))
    __radd__, __rmul__ = __add__, __mul__
    def __rsub__(self, other):
        return Value(other) - self
"""


def value_class(source, *changes):
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new)
    names = {"math": math, "__name__": "__main__"}
    exec(compile(source, "<ipython-input-1-x>", "exec"), names)
    return names["Value"]


def results(made, seed=0):
    return {r.term.name: r for r in answered(E14, {"Value": made}, E14.fixtures(np.random.default_rng(seed)))}


BACKWARD_OF_SLOPES = """
    def backward(self):
        order, seen = [], set()
        def place(v):
            if v not in seen:
                seen.add(v)
                for u, slope in v.inputs:
                    place(u)
                order.append(v)
        place(self)
        for v in order:
            v.grad = 0.0
        self.grad = 1.0
        for v in reversed(order):
            for u, slope in v.inputs:
                u.grad += v.grad * slope
"""

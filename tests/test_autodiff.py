"""The scalar engine before four judges, and the mistakes that its two rules are there to prevent."""

import cmath
import math
import operator

import numpy as np
import pytest

from backprop_lab.autodiff import Value


def method(name):
    """A function that takes Values by their method, and complex numbers by cmath: the same program for both."""
    beside = {"exp": cmath.exp, "log": cmath.log, "tanh": cmath.tanh, "relu": lambda u: u if u.real > 0 else 0 * u}
    return lambda u: getattr(u, name)() if isinstance(u, Value) else beside[name](u)


exp, log, tanh, relu = (method(name) for name in ("exp", "log", "tanh", "relu"))


def worst_error(program, point, backward=Value.backward):
    """How far the engine is from the complex step of the same program, relative to its largest derivative."""
    leaves = [Value(x) for x in point]
    L = program(*leaves)
    backward(L)
    step = 1e-30
    numerical = [
        program(*(complex(x, step if i == k else 0.0) for i, x in enumerate(point))).imag / step
        for k in range(len(point))
    ]
    scale = max(map(abs, numerical))
    return max(abs(leaf.grad - d) for leaf, d in zip(leaves, numerical, strict=True)) / scale


RULES = {
    "u + v": lambda u, v: u + v,
    "u − v": lambda u, v: u - v,
    "u v": lambda u, v: u * v,
    "u / v": lambda u, v: u / v,
    "2 + u, 3 − v": lambda u, v: (2 + u) * (3 - v),
    "2 u, u / 3, 2 / v": lambda u, v: 2 * u + u / 3 + 2 / v,
    "−u": lambda u, v: -u * v,
    "u³, v⁻²": lambda u, v: u**3 + v**-2,
    "v^½": lambda u, v: u * v**0.5,
    "u⁰": lambda u, v: u**0 + v,
    "exp": lambda u, v: exp(u * v),
    "log": lambda u, v: log(v) * u,
    "tanh": lambda u, v: tanh(u) * v,
    "relu": lambda u, v: relu(u) * v + relu(-u) * v * 3,
}
POINTS = [(0.7, 1.3), (-1.9, 0.4), (2.6, 3.1), (-0.2, 5.0)]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_agrees_with_the_complex_step(rule):
    assert max(worst_error(RULES[rule], point) for point in POINTS) < 1e-13


def random_program(seed):
    """A graph of 40 steps over three leaves in which results are used again and again."""
    rng = np.random.default_rng(seed)
    two = [operator.add, operator.sub, operator.mul, lambda u, v: u / (v * v + 1.5)]
    one = [tanh, lambda u: exp(tanh(u)), lambda u: log(u * u + 1.2), lambda u: 0.5 * u**2 / (1 + u**2), relu]
    steps = []
    for k in range(3, 43):
        if rng.random() < 0.6:
            steps.append((two[rng.integers(len(two))], (*rng.integers(0, k, 2),)))
        else:
            steps.append((one[rng.integers(len(one))], (rng.integers(0, k),)))

    def program(*leaves):
        made = list(leaves)
        for operation, inputs in steps:
            made.append(tanh(operation(*(made[i] for i in inputs))))
        return sum(made[-8:], made[0] * made[1] * made[2])

    return program


@pytest.mark.parametrize("seed", range(30))
def test_random_graphs_agree_with_the_complex_step_and_with_central_differences(seed):
    program, point = random_program(seed), tuple(np.random.default_rng(seed + 1000).uniform(-2, 2, 3))
    assert worst_error(program, point) < 1e-12
    leaves = [Value(x) for x in point]
    program(*leaves).backward()
    for k, leaf in enumerate(leaves):
        up, down = ([x + h * (i == k) for i, x in enumerate(point)] for h in (1e-6, -1e-6))
        difference = (program(*map(Value, up)).data - program(*map(Value, down)).data) / 2e-6
        assert leaf.grad == pytest.approx(difference, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_puts_every_value_behind_its_inputs_once(seed):
    L = random_program(seed)(Value(0.1), Value(0.2), Value(0.3))
    order = L.order()
    place = {id(v): k for k, v in enumerate(order)}
    assert len(place) == len(order)
    assert order[-1] is L
    assert all(place[id(u)] < place[id(v)] for v in order for u, _ in v.inputs)


# ── By hand ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_neuron_by_hand():
    """z = 3·2 − 5 = 1; a = tanh 1; L = ½ (a − 1)²; ∂L/∂z = (a − 1)(1 − a²), times x = 2 and w = 3."""
    w, x, b = Value(3.0), Value(2.0), Value(-5.0)
    L = ((w * x + b).tanh() - 1) ** 2 / 2
    L.backward()
    a = math.tanh(1.0)
    delta = (a - 1) * (1 - a * a)
    assert L.data == pytest.approx((a - 1) ** 2 / 2)
    assert (w.grad, x.grad, b.grad) == pytest.approx((2 * delta, 3 * delta, delta))


def diamond(x):
    """u = 2x; L = u (u + 1) = 4x² + 2x: u goes into L by two ways, one of them longer."""
    u = 2 * x
    return u * (u + 1)


def test_the_diamond():
    """dL/dx = 8x + 2 = 26 at x = 3."""
    x = Value(3.0)
    diamond(x).backward()
    assert x.grad == 26.0


@pytest.mark.parametrize(
    ("fork", "slope"),
    [
        (lambda x: x + x, 2.0),
        (lambda x: x * x, 6.0),
        (lambda x: x * x * x, 27.0),
        (lambda x: x - x, 0.0),
        (lambda x: x / x, 0.0),
        (lambda x: sum([x, x, x, x]), 4.0),
    ],
)
def test_shares_add_up_at_a_fork(fork, slope):
    x = Value(3.0)
    fork(x).backward()
    assert x.grad == pytest.approx(slope, abs=1e-15)


def test_the_kink_of_relu_has_slope_zero():
    x = Value(0.0)
    x.relu().backward()
    assert x.grad == 0.0


# ── Planted mistakes ──────────────────────────────────────────────────────────────────────────────────────────────────


def assigns_at_forks(L):
    """The last share wins: = for +=."""
    L.grad = 1.0
    for v in reversed(L.order()):
        for u, slope in v.inputs:
            u.grad = v.grad * slope


def goes_level_by_level(L):
    """From the loss outwards, every value once as soon as it is met: it passes on what has come in so far."""
    L.grad, queue, seen = 1.0, [L], {id(L)}
    while queue:
        v = queue.pop(0)
        for u, slope in v.inputs:
            u.grad += v.grad * slope
            if id(u) not in seen:
                seen.add(id(u))
                queue.append(u)


def goes_down_every_path_with_the_running_total(L):
    """Recursion without an order: a value that is met twice passes its first share on twice."""

    def visit(v):
        for u, slope in v.inputs:
            u.grad += v.grad * slope
            visit(u)

    L.grad = 1.0
    visit(L)


@pytest.mark.parametrize("wrong", [assigns_at_forks, goes_level_by_level, goes_down_every_path_with_the_running_total])
def test_the_diamond_and_random_graphs_catch_a_wrong_backward_pass(wrong):
    assert worst_error(diamond, (3.0,)) == 0.0
    assert worst_error(diamond, (3.0,), wrong) > 0.1
    assert sum(worst_error(random_program(seed), (0.4, -1.2, 1.7), wrong) > 1e-6 for seed in range(10)) == 10


def test_a_chain_without_forks_hides_them_all():
    """Why the diamond is needed: on a chain every order is the right one."""
    for wrong in (assigns_at_forks, goes_level_by_level, goes_down_every_path_with_the_running_total):
        assert worst_error(lambda x: tanh(exp(2 * x)) ** 3, (-0.3,), wrong) < 1e-14


@pytest.mark.parametrize(
    ("rule", "name", "wrong"),
    [
        ("tanh", "tanh", lambda u: Value(math.tanh(u.data), "tanh {}", (u, 1 - math.tanh(u.data)))),
        ("exp", "exp", lambda u: Value(math.exp(u.data), "exp {}", (u, u.data))),
        ("log", "log", lambda u: Value(math.log(u.data), "log {}", (u, math.log(u.data)))),
        ("relu", "relu", lambda u: Value(max(u.data, 0.0), "relu {}", (u, 1.0))),
        ("u / v", "__truediv__", lambda u, v: Value(u.data / v.data, "{} / {}", (u, 1 / v.data), (v, 1 / v.data**2))),
        ("u − v", "__sub__", lambda u, v: Value(u.data - v.data, "{} − {}", (u, 1.0), (v, 1.0))),
        ("u v", "__mul__", lambda u, v: Value(u.data * v.data, "{} · {}", (u, u.data), (v, v.data))),
        ("u³, v⁻²", "__pow__", lambda u, n: Value(u.data**n, "power", (u, n * u.data**n))),
    ],
)
def test_a_wrong_local_rule_is_caught(monkeypatch, rule, name, wrong):
    monkeypatch.setattr(Value, name, wrong)
    assert max(worst_error(RULES[rule], point) for point in POINTS) > 1e-3

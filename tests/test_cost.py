"""Every closed form of ``cost`` against a run in plain loops whose numbers count their own products."""

import itertools
import math

import numpy as np
import pytest

from backprop_lab import cost, network
from backprop_lab.differences import slopes

CASES = [((2, 3, 1), 1), ((3, 7, 5, 2), 1), ((1, 1, 1), 3), ((4, 4, 4), 2), ((2, 3, 2, 3, 2), 3), ((5, 2), 7)]
cases = pytest.mark.parametrize(("sizes", "batch"), CASES)


class Counted(float):
    """A float that counts the products it takes part in."""

    products = 0

    def __mul__(self, other):
        Counted.products += 1
        return Counted(float(self) * float(other))

    def __add__(self, other):
        return Counted(float(self) + float(other))

    __rmul__, __radd__ = __mul__, __add__


class Loops:
    """A tanh network with the squared error, in loops over units and examples. Nothing is vectorised or reused."""

    def __init__(self, sizes, batch):
        rng = np.random.default_rng(7)
        self.sizes, self.batch, self.L = sizes, batch, len(sizes) - 1
        self.params = network.init(sizes, "tanh", "squared_error", seed=3)
        self.params.vector[...] += 0.1 * rng.normal(size=self.params.vector.size)
        self.X, self.Y = rng.normal(size=(sizes[0], batch)), rng.normal(size=(sizes[-1], batch))
        self.evaluations = self.paths = Counted.products = 0

    def sigma(self, z):
        self.evaluations += 1
        return Counted(math.tanh(z))

    def slope(self, z):
        self.evaluations += 1
        return Counted(1 - math.tanh(z) ** 2)

    def forward(self, params=None):
        W, b = (params or self.params).W, (params or self.params).b
        self.z, self.a = {}, {0: [[Counted(x) for x in row] for row in self.X]}
        for l in range(1, self.L + 1):
            self.z[l] = [
                [
                    sum(
                        (Counted(W[l][i, j]) * self.a[l - 1][j][e] for j in range(self.sizes[l - 1])),
                        Counted(b[l][i, 0]),
                    )
                    for e in range(self.batch)
                ]
                for i in range(self.sizes[l])
            ]
            self.a[l] = [[self.sigma(z) for z in row] for row in self.z[l]]
        loss = sum(
            (float(self.a[self.L][i][e]) - self.Y[i, e]) ** 2 / 2
            for i in range(self.sizes[-1])
            for e in range(self.batch)
        )
        return loss / self.batch

    def dL_da(self, i, e):
        return Counted((float(self.a[self.L][i][e]) - self.Y[i, e]) / self.batch)

    def backward(self, inputs):
        W, examples = self.params.W, range(self.batch)
        delta, gradient = {}, {}
        for l in range(self.L, 0, -1):
            delta[l] = [[None] * self.batch for _ in range(self.sizes[l])]
            for i, e in itertools.product(range(self.sizes[l]), examples):
                if l == self.L:
                    arriving = self.dL_da(i, e)
                else:
                    arriving = sum(Counted(W[l + 1][k, i]) * delta[l + 1][k][e] for k in range(self.sizes[l + 1]))
                delta[l][i][e] = arriving * self.slope(self.z[l][i][e])
            for i in range(self.sizes[l]):
                for j in range(self.sizes[l - 1]):
                    gradient["W", l, i, j] = sum(delta[l][i][e] * self.a[l - 1][j][e] for e in examples)
                gradient["b", l, i] = sum(delta[l][i])
        if inputs:
            self.dL_dx = [
                [sum(Counted(W[1][k, i]) * delta[1][k][e] for k in range(self.sizes[1])) for e in examples]
                for i in range(self.sizes[0])
            ]
        return gradient

    def path_sums(self, biases=True):
        gradient = {}
        for l in range(1, self.L + 1):
            for i in range(self.sizes[l]):
                for j in range(self.sizes[l - 1]):
                    gradient["W", l, i, j] = self.over_paths(l, i, lambda e, l=l, j=j: [self.a[l - 1][j][e]])
                if biases:
                    gradient["b", l, i] = self.over_paths(l, i, lambda e: [])
        return gradient

    def over_paths(self, l, i, last):
        total = 0.0
        for e in range(self.batch):
            for way in itertools.product(*(range(n) for n in self.sizes[l + 1 :])):
                self.paths += 1
                units = (i, *way)
                factors = [self.dL_da(units[-1], e)]
                for k in range(self.L, l, -1):
                    to, come_from = units[k - l], units[k - l - 1]
                    factors += [self.slope(self.z[k][to][e]), Counted(self.params.W[k][to, come_from])]
                factors += [self.slope(self.z[l][i][e]), *last(e)]
                product = factors[0]
                for factor in factors[1:]:
                    product = product * factor
                total += product
        return total

    def hold_against_the_network(self, gradient):
        grads = network.backward(self.params, network.forward(self.params, self.X), self.Y)
        for (letter, l, *index), value in gradient.items():
            true = grads.dW[l][tuple(index)] if letter == "W" else grads.db[l][index[0], 0]
            assert float(value) == pytest.approx(true, rel=1e-10, abs=1e-14)


@cases
def test_forward(sizes, batch):
    run = Loops(sizes, batch)
    run.forward()
    expected = cost.forward(sizes, batch)
    assert (Counted.products, run.evaluations) == (expected.multiplications, expected.evaluations)
    cache = network.forward(run.params, run.X)
    kept = [*cache.z.values(), *(a for l, a in cache.a.items() if l > 0)]
    assert sum(a.nbytes for a in kept) == expected.bytes_kept("float64")


@cases
@pytest.mark.parametrize("inputs", [False, True])
def test_backward(sizes, batch, inputs):
    run = Loops(sizes, batch)
    run.forward()
    Counted.products = run.evaluations = 0
    gradient = run.backward(inputs)
    expected = cost.backward(sizes, batch, inputs=inputs)
    assert (Counted.products, run.evaluations) == (expected.multiplications, expected.evaluations)
    run.hold_against_the_network(gradient)
    grads = network.backward(run.params, network.forward(run.params, run.X), run.Y)
    kept = grads.vector.size + sum(d.size for d in grads.delta.values())
    assert expected.kept == kept + (grads.dL_dx.size if inputs else 0)
    if inputs:
        np.testing.assert_allclose(np.array(run.dL_dx, dtype=float), grads.dL_dx, rtol=1e-12)


@cases
@pytest.mark.parametrize("biases", [False, True])
def test_path_sums(sizes, batch, biases):
    run = Loops(sizes, batch)
    run.forward()
    Counted.products = run.evaluations = 0
    gradient = run.path_sums(biases)
    expected = cost.path_sums(sizes, batch, biases=biases)
    assert (Counted.products, run.evaluations) == (expected.multiplications, expected.evaluations)
    assert run.paths == expected.paths * batch
    assert len(gradient) == expected.kept
    run.hold_against_the_network(gradient)


@pytest.mark.parametrize(("sizes", "batch"), CASES[:3])
@pytest.mark.parametrize("scheme", ["central", "forward"])
def test_finite_differences(sizes, batch, scheme):
    run = Loops(sizes, batch)
    gradient = [
        slope for _, slope in slopes(lambda v: run.forward(run.params.with_vector(v)), run.params.vector, scheme=scheme)
    ]
    expected = cost.finite_differences(sizes, batch, scheme)
    assert (Counted.products, run.evaluations) == (expected.multiplications, expected.evaluations)
    true = network.backward(run.params, network.forward(run.params, run.X), run.Y).vector
    np.testing.assert_allclose(gradient, true, atol=1e-6)


@cases
@pytest.mark.parametrize("scheme", ["central", "forward", "complex"])
def test_passes_of_finite_differences(sizes, batch, scheme):
    params, passes = network.init(sizes), []
    list(slopes(lambda v: passes.append(1) or v.sum(), params.vector, scheme=scheme))
    assert len(passes) == cost.finite_differences(sizes, batch, scheme).passes


def test_a_complex_product_is_four_real_ones():
    real, complex_ = (cost.finite_differences((3, 4, 2), 5, scheme) for scheme in ("central", "complex"))
    assert complex_.multiplications == 2 * real.multiplications  # half the passes, four times the work


def test_by_hand():
    """2-3-1, one example. Forward 2·3 + 3·1 = 9. Backward: 1 + 3 for ⊙ σ', 3 + 6 for ΔAᵀ, 3 for WᵀΔ: 16.

    Path sums: W2 3·2, b2 1·1, W1 6·4, b1 3·3: 40.
    """
    assert cost.forward((2, 3, 1)).multiplications == 9
    assert cost.backward((2, 3, 1)).multiplications == 16
    assert cost.path_sums((2, 3, 1)).multiplications == 40


def test_the_figures_of_the_book():
    """Path sums cost 121 times the δ recursion for four layers of 10 units, and 11,436 times for six."""
    for layers, ratio in ((4, 121), (6, 11436)):
        sizes = (10,) * layers
        naive = cost.path_sums(sizes, biases=False).multiplications
        assert naive // cost.backward(sizes).multiplications == ratio


@pytest.mark.parametrize("depth", range(1, 6))
def test_a_layer_more_multiplies_the_paths_by_its_width(depth):
    sizes = (3,) + (7,) * depth
    assert cost.paths((*sizes, 7))[1] == 7 * cost.paths(sizes)[1]
    assert cost.paths(sizes)[depth] == 1


@pytest.mark.parametrize("sizes", [(2, 4, 2), (64, 128, 64, 10), (10,) * 10, (784, 512, 256, 128, 10)])
def test_backward_is_one_to_two_forward_passes_and_a_little(sizes):
    ratio = cost.backward(sizes).multiplications / cost.forward(sizes).multiplications
    assert 1.1 < ratio < 2.0


@pytest.mark.parametrize(
    "slip",
    [
        lambda sizes, m: m * 2 * sum(a * b for a, b in itertools.pairwise(sizes)),  # ⊙ σ' forgotten
        lambda sizes, m: m * (sum(a * b for a, b in itertools.pairwise(sizes)) + sum(sizes[1:])),  # only ΔAᵀ
        lambda sizes, m: m * (2 * sum(a * b for a, b in itertools.pairwise(sizes)) + sum(sizes)),  # an input layer's ⊙
        lambda sizes, m: 2 * sum(a * b for a, b in itertools.pairwise(sizes)) + sum(sizes[1:]),  # the batch
    ],
)
def test_the_counted_run_tells_plausible_slips_apart(slip):
    run = Loops((2, 3, 2, 3, 2), 3)
    run.forward()
    Counted.products = 0
    run.backward(inputs=True)
    assert slip(run.sizes, run.batch) != Counted.products


def test_large_networks_are_counted_without_overflow():
    assert cost.path_sums((np.int64(1000),) * 12).paths > 10**36
    assert "1,861,251.3" in cost.table((784, 512, 256, 128, 10), 512)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: cost.forward((3,)), r"at least two positive whole numbers.*got \(3,\)"),
        (lambda: cost.forward((3, 0, 1)), "positive whole"),
        (lambda: cost.backward((3, 2.5)), "positive whole"),
        (lambda: cost.backward((3, 2), batch=0), r"and batch one; got \(3, 2\), 0"),
        (lambda: cost.path_sums((3, True)), "positive whole"),
        (lambda: cost.finite_differences((3, 2), scheme="sideways"), "choose central, forward or complex"),
    ],
)
def test_misuse_is_an_error_that_says_what_to_do(call, words):
    with pytest.raises(ValueError, match=words):
        call()

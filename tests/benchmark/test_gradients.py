"""The benchmark does what it says: the same work by everyone, turns that are counted, numbers in one form. No timings."""

import json

import matplotlib.pyplot as plt
import numpy as np
import pytest

from backprop_lab import network
from backprop_lab.benchmark import gradients, ours, peers
from backprop_lab.benchmark.problem import AGREEMENT, LEARNING_RATE, PROBLEMS, Contender, Problem, disagreement
from backprop_lab.benchmark.timing import Timing
from backprop_lab.workspace import Workspace

SMALL = [
    Problem((2, 4, 2), 32, "float64"),
    Problem((5, 7, 3, 4), 11, "float32"),
    Problem((64, 128, 64, 10), 256, "float64"),
]
PEERS = {
    "torch": [peers.pytorch, peers.pytorch_compiled],
    "jax": [peers.jax],
    "sklearn": [peers.scikit_learn],
    "autograd": [peers.autograd],
}


@pytest.mark.parametrize("problem", SMALL, ids=str)
def test_our_two_paths_make_the_same_step(problem):
    assert disagreement(ours.fast(problem), problem) <= AGREEMENT[problem.dtype]
    assert disagreement(ours.readable(problem), problem) == 0


@pytest.mark.parametrize("problem", SMALL, ids=str)
@pytest.mark.parametrize(
    ("module", "peer"),
    [(module, peer) for module, several in PEERS.items() for peer in several],
    ids=lambda part: getattr(part, "__name__", None),
)
@pytest.mark.filterwarnings("ignore")  # a peer's own affairs
def test_a_peer_makes_the_same_step(module, peer, problem):
    pytest.importorskip(module, reason="the peers are an extra: pip install 'backprop-lab[benchmark]'")
    assert disagreement(peer(problem), problem) <= AGREEMENT[problem.dtype]


def wrong(problem: Problem, step_size: float, forget_the_biases: bool = False) -> Contender:
    params = problem.start.copy()

    def step() -> float:
        cache = network.forward(params, problem.X)
        grads = network.backward(params, cache, problem.Y)
        if forget_the_biases:
            for db in grads.db.values():
                db[...] = 0
        params.vector -= step_size * grads.vector
        return network.loss(params, cache, problem.Y)

    return Contender("wrong", step, lambda: params.vector)


@pytest.mark.parametrize(
    "mistake", [{"step_size": LEARNING_RATE * 1.001}, {"step_size": LEARNING_RATE, "forget_the_biases": True}]
)
def test_a_contender_that_does_other_work_is_not_timed(mistake):
    problem = SMALL[0]
    assert disagreement(wrong(problem, **mistake), problem) > 100 * AGREEMENT["float64"]
    with pytest.raises(gradients.NotTheSame, match="wrong, 2-4-2, m = 32, float64: after two steps"):
        gradients.compare(problem, {"wrong": (lambda problem: wrong(problem, **mistake),)}, rounds=4, seconds=0)


def test_a_loss_that_is_no_number_is_no_agreement():
    problem = SMALL[0]
    contender = ours.fast(problem)
    assert np.isnan(disagreement(Contender("nan", lambda: np.nan, contender.vector), problem))


def test_the_floor_makes_the_products_of_a_step_and_nothing_else():
    """As many multiplications as forward and backward pass have with [W b] in one; no ∂L/∂X."""
    step = ours.floor(Problem((5, 7, 3, 4), 11, "float64")).step
    products = step.__closure__[step.__code__.co_freevars.index("products")].cell_contents
    assert all((left @ right).shape == product.shape for left, right, product in products)
    joined = 7 * 6 + 3 * 8 + 4 * 4
    assert sum(left.size * right.shape[1] for left, right, _ in products) == 11 * (2 * joined + 7 * 3 + 3 * 4)


def test_a_missing_peer_is_left_out_and_named(monkeypatch):
    monkeypatch.setitem(gradients.PEERS, "jax", ((peers.jax,), "no_such_module"))
    here, missing = gradients.present()
    assert "jax" in missing
    assert "jax" not in here


@pytest.fixture(scope="module")
def results():
    pairs = [(Problem(sizes, m, dtype)) for sizes, m in PROBLEMS[:2] for dtype in ("float64", "float32")]
    peer = {"peer": (lambda problem: wrong(problem, LEARNING_RATE),)}
    return [gradients.compare(problem, peer, rounds=4, seconds=0) for problem in pairs]


def test_a_row_has_the_agreed_form(results):
    rows = json.loads(json.dumps([result.row("here") for result in results]))
    assert [(row["sizes"], row["batch"], row["dtype"]) for row in rows] == [
        ("2-4-2", 32, "float64"), ("2-4-2", 32, "float32"),
        ("2-16-16-3", 128, "float64"), ("2-16-16-3", 128, "float32"),
    ]  # fmt: skip
    for row in rows:
        assert list(row["seconds"]) == ["backprop_lab", "floor", "peer"]
        assert all(seconds > 0 for seconds in row["seconds"].values())
        for spread in row["contenders"].values():
            assert spread["least"] <= spread["quartiles"][0] <= spread["median"] <= spread["quartiles"][1]


def test_of_a_peers_two_ways_the_faster_counts():
    times = {"backprop_lab": 2.0, "floor": 1.0, "eager": 6.0, "compiled": 5.0, "other": 7.0}
    timings = {name: Timing(t, t, t, t, 1) for name, t in times.items()}
    result = gradients.Result(SMALL[0], timings, {"pytorch": "compiled", "jax": "other"}, {})
    assert (result.fastest, result.times_as_fast(), result.over_the_floor()) == ("compiled", 2.5, 2.0)
    assert result.row("here")["seconds"] == {"backprop_lab": 2.0, "floor": 1.0, "pytorch": 5.0, "jax": 7.0}


def test_tables_and_figure_are_made(results, tmp_path):
    from backprop_lab.benchmark.drawing import draw_gradients

    assert [table.row_count for table in gradients.tables(results)] == [4, 4, 4]
    for name in ("a.svg", "b.svg"):
        draw_gradients(results, str(tmp_path / name))
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert not plt.get_fignums()


def test_a_batch_that_lies_in_the_workspace_is_not_copied_and_counts_the_same():
    problem = SMALL[1]
    handed, lying = (Workspace(problem.start, problem.examples) for _ in range(2))
    lying.X[...], lying.Y[...] = problem.X, problem.Y
    losses = [[handed.step(problem.X, problem.Y, 0.1), lying.step(lying.X, lying.Y, 0.1)] for _ in range(3)]
    assert all(a == b for a, b in losses)
    assert np.array_equal(handed.parameters().vector, lying.parameters().vector)


@pytest.mark.parametrize("sizes", [(1, 1), (3, 2), (785, 33, 7)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_buffer_begins_at_a_cache_line_and_none_overlap(sizes, dtype):
    work = Workspace(network.init(sizes, "relu", dtype=dtype), 13)
    arrays = [work._theta, work._gradient, work.X, work.Y, work._output_delta, work._top[2]]
    assert all(array.ctypes.data % 64 == 0 for array in arrays)
    assert not any(np.shares_memory(a, b) for i, a in enumerate(arrays) for b in arrays[:i])

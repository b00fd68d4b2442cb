"""Conventions: the same numbers come out of a forward and a backward pass written in each, in plain NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_lab import convert, data, network, neuron

SIZES = [(3, 2), (3, 7, 2), (5, 5, 5), (2, 7, 5, 3)]  # primes, and a square one that hides no wrong value
PLACES = {
    "keras": (convert.to_keras, convert.from_keras),
    "theta": (convert.to_theta, convert.from_theta),
    "state_dict": (convert.to_state_dict, convert.from_state_dict),
}


def a_network(sizes, dtype="float64", seed=0):
    """tanh layers and a linear output under the squared error; biases that are not 0; a batch of 11."""
    names = ("tanh",) * (len(sizes) - 2) + ("identity",)
    params = network.init(sizes, names, "squared_error", seed=seed, dtype=dtype)
    rng = np.random.default_rng(seed)
    params.vector[:] += 0.3 * rng.standard_normal(params.vector.size)
    X, Y = rng.standard_normal((sizes[0], 11)), rng.standard_normal((sizes[-1], 11))
    return params, X, Y, names


def judged(params, X, Y):
    cache = network.forward(params, X)
    return cache.a[params.depth], network.loss(params, cache, Y), network.backward(params, cache, Y)


# --- A forward and a backward pass in each convention. Each returns outputs in rows, L, and gradients in its places. ---


def in_rows(layers, X, Y):
    """PyTorch: A is (m, n), W is (out, in), b is flat: Z = A Wᵀ + b."""
    A, kept = X, []
    for l, (W, b) in enumerate(layers):
        kept.append(A)
        A = A @ W.T + b
        A = np.tanh(A) if l + 1 < len(layers) else A
    delta, grads = (A - Y) / len(X), []
    for (W, _), before in zip(layers[::-1], kept[::-1], strict=True):
        grads.insert(0, (delta.T @ before, delta.sum(axis=0)))
        delta = (delta @ W) * (1 - before**2)
    return A, 0.5 * ((A - Y) ** 2).sum(axis=1).mean(), grads


def in_keras(weights, X, Y):
    """Keras: A is (m, n), the kernel is (in, out): Z = A K + b."""
    A, kept, kernels, biases = X, [], weights[::2], weights[1::2]
    for l, (K, b) in enumerate(zip(kernels, biases, strict=True)):
        kept.append(A)
        A = A @ K + b
        A = np.tanh(A) if l + 1 < len(kernels) else A
    delta, grads = (A - Y) / len(X), []
    for K, before in zip(kernels[::-1], kept[::-1], strict=True):
        grads = [before.T @ delta, delta.sum(axis=0), *grads]
        delta = (delta @ K.T) * (1 - before**2)
    return A, 0.5 * ((A - Y) ** 2).sum(axis=1).mean(), grads


def in_theta(theta, X, Y):
    """One matrix a layer: Z = Θ [1; A], and the gradient of the 1 is thrown away."""
    A, kept = X, []
    for l, Theta in theta.items():
        kept.append(np.vstack([np.ones(A.shape[1]), A]))
        A = Theta @ kept[-1]
        A = np.tanh(A) if l < len(theta) else A
    delta, grads = (A - Y) / X.shape[1], {}
    for l in range(len(theta), 0, -1):
        grads[l] = delta @ kept[l - 1].T
        delta = (theta[l].T @ delta)[1:] * (1 - kept[l - 1][1:] ** 2)
    return A.T, 0.5 * ((A - Y) ** 2).sum(axis=0).mean(), grads


def close(one, other):
    assert np.shape(one) == np.shape(other)
    assert one == pytest.approx(other, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("sizes", SIZES)
def test_pytorchs_convention_gives_the_same_output_loss_and_gradients(sizes):
    params, X, Y, _ = a_network(sizes)
    A, L, grads = judged(params, X, Y)
    state, slopes = convert.to_state_dict(params), convert.to_state_dict(grads)
    layers = [(state[f"{2 * i}.weight"], state[f"{2 * i}.bias"]) for i in range(params.depth)]
    A_rows, L_rows, grads_rows = in_rows(layers, convert.rows(X), convert.rows(Y))
    close(convert.columns(A_rows), A)
    close(L_rows, L)
    for i, (dW, db) in enumerate(grads_rows):
        close(slopes[f"{2 * i}.weight"], dW)
        close(slopes[f"{2 * i}.bias"], db)


@pytest.mark.parametrize("sizes", SIZES)
def test_keras_convention_gives_the_same_output_loss_and_gradients(sizes):
    params, X, Y, _ = a_network(sizes)
    A, L, grads = judged(params, X, Y)
    A_rows, L_rows, grads_rows = in_keras(convert.to_keras(params), convert.rows(X), convert.rows(Y))
    close(convert.columns(A_rows), A)
    close(L_rows, L)
    for ours, theirs in zip(convert.to_keras(grads), grads_rows, strict=True):
        close(ours, theirs)


@pytest.mark.parametrize("sizes", SIZES)
def test_a_bias_in_theta_gives_the_same_output_loss_and_gradients(sizes):
    params, X, Y, _ = a_network(sizes)
    A, L, grads = judged(params, X, Y)
    A_rows, L_theta, grads_theta = in_theta(convert.to_theta(params), X, Y)
    close(convert.columns(A_rows), A)
    close(L_theta, L)
    for l, theirs in grads_theta.items():
        close(convert.to_theta(grads)[l], theirs)


def test_a_kernel_that_was_not_turned_would_be_seen_where_the_shapes_allow_it():
    """In a square layer (in, out) and (out, in) look alike; the numbers tell."""
    params, X, Y, names = a_network((5, 5, 5))
    A, L, grads = judged(params, X, Y)
    not_turned = [w.T if w.ndim == 2 else w for w in convert.to_keras(params)]
    A_rows, L_rows, grads_rows = in_keras(not_turned, convert.rows(X), convert.rows(Y))
    assert np.abs(A_rows.T - A).max() > 0.1
    assert abs(L_rows - L) > 1e-3
    assert np.abs(convert.to_keras(grads)[0] - grads_rows[0]).max() > 1e-3
    back = convert.from_keras(not_turned, names, "squared_error")
    assert not np.allclose(back.vector, params.vector)


# --- There and back. ---


@pytest.mark.parametrize("place", PLACES)
@given(
    sizes=st.lists(st.integers(1, 6), min_size=2, max_size=5).map(tuple),
    dtype=st.sampled_from(["float64", "float32"]),
    seed=st.integers(0, 99),
)
def test_there_and_back_is_the_same_network_bit_for_bit(place, sizes, dtype, seed):
    there, back = PLACES[place]
    params, *_, names = a_network(sizes, dtype, seed)
    again = back(there(params), names, "squared_error")
    assert np.array_equal(again.vector, params.vector)
    assert again.vector.dtype == dtype
    assert again.sizes == params.sizes
    assert dict(again.activations) == dict(params.activations)


@pytest.mark.parametrize("place", PLACES)
def test_both_ways_copy(place):
    there, back = PLACES[place]
    params, *_, names = a_network((3, 7, 2))
    before, moved = params.vector.copy(), there(params)
    again = back(moved, names, "squared_error")
    for array in moved if isinstance(moved, list) else moved.values():
        array[:] = 99
    assert np.array_equal(params.vector, before)
    assert np.array_equal(again.vector, before)


def test_rows_and_columns_undo_each_other_and_copy():
    X = np.arange(6.0).reshape(2, 3)
    turned = convert.rows(X)
    assert np.array_equal(convert.columns(turned), X)
    assert turned.flags.c_contiguous
    assert not np.shares_memory(turned, X)
    assert convert.columns is data.columns
    with pytest.raises(ValueError, match=r"X has shape \(3,\), expected \(n, m\).*use X.reshape\(-1, 1\)"):
        convert.rows(np.ones(3))


# --- State dicts. ---


def test_names_of_ones_own_and_the_order_of_numbers():
    params, *_, names = a_network((2, 3, 3, 3, 3, 3, 3, 1))
    assert [key for key in convert.to_state_dict(params) if "bias" in key] == [f"{2 * i}.bias" for i in range(7)]
    shuffled = dict(sorted(convert.to_state_dict(params).items()))  # "10.bias" now comes before "2.bias"
    assert list(shuffled)[2] == "10.bias"
    assert np.array_equal(convert.from_state_dict(shuffled, names, "squared_error").vector, params.vector)
    small, *_, names = a_network((2, 3, 1))
    named = convert.to_state_dict(small, names=("hidden", "net.output"))
    assert list(named) == ["hidden.weight", "hidden.bias", "net.output.weight", "net.output.bias"]
    assert np.array_equal(convert.from_state_dict(named, names, "squared_error").vector, small.vector)


def test_the_state_dict_of_a_single_linear_has_no_names():
    params = convert.from_state_dict({"weight": [[1.0, 2.0]], "bias": [3.0]}, ("identity",), "squared_error")
    assert params.vector.tolist() == [1.0, 2.0, 3.0]


class Tensor:
    """What a CPU tensor offers to NumPy."""

    def __init__(self, values):
        self.values = np.array(values, dtype=np.float32)

    def __array__(self, dtype=None, copy=None):
        return self.values if dtype is None else self.values.astype(dtype)


def test_tensors_are_taken_as_they_are():
    state = {"0.weight": Tensor([[1, 2], [3, 4]]), "0.bias": Tensor([5, 6])}
    params = convert.from_state_dict(state, ("identity",), "squared_error")
    assert params.vector.tolist() == [1, 2, 3, 4, 5, 6]
    assert params.vector.dtype == np.float32


def test_pytorch_itself_agrees_on_the_gradients():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    params, X, Y, _ = a_network((3, 7, 2))
    A, _, grads = judged(params, X, Y)
    model = torch.nn.Sequential(torch.nn.Linear(3, 7), torch.nn.Tanh(), torch.nn.Linear(7, 2)).double()
    model.load_state_dict({k: torch.from_numpy(v) for k, v in convert.to_state_dict(params).items()})
    output = model(torch.from_numpy(convert.rows(X)))
    loss = torch.nn.MSELoss()(output, torch.from_numpy(convert.rows(Y)))
    (loss * 2 / 2).backward()  # 2/n_L times our squared error, and n_L is 2
    close(convert.columns(output.detach().numpy()), A)
    for name, slope in model.named_parameters():
        close(convert.to_state_dict(grads)[name], slope.grad.numpy())


# --- Bad input. ---


def bad_keras(change):
    weights = convert.to_keras(a_network((3, 7, 2))[0])
    return lambda: convert.from_keras(change(weights), ("tanh", "identity"), "squared_error")


def bad_state(change):
    state = convert.to_state_dict(a_network((3, 7, 2))[0])
    return lambda: convert.from_state_dict(change(state), ("tanh", "identity"), "squared_error")


def bad_theta(change):
    theta = convert.to_theta(a_network((3, 7, 2))[0])
    return lambda: convert.from_theta(change(theta), ("tanh", "identity"), "squared_error")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (bad_keras(lambda w: w[:3]), "weights holds 3 arrays, expected 4, a kernel and a bias for each"),
        (
            bad_keras(lambda w: [w[0].T, w[1], w[2], w[3]]),
            r"the bias of kernel 1 \(layer 1\) has shape \(7,\), expected \(3,\).*shape \(7, 3\), \(in, out\)",
        ),
        (
            bad_keras(lambda w: [w[0], w[1], w[2].T, w[3]]),
            r"kernel 2 \(layer 2\) has shape \(2, 7\), which is \(in, out\) with 2 inputs, expected 7.*transposed",
        ),
        (bad_keras(lambda w: [w[1], w[0], w[2], w[3]]), r"kernel 1 \(layer 1\) has shape \(7,\), expected \(in, out\)"),
        (bad_keras(lambda w: [w[0] * np.nan, *w[1:]]), r"the weight of layer 1 \(kernel 1\) must hold finite numbers"),
        (bad_state(lambda s: {k: s[k] for k in list(s)[:3]}), "state lacks '2.bias'"),
        (bad_state(lambda s: {**s, "1.running_mean": s["0.bias"]}), "state holds '1.running_mean', expected keys that"),
        (bad_state(lambda s: {k: s[k] for k in list(s)[:2]}), r"state holds 1 layers \(0\), but 2 activations"),
        (
            bad_state(lambda s: {**s, "2.weight": s["2.weight"].T}),
            r"2.weight \(layer 2\) has shape \(7, 2\), which is \(out, in\) with 2 inputs, expected 7, the units of l",
        ),
        (
            bad_state(lambda s: {**s, "2.bias": s["2.bias"].reshape(2, 1)}),
            r"the bias of 2.weight \(layer 2\) has shape \(2, 1\), expected \(2,\)",
        ),
        (bad_theta(lambda t: {0: t[1], 1: t[2]}), r"theta must have the keys 1 … 2.*got \[0, 1\]"),
        (bad_theta(lambda t: {1: t[1][0], 2: t[2]}), r"theta\[1\] has shape \(4,\), expected \(n_1, 1 \+ n_0\)"),
        (bad_theta(lambda t: {1: t[1], 2: t[2][:, 1:]}), r"theta\[2\] \(layer 2\).*with 6 inputs, expected 7"),
        (
            lambda: convert.to_state_dict(a_network((3, 7, 2))[0], names=("a", "a")),
            "names must be 2 different names, one for each layer",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_the_words_of_its_convention(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("place", PLACES)
def test_only_networks_and_their_gradients_are_converted(place):
    with pytest.raises(TypeError, match=r"expected network.Parameters or network.Gradients"):
        PLACES[place][0](neuron.Parameters(1.0, 0.0))

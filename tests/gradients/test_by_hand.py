"""Two networks worked by hand, every number exact."""

import numpy as np

from backprop_lab import network, two_layer
from backprop_lab.layers import Parameters
from backprop_lab.workspace import Workspace

W1, B1 = [[1.0, -1.0], [2.0, 1.0]], [[0.0], [-1.0]]
W2, B2 = [[2.0, -1.0]], [[1.0]]
X = np.array([[1.0, 3.0], [2.0, 1.0]])
Y = np.array([[1.0, -3.0]])
# Z1 = W1 X + b1:      1·1 − 1·2 + 0 = −1    1·3 − 1·1 + 0 = 2
#                      2·1 + 1·2 − 1 =  3    2·3 + 1·1 − 1 = 6
# A1 = relu(Z1):       0  2
#                      3  6
# Z2 = W2 A1 + b2:     2·0 − 1·3 + 1 = −2    2·2 − 1·6 + 1 = −1      A2 = Z2
# L = ½ (½ (−2 − 1)² + ½ (−1 + 3)²) = ½ (4.5 + 2) = 3.25
LOSS = 3.25
# Δ2 = (A2 − Y) / 2:   −3/2 = −1.5    2/2 = 1
DELTA2 = [[-1.5, 1.0]]
# dW2 = Δ2 A1ᵀ:        −1.5·0 + 1·2 = 2    −1.5·3 + 1·6 = 1.5       db2 = −1.5 + 1 = −0.5
DW2, DB2 = [[2.0, 1.5]], [[-0.5]]
# W2ᵀ Δ2:              2·(−1.5) = −3     2·1 = 2         Δ1: the first entry stands behind z = −1, where relu' = 0
#                     −1·(−1.5) = 1.5   −1·1 = −1
DELTA1 = [[0.0, 2.0], [1.5, -1.0]]
# dW1 = Δ1 Xᵀ:         0·1 + 2·3 = 6          0·2 + 2·1 = 2         db1 = 0 + 2 = 2
#                      1.5·1 − 1·3 = −1.5     1.5·2 − 1·1 = 2             1.5 − 1 = 0.5
DW1, DB1 = [[6.0, 2.0], [-1.5, 2.0]], [[2.0], [0.5]]
# dX = W1ᵀ Δ1:         1·0 + 2·1.5 = 3        1·2 + 2·(−1) = 0
#                     −1·0 + 1·1.5 = 1.5     −1·2 + 1·(−1) = −3
DX = [[3.0, 0.0], [1.5, -3.0]]
ALL = {
    "delta[2]": DELTA2, "dW[2]": DW2, "db[2]": DB2, "delta[1]": DELTA1, "dW[1]": DW1, "db[1]": DB1, "dL_dx": DX,
}  # fmt: skip


def the_network() -> Parameters:
    return Parameters.of({1: W1, 2: W2}, {1: B1, 2: B2}, ["relu", "identity"], "squared_error")


def differing(params: Parameters) -> list[str]:
    """The quantities that are not what the hand found."""
    grads = network.backward(params, network.forward(params, X), Y)
    got = {"dL_dx": grads.dL_dx}
    for l in (1, 2):
        got |= {f"delta[{l}]": grads.delta[l], f"dW[{l}]": grads.dW[l], f"db[{l}]": grads.db[l]}
    return [name for name, value in ALL.items() if got[name].tolist() != value]


def test_every_number_of_the_network_is_the_one_worked_by_hand():
    params = the_network()
    cache = network.forward(params, X)
    assert cache.z[1].tolist() == [[-1, 2], [3, 6]]
    assert cache.a[2].tolist() == [[-2, -1]]
    assert network.loss(params, cache, Y) == LOSS
    assert differing(params) == []


def test_the_gradients_lie_in_one_vector_in_the_order_of_the_parameters():
    params = the_network()
    grads = network.backward(params, network.forward(params, X), Y)
    assert grads.vector.tolist() == [*DW1[0], *DW1[1], *np.ravel(DB1), *DW2[0], *DB2[0]]
    assert params.vector.tolist() == [*W1[0], *W1[1], *np.ravel(B1), *W2[0], *B2[0]]


def test_two_layers_written_out_give_the_same_numbers():
    params = two_layer.Parameters(2, 2, 1, "relu", "identity", "squared_error", the_network().vector)
    cache = two_layer.forward(params, X)
    grads = two_layer.backward(params, cache, Y)
    assert two_layer.loss(params, cache, Y) == LOSS
    assert [grads.delta2.tolist(), grads.dW2.tolist(), grads.db2.tolist()] == [DELTA2, DW2, DB2]
    assert [grads.delta1.tolist(), grads.dW1.tolist(), grads.db1.tolist()] == [DELTA1, DW1, DB1]
    assert grads.vector.tolist() == [*DW1[0], *DW1[1], *np.ravel(DB1), *DW2[0], *DB2[0]]


def test_a_step_of_the_workspace_takes_half_of_the_gradient_off():
    work = Workspace(the_network(), examples=2)
    assert work.step(X, Y, learning_rate=0.5) == LOSS
    after = work.parameters()
    assert after.W[1].tolist() == [[1 - 3, -1 - 1], [2 + 0.75, 1 - 1]]
    assert after.b[1].tolist() == [[-1.0], [-1.25]]
    assert after.W[2].tolist() == [[2 - 1, -1 - 0.75]]
    assert after.b[2].tolist() == [[1.25]]


def test_softmax_and_cross_entropy_by_hand():
    """One example, W X = (0, 0), b = (ln 1, ln 3): A = (1/4, 3/4); Y = (1, 0), so L = ln 4 and Δ = (−3/4, 3/4)."""
    params = Parameters.of({1: [[1.0, -1.0], [2.0, -2.0]]}, {1: np.log([[1.0], [3.0]])}, ["softmax"], "cross_entropy")
    cache = network.forward(params, [[5.0], [5.0]])
    np.testing.assert_allclose(cache.a[1], [[0.25], [0.75]], rtol=1e-15)
    assert abs(network.loss(params, cache, [[1.0], [0.0]]) - np.log(4)) < 1e-15
    grads = network.backward(params, cache, [[1.0], [0.0]])
    np.testing.assert_allclose(grads.delta[1], [[-0.75], [0.75]], rtol=1e-15)
    np.testing.assert_allclose(grads.dW[1], [[-3.75, -3.75], [3.75, 3.75]], rtol=1e-15)
    # W1ᵀ Δ: 1·(−3/4) + 2·(3/4) = 3/4, and −3/4 for the second input, whose weights are the first's turned round.
    np.testing.assert_allclose(grads.dL_dx, [[0.75], [-0.75]], rtol=1e-15)

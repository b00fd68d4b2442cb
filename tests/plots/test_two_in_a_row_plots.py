"""The figure of chapter 4 writes every value and every rate of two neurons in a row."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import pytest

from backprop_lab import network, plots


def two(w1=0.5, b1=-0.25, w2=1.5, b2=-0.5, activations=("sigmoid", "sigmoid")):
    return network.Parameters.of({1: [[w1]], 2: [[w2]]}, {1: [[b1]], 2: [[b2]]}, activations, "squared_error")


@pytest.fixture(autouse=True)
def no_figure_left_open():
    yield
    plt.close("all")


def test_the_running_example_has_all_its_numbers():
    ax = plots.two_in_a_row(two(), x=2.0, y=1.0)
    written = {text.get_text() for text in ax.texts}
    assert written >= {"x\n2", "z⁽¹⁾\n0.75", "a⁽¹⁾\n0.6792", "z⁽²⁾\n0.5188", "a⁽²⁾\n0.6269", "L\n0.0696", "y\n1"}
    assert written >= {"w⁽¹⁾\n0.5", "b⁽¹⁾\n−0.25", "w⁽²⁾\n1.5", "b⁽²⁾\n−0.5"}
    assert written >= {"∂L/∂a⁽²⁾\n−0.3731", "∂a⁽²⁾/∂z⁽²⁾\n0.2339", "∂z⁽²⁾/∂a⁽¹⁾\n1.5", "∂a⁽¹⁾/∂z⁽¹⁾\n0.2179"}
    assert written >= {"∂z⁽¹⁾/∂w⁽¹⁾\n2", "∂z⁽¹⁾/∂b⁽¹⁾\n1", "∂z⁽²⁾/∂w⁽²⁾\n0.6792", "∂z⁽²⁾/∂b⁽²⁾\n1"}


@pytest.mark.parametrize("activations", [("tanh", "identity"), ("relu", "relu")])
def test_the_rates_multiply_to_the_gradient(activations):
    params = two(-1.2, 0.4, 0.8, -0.3, activations)
    ax = plots.two_in_a_row(params, x=-0.7, y=0.5)
    rates = dict(text.get_text().split("\n") for text in ax.texts if text.get_text().startswith("∂"))
    value = {name: float(number.replace("−", "-")) for name, number in rates.items()}
    product = 1.0
    for name in ("∂L/∂a⁽²⁾", "∂a⁽²⁾/∂z⁽²⁾", "∂z⁽²⁾/∂a⁽¹⁾", "∂a⁽¹⁾/∂z⁽¹⁾", "∂z⁽¹⁾/∂w⁽¹⁾"):
        product *= value[name]
    grads = network.backward(params, network.forward(params, [[-0.7]]), [[0.5]])
    assert product == pytest.approx(grads.dW[1].item(), abs=1e-3)


def test_text_keeps_inside_the_figure():
    ax = plots.two_in_a_row(two(), x=2.0, y=1.0)
    ax.figure.canvas.draw()
    page = ax.figure.bbox
    for text in ax.texts:
        box = text.get_window_extent()
        assert page.x0 <= box.x0, text
        assert box.x1 <= page.x1, text
        assert page.y0 <= box.y0, text
        assert box.y1 <= page.y1, text


def test_another_network_is_refused():
    with pytest.raises(ValueError, match="two neurons in a row"):
        plots.two_in_a_row(network.init((2, 3, 1)), x=2.0, y=1.0)
    assert not plt.get_fignums(), "a refused figure leaves nothing behind"

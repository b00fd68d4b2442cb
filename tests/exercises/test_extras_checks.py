"""The checks of the extra notebooks: each sees what is wrong, and says so in one line."""

import re

import numpy as np
import pytest

from backprop_lab import convert, network
from backprop_lab.extras import deep_nets, l2, lines, row_convention, vanishing
from backprop_lab.gradient_check import gradient_check
from backprop_lab.grading import notebook
from backprop_lab.grading.release import BEGIN
from tests.paths import SOLUTIONS

# The answers of the masters, changed as a reader might change them: what is written, what stands there instead, and
# words of the line that must come of it.


def namespace(name, change=("", "")):
    """The functions of a master, after one change of its text."""
    found, changed = {}, False
    for cell in notebook.read(SOLUTIONS / f"{name}.ipynb").cells:
        if cell.cell_type == "code" and (cell.id == "imports" or cell.id == "columns" or BEGIN in cell.source):
            source = cell.source
            if change[0] and BEGIN in source and change[0] in source:
                source, changed = source.replace(*change), True
            exec(source, found)
    assert changed or not change[0], f"{change[0]!r} is in no answer of {name}"
    return found


def printed(capsys, check, *answers):
    check(*answers)
    return capsys.readouterr().out


CHECKS = {
    "prediction": vanishing.check_prediction, "ratios": vanishing.check_ratios, "scale": vanishing.check_scale,
    "configure": vanishing.check_net, "penalised_loss": l2.check_loss, "penalised_gradients": l2.check_gradients,
    "decayed_step": l2.check_step, "shapes": row_convention.check_shapes, "forward_rows": row_convention.check_forward,
    "backward_rows": row_convention.check_backward,
}  # fmt: skip
NET = 'return "tanh", scale("tanh", 30, 30)'
SUM = "delta[l].sum(axis=0, keepdims=True)"
WRONG = [
    ("extra_vanishing_gradients", "prediction", "0.25**9", "1.0", "Some factors are missing"),
    ("extra_vanishing_gradients", "prediction", "0.25**9", "4.0**9", "last to first"),
    ("extra_vanishing_gradients", "prediction", "0.25**9", "0.25**18", "too often, or too much"),
    ("extra_vanishing_gradients", "prediction", "0.25**9", "0.0", "a ratio of norms is positive"),
    ("extra_vanishing_gradients", "ratios", "np.sqrt((dW**2).sum())", "(dW**2).sum()", "no root is taken"),
    ("extra_vanishing_gradients", "ratios", "np.sqrt((dW**2).sum())", "abs(dW).max()", "expected"),
    ("extra_vanishing_gradients", "ratios", "grads.dW.items", "grads.db.items", "biases' gradients"),
    ("extra_vanishing_gradients", "ratios", "grads.dW.items()", "sorted(grads.delta.items())", "ratios of δ"),
    ("extra_vanishing_gradients", "ratios", " / norms[len(norms)]", "", "not yet ratios"),
    ("extra_vanishing_gradients", "ratios", "/ norms[len(norms)]", "/ norms[min(l + 1, 10)]", "the one above it"),
    ("extra_vanishing_gradients", "ratios", "norms[l] / norms[len(norms)]", "norms[10] / norms[l]", "upside down"),
    ("extra_vanishing_gradients", "ratios", "for l in norms]", "for l in reversed(norms)]", "from the last layer"),
    ("extra_vanishing_gradients", "ratios", "for l in norms]", "for l in [1]]", "has shape (1,), expected (10,)"),
    ("extra_vanishing_gradients", "scale", "np.sqrt(2 / n_in)", "2 / n_in", "relu, 20 → 60: got 0.1000. That is the variance"),
    ("extra_vanishing_gradients", "scale", "np.sqrt(2 / n_in)", "np.sqrt(1 / n_in)", "The factor 2 is missing"),
    ("extra_vanishing_gradients", "scale", "np.sqrt(2 / n_in)", "np.sqrt(2 / n_out)", "The other size"),
    ("extra_vanishing_gradients", "scale", "np.sqrt(2 / n_in)", "np.sqrt(6 / n_in)", "uniform"),
    ("extra_vanishing_gradients", "scale", "np.sqrt(2 / n_in)", "np.sqrt(2 / (n_in + n_out))", "Xavier's scale"),
    ("extra_vanishing_gradients", "scale", "((n_in + n_out) / 2)", "n_in", "forwards only"),
    ("extra_vanishing_gradients", "scale", "((n_in + n_out) / 2)", "n_out", "backwards only"),
    ("extra_vanishing_gradients", "scale", "((n_in + n_out) / 2)", "(n_in + n_out)", "half their sum"),
    ("extra_vanishing_gradients", "scale", "1 / ((n_in + n_out) / 2)", "2 / n_in", "the scale for a relu"),
    ("extra_vanishing_gradients", "scale", "np.sqrt(2 / n_in)", "0.01", "the variance times n is not"),
    ("extra_vanishing_gradients", "configure", NET, 'return "sigmoid", 30**-0.5', "σ′ of the sigmoid is ¼ at most"),
    ("extra_vanishing_gradients", "configure", NET, 'return "sigmoid", 12 * 30**-0.5', "it hardly learns"),
    ("extra_vanishing_gradients", "configure", NET, 'return "relu", 30**-0.5', "It vanishes."),
    ("extra_vanishing_gradients", "configure", NET, 'return "tanh", 1.0', "It explodes."),
    ("extra_vanishing_gradients", "configure", NET, 'return "softplus", 1.6 * 30**-0.5', "run away"),
    ("extra_vanishing_gradients", "configure", NET, 'return "identity", 30**-0.5', "one straight line"),
    ("extra_vanishing_gradients", "configure", NET, 'return "swish", 30**-0.5', "no activation here"),
    ("extra_vanishing_gradients", "configure", NET, 'return "tanh", 0.0', "expected a positive number"),
    ("extra_l2", "penalised_loss", "lam / 2", "lam", "the ½ is missing"),
    ("extra_l2", "penalised_loss", "lam / 2", "lam / 2 / X.shape[1]", "divided by m"),
    ("extra_l2", "penalised_loss", "lam / 2", "lam / 2 * X.shape[1]", "multiplied by m"),
    ("extra_l2", "penalised_loss", "+ lam / 2", "- lam / 2", "wrong sign"),
    ("extra_l2", "penalised_loss", " + lam / 2 * squares", "", "the price is missing"),
    ("extra_l2", "penalised_loss", "(W**2).sum() for W in params.W.values()", "(params.vector**2).sum() for _ in [0]", "biases too"),
    ("extra_l2", "penalised_loss", "(W**2).sum()", "np.linalg.norm(W)", "without the square"),
    ("extra_l2", "penalised_loss", "(W**2).sum()", "(W**2).mean()", "a mean over the weights"),
    ("extra_l2", "penalised_loss", "in params.W.values()", "in [params.W[2]]", "the last layer alone"),
    ("extra_l2", "penalised_loss", "in params.W.values()", "in [params.W[1]]", "the first layer alone"),
    ("extra_l2", "penalised_loss", "network.loss(params, cache, Y) +", "", "the price alone"),
    ("extra_l2", "penalised_loss", "lam / 2", "0.15", "With λ = 0"),
    ("extra_l2", "penalised_loss", "lam / 2 * squares", "lam / 2 * params.W[1] ** 2", "expected one number"),
    ("extra_l2", "penalised_loss", "lam / 2 * squares", "lam / 2 * abs(params.vector).sum()", "expected 0.15 · Σ‖W‖²"),
    ("extra_l2", "penalised_gradients", "lam *", "2 * lam *", "That is 2λW."),
    ("extra_l2", "penalised_gradients", "lam *", "lam / X.shape[1] *", "That is λW/m with m = 7."),
    ("extra_l2", "penalised_gradients", "lam *", "2 * lam / X.shape[1] *", "That is 2λW/m with m = 7."),
    ("extra_l2", "penalised_gradients", "lam *", "X.shape[1] * lam *", "That is m·λW."),
    ("extra_l2", "penalised_gradients", "lam *", "lam / 2 *", "That is (λ/2)W."),
    ("extra_l2", "penalised_gradients", "+ lam *", "- lam *", "The sign is wrong."),
    ("extra_l2", "penalised_gradients", " + lam * params.W[l]", "", "The price is missing."),
    ("extra_l2", "penalised_gradients", "grads.db[l]", "grads.db[l] + lam * params.b[l]", "1·λb in it, but the price is on weights"),
    ("extra_l2", "penalised_gradients", "grads.db[l]", "grads.db[l] * 2", "∂L/∂b is not that of"),
    ("extra_l2", "penalised_gradients", "lam * params.W[l]", "(l == 2) * lam * params.W[l]", "0·λW in layer 1, 1·λW in layer 2"),
    ("extra_l2", "penalised_gradients", "lam * params.W[l]", "lam * np.sign(params.W[l])", "that is L1"),
    ("extra_l2", "penalised_gradients", "grads.dW[l] +", "2 * grads.dW[l] +", "not by a multiple of W"),
    ("extra_l2", "penalised_gradients", "lam *", "0.3 *", "At λ = 0 or λ = 2"),
    ("extra_l2", "penalised_gradients", "grads.dW[l] + lam", "grads.dW[l].T + lam * 0 + lam", "stopped with ValueError"),
    ("extra_l2", "penalised_gradients", "grads.db[l] for", "grads.db[l].ravel() for", "db[1] has shape (5,), expected (5, 1)"),
    ("extra_l2", "penalised_gradients", '"db": {', '"d": {', "no dict with the keys"),
    ("extra_l2", "penalised_gradients", "    return {\n", "    params.W[1] *= 1.0 - lam\n    return {\n", "changes the parameters"),
    ("extra_l2", "decayed_step", "1 - eta * lam", "1 - lam", "shrinks by 1 − λ"),
    ("extra_l2", "decayed_step", "1 - eta * lam", "1 + eta * lam", "W grows"),
    ("extra_l2", "decayed_step", "1 - eta * lam", "1 - 2 * eta * lam", "1 − 2ηλ"),
    ("extra_l2", "decayed_step", "* W - eta * dL_dW", "* (W - eta * dL_dW)", "was shrunk too"),
    ("extra_l2", "decayed_step", "(1 - eta * lam) * W", "W", "Nothing shrinks"),
    ("extra_l2", "decayed_step", "- eta * dL_dW", "- dL_dW", "η is missing"),
    ("extra_l2", "decayed_step", "- eta * dL_dW", "+ eta * dL_dW", "uphill"),
    ("extra_l2", "decayed_step", " - eta * dL_dW", "", "only shrunk"),
    ("extra_l2", "decayed_step", "- eta * dL_dW", "- eta**3 * dL_dW", "That is not W − η"),
    ("extra_l2", "decayed_step", "return (1 - eta * lam) * W -", "W *= 1 - eta * lam\n    return W -", "changes W"),
    ("extra_l2", "decayed_step", "1 - eta * lam", "1 - 0.06", "ten steps do not leave"),
    ("extra_row_convention", "shapes", '"b": (1, n_out)', '"b": (n_out, 1)', "the inner sizes must meet"),
    ("extra_row_convention", "shapes", '"b": (1, n_out)', '"b": (n_out,)', "two axes, a bias too"),
    ("extra_row_convention", "shapes", '"dW": (n_in, n_out)', '"dW": (n_out, n_in)', "has the shape of its parameter"),
    ("extra_row_convention", "shapes", '"Z": (m, n_out)', '"z": (m, n_out)', "There is no shape for Z"),
    ("extra_row_convention", "forward_rows", " + b[l]", "", "3-5-2, m = 7: Z[1] is not right: b is missing"),
    ("extra_row_convention", "forward_rows", "@ W[l]", "@ (W[l] if W[l].shape[0] != W[l].shape[1] else W[l].T)", "4-4-4, m = 7: Z[1] is not right: W is transposed"),
    ("extra_row_convention", "forward_rows", "+ b[l]", "+ (b[l].T if b[l].size == len(X) else b[l])", "4-4-4, m = 4: Z[1] is not right: b was added as a column"),
    ("extra_row_convention", "forward_rows", "+ b[l]", "+ b[l].T", "stopped with ValueError"),
    ("extra_row_convention", "forward_rows", "activation[l](Z[l])", "activation[1](Z[l])", "A[2] is not right: the numbers are others"),
    ("extra_row_convention", "forward_rows", "{0: X}", "{0: X * 1.0}\n    X = X.T", None),
    ("extra_row_convention", "forward_rows", 'return {"Z": Z, "A": A}', 'return {"Z": Z, "A": {1: A[1], 2: A[2]}}', "A[0] is not X"),
    ("extra_row_convention", "forward_rows", 'return {"Z": Z, "A": A}', "return Z, A", "no dict with the keys"),
    ("extra_row_convention", "forward_rows", "Z[l] = A[l - 1] @ W[l] + b[l]", "Z[l] = (A[l - 1] @ W[l] + b[l])[:1]", "Z[1] has shape (1, 5), expected (7, 5)"),
    ("extra_row_convention", "backward_rows", "Y.shape[0]", "Y.shape[1]", "divided by 2, the number of units"),
    ("extra_row_convention", "backward_rows", "Y.shape[0]", "Y.size", "divided by all entries"),
    ("extra_row_convention", "backward_rows", " / m *", " *", "delta[2] is m times too large"),
    ("extra_row_convention", "backward_rows", " * activation[2].derivative(Z[2])", "", "delta[2] lacks σ′"),
    ("extra_row_convention", "backward_rows", "(A[2] - Y)", "(Y - A[2])", "wrong sign"),
    ("extra_row_convention", "backward_rows", "derivative(Z[2])", "derivative(A[2])", "delta[2] has σ′ of A"),
    ("extra_row_convention", "backward_rows", "derivative(Z[2])", "derivative(Z[2]) ** 2", "σ′ twice"),
    ("extra_row_convention", "backward_rows", " * activation[1].derivative(Z[1])", "", "delta[1] lacks σ′"),
    ("extra_row_convention", "backward_rows", "derivative(Z[1])", "derivative(A[1])", "delta[1] has σ′ of A"),
    ("extra_row_convention", "backward_rows", "@ W[2].T)", "@ W[2].T) / m", "1/m enters once"),
    ("extra_row_convention", "backward_rows", "@ W[2].T", "@ (W[2].T if m == 7 and len(W[1]) == 3 else W[2])", "4-4-4, m = 7: delta[1] is made with W, as if"),
    ("extra_row_convention", "backward_rows", "@ W[2].T", "@ (W[2].T if len(W[1]) == 3 else W[1].T)", "weights of its own layer"),
    ("extra_row_convention", "backward_rows", "A[l - 1].T @ delta[l]", "delta[l].T @ A[l - 1]", "dW[2] is the column form, transposed"),
    ("extra_row_convention", "backward_rows", "A[l - 1].T @ delta[l]", "A[l - 1].T @ delta[l] / m", "dW[2] is m times too small"),
    ("extra_row_convention", "backward_rows", "A[l - 1].T", "(A[l - 1] if l == 1 else Z[l - 1]).T", "Z[l−1], not with A[l−1]"),
    ("extra_row_convention", "backward_rows", "A[l - 1].T", "(A[l] if len(W[1]) == 4 else A[l - 1]).T", "A[l], not with A[l−1]"),
    ("extra_row_convention", "backward_rows", SUM, "delta[l]", "db[2] has shape (7, 2): it is δ, not yet summed"),
    ("extra_row_convention", "backward_rows", SUM, "delta[l].sum(axis=0)", "db[2] has shape (2,), expected (1, 2)"),
    ("extra_row_convention", "backward_rows", SUM, "delta[l].sum(axis=1, keepdims=True)", "summed over the units"),
    ("extra_row_convention", "backward_rows", SUM, "delta[l].mean(axis=0, keepdims=True)", "db[2] is m times too small"),
    ("extra_row_convention", "backward_rows", "{l: A[l - 1].T @ delta[l] for l in (1, 2)}", "{2: A[1].T @ delta[2]}", "dW[1] is missing"),
    ("extra_row_convention", "backward_rows", "derivative(Z[1])", "derivative(Z[1] + 1)", "the wrong numbers"),
    ("extra_row_convention", "backward_rows", 'return {"delta": delta,', "return {", "no dict with the keys"),
    ("extra_row_convention", "backward_rows", "delta = {2: (A[2] - Y)", "A[2] -= Y\n    delta = {2: A[2]", "changes the cache"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "function", "old", "new", "words"), WRONG)
def test_a_planted_mistake_is_seen_and_named(name, function, old, new, words, capsys):
    text = printed(capsys, CHECKS[function], namespace(name, (old, new))[function])
    if words is None:  # a form that is unusual, and right
        assert "✗" not in text, text
        return
    assert words in text, text
    assert "✗" in text
    assert "\n  Try: " in text
    assert not re.search(r"[.:?!]{2}(?:\n|$)", text), text
    # One sentence for one mistake: what follows from it is not called another.
    assert text.count("✗") == 1 or function in ("configure", "shapes"), text


@pytest.mark.parametrize("function", CHECKS)
def test_an_answer_that_returns_nothing_or_raises_is_told_in_a_line(function, capsys):
    def nothing(*args):
        return None

    def raising(*args):
        raise ZeroDivisionError("division by zero")

    assert printed(capsys, CHECKS[function], nothing) == (
        "✗ nothing returns None.\n  Try: end it with a line that begins with return\n"
    )
    assert "✗ raising stopped with ZeroDivisionError: division by zero." in printed(capsys, CHECKS[function], raising)


def test_the_right_answers_of_the_checks_are_right_by_other_judges():
    """The price's gradient by a gradient check of its own, and rows by a plain loop over examples."""
    answers = namespace("extra_l2")
    params, X, Y = l2.case()
    got = answers["penalised_gradients"](params, X, Y, 0.3)

    def loss(theta):
        nudged = params.copy()
        for name, array in theta.items():
            getattr(nudged, name[0])[int(name[1])] = array
        return answers["penalised_loss"](nudged, X, Y, 0.3)

    theta = {f"{letter}{l}": getattr(params, letter)[l] for letter in "Wb" for l in params.W}
    assert gradient_check(loss, theta, {k: got[f"d{k[0]}"][int(k[1])] for k in theta}).passed

    one = row_convention.case((3, 5, 2), 7)
    rows = row_convention.in_rows(one)
    for l in one.W:
        A, delta = rows["A"][l - 1], rows["delta"][l]
        np.testing.assert_allclose(rows["dW"][l], sum(np.outer(A[i], delta[i]) for i in range(7)), rtol=1e-12)
    assert network.forward(
        convert.from_keras(convert.to_keras(one.params), row_convention.ACTIVATIONS, one.params.loss), one.X.T
    )


def test_the_measured_nets_are_what_the_notebook_says():
    assert len(deep_nets.deep_net("tanh", 0.1).W) == 10
    assert deep_nets.measured("sigmoid", 30**-0.5)["gradient"] == pytest.approx(1.6e-6, rel=0.1)
    # The bias of the last layer alone reaches the best constant; nothing of the input comes through.
    assert deep_nets.trained("sigmoid", 30**-0.5)[1] == pytest.approx(deep_nets.best_constant(), rel=1e-3)


def test_tables_of_the_notebooks_wait_for_their_functions(capsys):
    def later(*args):
        raise NotImplementedError

    for show in (vanishing.show_layers, vanishing.show_training, l2.show_path):
        assert printed(capsys, show, later) == "– later is still to be written.\n"
    assert printed(capsys, row_convention.show_agreement, later, later) == "– later is still to be written.\n"


def test_close_takes_no_other_shape_and_no_nan():
    assert lines.close([1.0, 2.0], [1.0, 2.0])
    assert not lines.close([[1.0, 2.0]], [1.0, 2.0])
    assert not lines.close([1.0, np.nan], [1.0, 2.0])
    assert not lines.close([1.0, 2.0 + 1e-9], [1.0, 2.0])
    assert not lines.close("no", [1.0])

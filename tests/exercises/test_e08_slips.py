"""E8: slips with the 1/m and the sums are named, and cost their own points."""

import pytest

from tests.exercises.answers_e08 import ALL, END, PRODUCT, START, SUM, calling, dL_dA, loss, results
from tests.exercises.rewriting import rewritten
from tests.exercises.told import named, points

LOSS = [
    ("P9", [(" / m", "")]),
    ("P10", [(" / m", " / m / m")]),
    ("P12", [("Y.shape[1]", "len(Y)")]),
    ("P13", [("0.5 * np.sum((A - Y) ** 2) / m", "np.mean(0.5 * (A - Y) ** 2)")]),
    ("P14", [("(A - Y)", "(A[:, -1] - Y[:, -1])"), (" / m", "")]),
    ("O10", [("0.5 * ", "")]),
    ("V4", [("np.sum((A - Y) ** 2) / m", "np.sum((A - Y) ** 2, axis=0)")]),
    ("U6", [("A - Y", "A - Y.T")]),
    ("U7", [("Y.shape[1]", "4")]),
]
FIRST = [
    ("P9", [(" / m", "")]),
    ("P10", [(" / m", " / m ** 2")]),
    ("P12", [("Y.shape[1]", "Y.shape[0]")]),
    ("P13", [("/ m", "/ A.size")]),
    ("O7", [("A - Y", "Y - A")]),
    ("O10", [("(A - Y)", "2 * (A - Y)")]),
    ("V3", [("(A - Y) / m", "np.mean(A - Y, axis=1, keepdims=True)")]),
    ("U6", [("A - Y", "A - Y.T")]),
    ("U7", [("Y.shape[1]", "5")]),
]


@pytest.mark.parametrize(("code", "changes"), LOSS)
def test_a_slip_in_the_loss_is_named_and_costs_its_two_points(code, changes):
    told = results(loss=rewritten(loss, *changes))
    assert code in told["L"].codes
    assert points(told) == ALL | {"L": 0}


@pytest.mark.parametrize(("code", "changes"), FIRST)
def test_a_slip_in_the_first_factor_costs_its_three_points_also_where_it_is_called(code, changes):
    wrong = rewritten(dL_dA, *changes)
    told = results(dL_dA=wrong)
    assert code in told["dL_dA"].codes
    assert points(told) == ALL | {"dL_dA": 0}
    told = results(dL_dA=wrong, batch_backward=rewritten(calling, dL_dA=wrong))
    assert code in told["dL_dA"].codes
    # Where A − Y has another shape, what is made from it cannot be judged.
    assert points(told) == ALL | {"dL_dA": 0} or code == "U6"


DELTA = [
    ("P11", START, [("slope(names[l], z[l])", "slope(names[l], z[l]) / m")]),
    ("P11", END, [("slope(names[l], z[l])", "slope(names[l], z[l]) / m")]),
    ("P10", START, [("- Y) / m", "- Y) / m / m")]),
    ("P12", START, [("- Y) / m", "- Y) / len(a[0])")]),
    ("P12", START, [("- Y) / m", "- Y) / len(Y)")]),
    ("P13", START, [("- Y) / m", "- Y) / Y.size")]),
    ("P13", END, [("- Y)", "- Y) / len(Y)")]),
    ("U7", START, [("- Y) / m", "- Y) / 4")]),
    ("O7", START, [("(a[L] - Y)", "(Y - a[L])")]),
    ("O7", END, [("(a[L] - Y)", "(Y - a[L])")]),
    ("O10", END, [("(a[L] - Y)", "0.5 * (a[L] - Y)")]),
    ("O10", END, [("(a[L] - Y)", "2 * (a[L] - Y)")]),
    *((code, way, [(f" * slope(names[{l}], z[{l}])", put)]) for way in (START, END) for code, l, put in [
        ("O1", "L", ""), ("O5", "L", " * slope(names[L], z[L]) ** 2"), ("O2", "L", " * slope(names[L], a[L])"),
        ("H1", "l", ""), ("H5", "l", " * slope(names[l], z[l]) ** 2"),
    ]),
    ("H11", END, [("W[l + 1].T", "abs(W[l + 1]).T")]),
    ("H6", START, [("W[l + 1].T @", "W[l + 1] @")]),
    ("H6", END, [("W[l + 1].T @", "W[l + 1] @")]),
    ("H12", END, [("range(L - 1, 0, -1)", "range(L - 1, 1, -1)"), ("for l in range(L, 0, -1)", "delta[1] = delta.get(1, 0 * z[1])\n    for l in range(L, 0, -1)")]),
]  # fmt: skip


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("code", "way", "changes"), DELTA)
def test_a_slip_in_delta_is_named_whichever_placement_it_is_made_in(code, way, changes, seed):
    told = results(seed, batch_backward=rewritten(way, *changes))
    assert code in told["delta"].codes
    assert points(told) == ALL | {"delta": 0} or code == "H12"  # of zeros nothing right can be made


GRADIENTS = [
    ("dL_dW", "P9", END, [(PRODUCT + " / m", PRODUCT)]),
    ("dL_db", "P9", END, [(SUM + " / m", SUM)]),
    ("dL_dW", "P10", START, [(PRODUCT, PRODUCT + " / m")]),
    ("dL_db", "P10", START, [(SUM, "delta[l].mean(axis=1, keepdims=True)")]),
    ("dL_dW", "P11", START, [(PRODUCT, PRODUCT + " / (m if l < L else 1)")]),
    ("dL_db", "P11", END, [(SUM, SUM + " / (m if l < L else 1)")]),
    ("dL_dW", "P12", END, [(PRODUCT + " / m", PRODUCT + " / a[0].shape[0]")]),
    ("dL_dW", "P12", END, [(PRODUCT + " / m", PRODUCT + " / a[l - 1].shape[0]")]),
    ("dL_db", "P12", END, [(SUM + " / m", SUM + " / len(delta[l])")]),
    ("dL_dW", "P13", END, [(PRODUCT + " / m", PRODUCT + " / Y.size")]),
    ("dL_db", "P13", END, [(SUM + " / m", SUM + " / Y.size")]),
    ("dL_dW", "U7", END, [(PRODUCT + " / m", PRODUCT + " / 8")]),
    ("dL_dW", "P1", START, [(PRODUCT, "a[l - 1] @ delta[l].T")]),
    ("dL_dW", "P2", START, [(PRODUCT, "delta[l] @ a[l].T")]),
    ("dL_dW", "P3", END, [("a[l - 1].T", "(z[l - 1] if l > 1 else a[0]).T")]),
    ("dL_dW", "P14", START, [(PRODUCT, "delta[l][:, -1:] @ a[l - 1][:, -1:].T")]),
    ("dL_dW", "P14", END, [(PRODUCT + " / m", "delta[l][:, -1:] @ a[l - 1][:, -1:].T")]),
    ("dL_dW", "V2", START, [(PRODUCT, SUM + " @ a[l - 1].mean(axis=1, keepdims=True).T")]),
    ("dL_dW", "P16", END, [('"dL_dW": dW', '"dL_dW": {L + 1 - l: g for l, g in dW.items()}')]),
    ("dL_db", "P5", START, [(SUM, "delta[l].copy()")]),
    ("dL_db", "P5", END, [(SUM, "delta[l]")]),
    ("dL_db", "P6", START, [(SUM, "delta[l].sum(axis=0, keepdims=True)")]),
    ("dL_db", "P6", END, [(SUM, "delta[l].sum(axis=0)")]),
    ("dL_db", "P7", START, [(SUM, "np.full((len(delta[l]), 1), delta[l].sum())")]),
    ("dL_db", "M2", END, [(SUM, "delta[l].sum()")]),
    ("dL_db", "P8", START, [(SUM, "np.zeros((len(delta[l]), 1))")]),
    ("dL_db", "P14", START, [(SUM, "delta[l][:, [-1]]")]),
    ("dL_db", "P18", START, [(SUM, "delta[l].sum(axis=1)")]),
    ("dL_db", "P18", END, [(SUM, "delta[l].sum(axis=1)")]),
]  # fmt: skip


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("term", "code", "way", "changes"), GRADIENTS)
def test_a_slip_in_a_gradient_is_named_and_costs_its_own_term(term, code, way, changes, seed):
    told = results(seed, batch_backward=rewritten(way, *changes))
    assert code in told[term].codes
    assert points(told) == ALL | {term: 0}
    assert set(named(told)) == {term}


@pytest.mark.parametrize("code", ["P9", "P10", "P11", "P12", "U7"])
def test_one_slip_with_the_1_over_m_in_both_gradients_is_charged_once(code):
    changes = {
        "P9": ((PRODUCT + " / m", PRODUCT), (SUM + " / m", SUM)),
        "P10": ((PRODUCT + " / m", PRODUCT + " / m**2"), (SUM + " / m", SUM + " / m**2")),
        "P11": ((PRODUCT, PRODUCT + " / (m if l < L else 1)"), (SUM, SUM + " / (m if l < L else 1)")),
        "P12": (("Y.shape[1]", "a[0].shape[0]"),),
        "U7": (("Y.shape[1]", "6"),),
    }[code]
    told = results(batch_backward=rewritten(END, *changes))
    assert points(told) == ALL | {"dL_dW": 0}
    assert named(told) == {"dL_dW": {code}}


def test_the_1_over_m_forgotten_at_the_start_is_the_same():
    told = results(batch_backward=rewritten(START, ("- Y) / m", "- Y)")))
    assert points(told) == ALL | {"dL_dW": 0}
    assert named(told) == {"dL_dW": {"P9"}}


def test_dividing_delta_and_the_gradients_of_the_hidden_layers_is_named_in_delta():
    """1/m in dZ1 and in dW1, with a last layer that is right: what could not be found from wrong numbers of dW1."""
    told = results(batch_backward=rewritten(END, ("slope(names[l], z[l])", "slope(names[l], z[l]) / m")))
    assert named(told) == {"delta": {"P11"}}
    assert points(told) == ALL | {"delta": 0}


@pytest.mark.parametrize("way", [START, END])
def test_no_1_over_m_and_no_sum_in_the_bias_are_both_told(way):
    end = " / m" if way is END else ""
    changes = [(PRODUCT + end, PRODUCT), (SUM + end, "delta[l].copy()")]
    told = results(batch_backward=rewritten(way, *([("- Y) / m", "- Y)")] if way is START else []), *changes))
    assert named(told) == {"dL_dW": {"P9"}, "dL_db": {"P9", "P5"}}
    assert points(told) == ALL | {"dL_dW": 0, "dL_db": 0}


def test_integer_buffers_cut_the_gradient():
    filled = ("dW[l] = delta[l] @ a[l - 1].T", "dW[l] = np.zeros_like(W[l]); dW[l][...] = delta[l] @ a[l - 1].T")
    told = results(batch_backward=rewritten(START, filled))
    assert named(told) == {"dL_dW": {"P17"}}

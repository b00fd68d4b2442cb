"""The graph figure's drawing in a real browser: no text is cut or lies on another, small graph or large."""

import pytest

from backprop_lab.figures.graph import EXAMPLES, graph
from backprop_lab.figures.graph_layout import layout
from backprop_lab.figures.graph_structure import structure
from backprop_lab.figures.graph_walk import ORDERS
from tests.book.showing import overlaps, pick, showing
from tests.figures.value_graphs import usable

pytestmark = pytest.mark.browser

show = showing(graph)


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_no_text_of_the_drawing_is_cut_or_lies_on_another(show, width):
    page = show(width=width).page
    for name in EXAMPLES:
        pick(page, "example", name)
        for order, fork, calls in ((ORDERS[0], "+=", "1"), (ORDERS[1], "+=", "2"), (ORDERS[0], "=", "1")):
            pick(page, "order", order)
            pick(page, "fork", fork)
            pick(page, "calls", calls)
            assert overlaps(page, "backprop-graph", 8, "text:not(:empty)") == [], (name, order, fork, calls)


@pytest.mark.parametrize("width", [1280, 390])
def test_large_graphs_have_room(open_html, width):
    seen = 0
    for output in usable(600):
        nodes, _ = structure(output, {})
        if len(nodes) < 11 or layout(nodes).width < 3:
            continue
        visit = open_html(graph(output).html, width=width)
        assert overlaps(visit.page, "backprop-graph", 8, "text:not(:empty)") == []
        assert visit.sideways() == []
        seen += 1
        if seen == 6:
            break
    assert seen == 6

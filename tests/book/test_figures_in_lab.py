"""The figures in a real JupyterLab: they live after Run All, and an untrusted notebook shows their stills."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from backprop_lab import figures
from tests.book.lab import notebook, run_all, server  # noqa: F401
from tests.book.showing import settle, trace

pytestmark = pytest.mark.browser

NAMES = [name for name in figures.__all__ if name != "LiveFigure"]
IMPORT = "from backprop_lab import figures"
NUDGE = f"{IMPORT}\n\nfigures.nudge(w=-1.25)"


def test_all_of_them_live_after_run_all(notebook, open_html):  # noqa: F811
    page = notebook("every", [IMPORT, *(f"figures.{name}()" for name in NAMES)])
    here, complaints = urlsplit(page.url).netloc, []
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on("console", lambda said: said.type == "error" and complaints.append(f"console: {said.text}"))
    page.on(
        "request",
        lambda request: (
            urlsplit(request.url).netloc not in ("", here) and complaints.append(f"asked another host: {request.url}")
        ),
    )
    run_all(page)
    for cell, name in enumerate(NAMES, start=1):
        page.evaluate("cell => document.querySelectorAll('.jp-CodeCell')[cell].scrollIntoView()", cell)
        live = page.locator(f"backprop-{name} .live")
        expect(live).to_be_visible(timeout=60_000)
        # Not the still's trace: what trains has taken no step yet.
        settle(page)
        assert live.locator("pre").text_content() == trace(open_html(getattr(figures, name)().html).page)
        assert page.locator(f"backprop-{name} img").is_hidden()
    assert complaints == []


def test_the_keys_go_to_the_figure_and_not_to_the_notebook(notebook):  # noqa: F811
    page = notebook("keys", [NUDGE])
    run_all(page)
    live = page.locator("backprop-nudge .live")
    expect(live).to_be_visible(timeout=60_000)
    settle(page)
    assert live.locator("pre").text_content() == figures.nudge(w=-1.25).trace
    live.get_by_role("spinbutton", name="x, input, typed").fill("-0.5")
    settle(page)
    assert live.locator("pre").text_content() == figures.nudge(w=-1.25, x=-0.5).trace
    live.get_by_role("slider", name="w weight").focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    assert live.locator("pre").text_content() == figures.nudge(w=-1.2, x=-0.5).trace
    page.keyboard.press("Tab")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("2")
    settle(page)
    assert live.locator("pre").text_content() == figures.nudge(w=2, x=-0.5).trace
    # The figure keeps its keys: in command mode, "a" on the notebook makes a new cell.
    live.get_by_role("button", name="start").press("a")
    assert page.locator(".jp-CodeCell").count() == 1
    page.locator(".cm-content").first.click()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.locator(".jp-CodeCell")).to_have_count(2)
    # Run again: the scripts are run a second time over what they have defined, and the figure begins anew.
    run_all(page)
    expect(live.locator("pre")).to_have_text(figures.nudge(w=-1.25).trace, timeout=60_000)


def test_a_notebook_that_is_not_trusted_shows_the_stills_and_the_traces(notebook):  # noqa: F811
    shown = [getattr(figures, name)() for name in NAMES]
    bundles = [figure._repr_mimebundle_() for figure in shown]
    page = notebook("stranger", [f"figures.{name}()" for name in NAMES], bundles)
    for cell, figure in enumerate(shown):
        page.evaluate("cell => document.querySelectorAll('.jp-CodeCell')[cell].scrollIntoView()", cell)
        output = page.locator(".jp-CodeCell").nth(cell).locator(".jp-OutputArea-output")
        still = output.get_by_role("img", name=figure.alt)
        expect(still).to_be_visible(timeout=60_000)
        assert still.evaluate("image => image.complete && image.naturalWidth") == 440
        output.get_by_text("The same as text").click()
        assert output.locator("pre").first.inner_text().rstrip() == figure.trace.rstrip()
    assert page.locator(".live").count() == 0

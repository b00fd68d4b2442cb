"""The panels in a real JupyterLab: their controls drive the library in the kernel."""

import pytest
from playwright.sync_api import expect

from tests.book.lab import notebook, run_all, server  # noqa: F401

pytestmark = pytest.mark.browser

SECONDS = 60_000


@pytest.fixture
def panel(notebook):  # noqa: F811
    """`panel(name)` is a page with this panel, and the part of it that the controls are in."""

    def one(name: str):
        page = notebook(name, [f"from backprop_lab import widgets\n\nwidgets.{name}()"])
        run_all(page)
        output = page.locator(".jp-OutputArea-output .jupyter-widgets").first
        expect(output).to_be_visible(timeout=SECONDS)
        return page, output

    return one


def test_train_goes_on_and_stop_keeps_what_is_trained(panel):
    _, output = panel("train")
    said = output.get_by_role("status")
    expect(said).to_contain_text("Press Train to go on", timeout=SECONDS)
    before = output.locator("img").get_attribute("alt")
    output.get_by_role("button", name="Train", exact=True).click()
    expect(said).not_to_contain_text("Press Train", timeout=SECONDS)
    expect(output.get_by_role("button", name="Train", exact=True)).to_be_enabled(timeout=SECONDS)
    after = output.locator("img").get_attribute("alt")
    assert "120 epochs" in after
    assert after != before
    output.get_by_role("button", name="Reset", exact=True).click()
    expect(said).to_contain_text("Press Train", timeout=SECONDS)


def test_the_check_finds_the_mistake_that_is_chosen(panel):
    _, output = panel("break_backward")
    output.get_by_label("Mistake").select_option(label="P8: ∂L/∂b = 0")
    expect(output.get_by_role("status")).to_contain_text("P8: the check finds 3 of 6 arrays wrong", timeout=SECONDS)


def test_optimisers_are_compared_anew_when_a_control_moves(panel):
    page, output = panel("compare_optimisers")
    before = output.locator("img").get_attribute("alt")
    output.get_by_label("Schedule").select_option(index=1)
    expect(output.locator("img")).not_to_have_attribute("alt", before, timeout=SECONDS)
    assert page.locator(".jp-OutputArea-output [data-mime-type='application/vnd.jupyter.stderr']").count() == 0

"""A released exercise in a real JupyterLab: the cell by which a student on Binder keeps the work."""

import json
import shutil

import pytest
from playwright.sync_api import expect

from backprop_lab.exercises import every
from tests.book.lab import server  # noqa: F401
from tests.paths import EXERCISES

pytestmark = pytest.mark.browser


def test_the_link_at_the_end_downloads_the_notebook_with_the_student_s_work(server, browser):  # noqa: F811
    address, folder = server
    name = "e01_one_neuron.ipynb"
    shutil.copy(EXERCISES / name, folder)
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    try:
        page = context.new_page()
        page.goto(f"{address}lab/workspaces/keep/tree/{name}?reset")
        page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=60_000)
        cell = page.locator(".jp-Notebook .jp-CodeCell .cm-content").first
        cell.click()
        page.keyboard.press("Control+Home")
        page.keyboard.type("# my own work")
        page.keyboard.press("Enter")
        page.keyboard.press("Control+s")
        page.get_by_role("heading", name="Done?").scroll_into_view_if_needed()
        expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=60_000)
        page.locator(".jp-CodeCell .cm-content", has_text="Download this notebook").click()
        page.keyboard.press("Shift+Enter")
        with page.expect_download(timeout=30_000) as got:
            page.get_by_role("link", name="Download this notebook").click()
        assert got.value.suggested_filename == name
        kept = json.loads(got.value.path().read_text("utf-8"))
        assert any("# my own work" in "".join(cell["source"]) for cell in kept["cells"])
    finally:
        context.close()


@pytest.mark.parametrize("exercise", every(), ids=lambda e: e.id)
def test_every_exercise_has_the_link_to_itself(exercise):
    cells = json.loads((EXERCISES / exercise.notebook).read_text("utf-8"))["cells"]
    keep = "".join(next(cell for cell in cells if cell["id"] == "keep")["source"])
    assert f'<a href="{exercise.notebook}" download>' in keep

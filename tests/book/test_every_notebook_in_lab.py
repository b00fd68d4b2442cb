"""Every chapter and every exercise in a real JupyterLab, and in Notebook 7: no cell fails, and the figures live.

Exercises have the answers of their masters put in: what a student's answers are checked with must run as well.
One server shows all of them, and JupyterLab is opened once.
"""

import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.book.lab import server  # noqa: F401
from tests.paths import EXERCISES, ROOT, SOLUTIONS

pytestmark = pytest.mark.browser

CHAPTERS = [f"chapters/{path.name}" for path in sorted((ROOT / "chapters").glob("*.ipynb"))]
APPENDICES = [f"book/{path.name}" for path in sorted((ROOT / "book").glob("*.ipynb"))]
PRACTICE = [f"exercises/{path.name}" for path in sorted(EXERCISES.glob("*.ipynb"))]
SECONDS = 60_000
# Notebook 7.6 raises this while it loads settings of its own, whatever it shows.
OF_NOTEBOOK = "Cannot read properties of undefined (reading 'schema')"

# Runs all cells of the notebook that is shown, and tells what each came to. `path` is opened first, where it is given.
RUN = """async path => {
  const app = window.jupyterapp;
  const panel = path ? await app.commands.execute("docmanager:open", {path, factory: "Notebook"}) : app.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
  await app.commands.execute("notebook:run-all-cells");
  return panel.content.widgets.map(({model}, index) => {
    if (model.type !== "code") return null;
    const outputs = model.outputs.toJSON();
    const html = outputs.map(output => [output.data?.["text/html"] ?? ""].flat().join("")).join("");
    return {
      index,
      count: model.executionCount,
      trouble: outputs.filter(output => output.output_type === "error" || output.name === "stderr")
        .map(output => output.ename ? `${output.ename}: ${output.evalue}` : [output.text].flat().join("")),
      text: outputs.map(output => [output.data?.["text/plain"] ?? output.text ?? ""].flat().join("")).join(""),
      figure: /<(backprop-[a-z]+)/.exec(html)?.[1] ?? null,
    };
  }).filter(cell => cell);
}"""
SHOW = "index => window.jupyterapp.shell.currentWidget.content.scrollToItem(index, 'start')"
CLOSE = """async () => {
  const panel = window.jupyterapp.shell.currentWidget;
  await panel.sessionContext.shutdown();
  if (window.jupyterapp.name === "JupyterLab") panel.dispose();
}"""


class Window:
    """One page of a browser, and what went wrong in it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.host, self.complaints = page, urlsplit(address).netloc, []
        page.on("pageerror", lambda error: OF_NOTEBOOK in str(error) or self.complaints.append(f"script: {error}"))
        page.on("console", lambda said: said.type == "error" and self._heard(said))
        page.on("request", lambda request: self._asked(request.url))
        page.goto(address)
        page.wait_for_function("window.jupyterapp", timeout=SECONDS)
        page.evaluate("window.jupyterapp.restored")

    def _heard(self, said: ConsoleMessage) -> None:
        # JupyterLab's server does not hand out the fonts of Notebook, which is its guest here.
        if not said.location["url"].endswith(".woff"):
            self.complaints.append(f"console: {said.text}")

    def _asked(self, address: str) -> None:
        if urlsplit(address).netloc not in ("", self.host):
            self.complaints.append(f"asked another host: {address}")

    def run(self, path: str | None = None) -> list[dict]:
        """Run the notebook, see that its figures live, and close it; what each cell of code came to."""
        cells = self.page.evaluate(RUN, path)
        for cell in cells:
            if cell["figure"]:
                self.page.evaluate(SHOW, cell["index"])
                live = self.page.locator(f".jp-Notebook:visible {cell['figure']} .live").first
                expect(live).to_be_visible(timeout=SECONDS)
                expect(live.locator("pre").first).not_to_be_empty()
        self.page.evaluate(CLOSE)
        assert not self.complaints, "\n".join(self.complaints)
        return cells


def troubles(cells: list[dict]) -> list[str]:
    """What a reader must not see: a cell that failed, warned, or was not reached."""
    unread = [f"cell {cell['index']} was not run" for cell in cells if not cell["count"]]
    return unread + [f"cell {cell['index']}: {said}" for cell in cells for said in cell["trouble"]]


def wrong(cells: list[dict]) -> list[str]:
    """Checks that do not give all their points, and what the checks of an extra notebook mark as wrong."""
    points = [re.match(r".* · (\d+) of (\d+) points?$", cell["text"], re.MULTILINE) for cell in cells]
    marked = [cell["text"] for cell in cells if "✗" in cell["text"]]
    assert any(points) or any("✓" in cell["text"] for cell in cells), "there is no check"
    return marked + [found[0] for found in points if found and found[1] != found[2]]


@pytest.fixture(scope="module")
def folder(server) -> Path:  # noqa: F811
    """The folder that the server shows, with the book's notebooks in it."""
    _, shown = server
    for path in (*CHAPTERS, *APPENDICES):
        (shown / path).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / path, shown / path)
    (shown / "exercises").mkdir()
    for path in PRACTICE:
        answers = {cell.id: cell.source for cell in nbformat.read(SOLUTIONS / Path(path).name, as_version=4).cells}
        released = nbformat.read(ROOT / path, as_version=4)
        for cell in released.cells:
            cell.source = answers[cell.id]
        nbformat.write(released, shown / path)
    return shown


@pytest.fixture(scope="module")
def lab(server, folder, browser):  # noqa: F811
    """JupyterLab, in one window for all notebooks."""
    with browser.new_context(viewport={"width": 1280, "height": 1000}) as context:
        yield Window(context.new_page(), f"{server[0]}lab?reset")


@pytest.mark.parametrize("path", [*CHAPTERS, *APPENDICES, *PRACTICE])
def test_it_runs_in_jupyterlab(lab, path):
    cells = lab.run(path)
    assert troubles(cells) == []
    if path in PRACTICE:
        assert wrong(cells) == []


@pytest.mark.parametrize("path", [*CHAPTERS, "exercises/e01_one_neuron.ipynb"])
def test_it_runs_in_notebook(server, folder, browser, path):  # noqa: F811
    with browser.new_context(viewport={"width": 1280, "height": 1000}) as context:
        window = Window(context.new_page(), f"{server[0]}notebooks/{path}")
        assert troubles(window.run()) == []


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["1 + 1", "1 / 0", "2"], ["cell 2 was not run", "cell 1: ZeroDivisionError: division by zero"]),
        (["import warnings\nwarnings.warn('a planted warning')"], ["a planted warning"]),
    ],
)
def test_a_planted_fault_is_found(lab, folder, cells, said):
    made = [nbformat.v4.new_code_cell(source) for source in cells]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel}), folder / "fault.ipynb")
    found = troubles(lab.run("fault.ipynb"))
    assert len(found) == len(said)
    assert all(words in line for words, line in zip(said, found, strict=True))


@pytest.mark.parametrize("text", ["E1 · dL_da · 1 of 2 points\n  ✗ wrong", "E1 · dL_da · 0 of 1 point", "✗ not yet"])
def test_a_wrong_answer_is_found(text):
    assert wrong([{"text": "E1 · da_dz · 2 of 2 points"}, {"text": text}])

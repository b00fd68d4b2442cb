"""The nudge figure in a real JupyterLab: it lives after Run All, and an untrusted notebook shows its still."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page, expect

from backprop_lab import figures

pytestmark = pytest.mark.browser

SOURCE = "from backprop_lab import figures\n\nfigures.nudge(w=-1.25)"
QUIET = '{"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": true}}'


@pytest.fixture(scope="module")
def lab(tmp_path_factory, cannot_run) -> Iterator[str]:
    """The address of a JupyterLab of our own, in a folder with one notebook to run and one that came with outputs."""
    if find_spec("jupyterlab") is None:
        cannot_run("no JupyterLab; run: make .venv")
    folder, own = tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("jupyter")
    _write(folder / "run.ipynb", outputs=False)
    _write(folder / "stranger.ipynb", outputs=True)
    (own / "config" / "labconfig").mkdir(parents=True)
    (own / "config" / "labconfig" / "page_config.json").write_text(QUIET, "utf-8")
    homes = {f"JUPYTER_{name}_DIR": str(own / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=",
        f"--ServerApp.root_dir={folder}",
    ]  # fmt: skip
    with (own / "log").open("wb") as log:
        server = subprocess.Popen(command, env=os.environ | homes, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}/"
    try:
        _wait_for(address + "api", server, own / "log")
        yield address
    finally:
        server.terminate()  # it ends its kernels first
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _write(path: Path, *, outputs: bool) -> None:
    cell = nbformat.v4.new_code_cell(SOURCE)
    if outputs:
        bundle = figures.nudge(w=-1.25)._repr_mimebundle_()
        cell.outputs = [nbformat.v4.new_output("execute_result", bundle, execution_count=1)]
        cell.execution_count = 1
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel}), path)


def _wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    for _ in range(120):
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2):
            return
        if server.poll() is not None:
            break
        time.sleep(0.25)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")


@pytest.fixture
def notebook(lab, browser):
    """`notebook(name)` opens one in a workspace of its own and gives the page."""
    with contextlib.ExitStack() as windows:

        def one(name: str) -> Page:
            context = browser.new_context(viewport={"width": 1280, "height": 1400})
            windows.callback(context.close)
            page = context.new_page()
            page.goto(f"{lab}lab/workspaces/{name}/tree/{name}.ipynb?reset")
            page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=60_000)
            return page

        yield one


def run_all(page: Page) -> None:
    # Not the notebook's own indicator, which is idle before there is a kernel, too; Lab then asks for one.
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=60_000)
    page.add_locator_handler(page.get_by_role("button", name="Select", exact=True), lambda button: button.click())
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def test_it_lives_in_jupyterlab_after_run_all(notebook):
    page = notebook("run")
    run_all(page)
    live = page.locator("backprop-nudge .live")
    expect(live).to_be_visible(timeout=60_000)
    assert live.locator("pre").text_content() == figures.nudge(w=-1.25).trace
    live.get_by_role("spinbutton", name="x, input, typed").fill("-0.5")
    assert live.locator("pre").text_content() == figures.nudge(w=-1.25, x=-0.5).trace
    live.get_by_role("slider", name="w weight").focus()
    page.keyboard.press("ArrowRight")  # to the figure, and not to the notebook
    assert live.locator("pre").text_content() == figures.nudge(w=-1.2, x=-0.5).trace
    page.keyboard.press("Tab")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("2")
    assert live.locator("pre").text_content() == figures.nudge(w=2, x=-0.5).trace
    assert page.locator("backprop-nudge img").is_hidden()
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


def test_a_notebook_that_is_not_trusted_shows_the_still_and_the_trace(notebook):
    page = notebook("stranger")
    output = page.locator(".jp-OutputArea-output")
    still = output.get_by_role("img", name="One neuron with activation sigmoid")
    expect(still).to_be_visible(timeout=60_000)
    assert still.evaluate("image => image.complete && image.naturalWidth") == 440
    assert page.locator(".live").count() == 0
    output.get_by_text("The same as text").click()
    assert output.locator("pre").first.inner_text() == figures.nudge(w=-1.25).trace

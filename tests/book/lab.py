"""A JupyterLab of our own in the browser: `notebook("name", cells)` writes a notebook into it and opens it.

from .lab import notebook, run_all, server  # noqa: F401

def test_something(notebook):
    page = notebook("mine", ["1 + 1"])
    run_all(page)
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page, expect

# Announcements ask another host. The debugger complains of every kernel that ends, as they do after each test.
UNUSED = ("@jupyterlab/apputils-extension:announcements", "@jupyterlab/debugger-extension")
QUIET = json.dumps({"disabledExtensions": dict.fromkeys(UNUSED, True)})


@pytest.fixture(scope="module")
def server(tmp_path_factory, cannot_run) -> Iterator[tuple[str, Path]]:
    """The address of the JupyterLab, and the folder whose notebooks it shows."""
    if find_spec("jupyterlab") is None:
        cannot_run("no JupyterLab; run: make .venv/installed")
    folder, own = tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("jupyter")
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
        # Tests reach the application as `jupyterapp`, in JupyterLab and in Notebook, which the same server shows.
        "--LabApp.expose_app_in_browser=True", "--JupyterNotebookApp.expose_app_in_browser=True",
    ]  # fmt: skip
    with (own / "log").open("wb") as log:
        process = subprocess.Popen(command, env=os.environ | homes, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}/"
    try:
        _wait_for(address + "api", process, own / "log")
        yield address, folder
    finally:
        process.terminate()  # it ends its kernels first
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(address: str, process: subprocess.Popen, log: Path) -> None:
    for _ in range(120):
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2):
            return
        if process.poll() is not None:
            break
        time.sleep(0.25)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")


@pytest.fixture
def notebook(server, browser) -> Iterator[Callable[..., Page]]:
    """`notebook(name, cells, shown=None)` opens these code cells; with `shown`, as run by a stranger, who had these
    bundles as their outputs. The page is in a workspace of its own."""
    address, folder = server
    with contextlib.ExitStack() as windows:

        def one(name: str, cells: Sequence[str], shown: Sequence[dict] | None = None) -> Page:
            made = [nbformat.v4.new_code_cell(source) for source in cells]
            for count, (cell, bundle) in enumerate(zip(made, shown or (), strict=bool(shown)), start=1):
                cell.outputs = [nbformat.v4.new_output("execute_result", bundle, execution_count=count)]
                cell.execution_count = count
            kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
            nbformat.write(
                nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel}), folder / f"{name}.ipynb"
            )
            context = browser.new_context(viewport={"width": 1280, "height": 1400})
            windows.callback(context.close)
            page = context.new_page()
            page.goto(f"{address}lab/workspaces/{name}/tree/{name}.ipynb?reset")
            page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=60_000)
            return page

        yield one


def run_all(page: Page) -> None:
    """Run → Run All Cells, once the kernel is there."""
    # Not the notebook's own indicator, which is idle before there is a kernel, too; Lab then asks for one.
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=60_000)
    page.add_locator_handler(page.get_by_role("button", name="Select", exact=True), lambda button: button.click())
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

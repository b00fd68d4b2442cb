"""What the book's chapters print and do not measure themselves: ``backprop-lab measure`` writes it to ``measured/``.

Each function here returns the numbers of one file, without machine and date. To add one, write it and name it in
``MEASUREMENTS``.
"""

import functools
import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from .. import network
from . import machine
from .figures import NoBrowser, chromium
from .imports import over_numpy
from .one_number_nodes import one_number_nodes
from .passes import memory, passes
from .timing import interleaved
from .wrong_gradients import wrong_gradients_train

FOLDER = Path(__file__).parents[1] / "measured"
SIZES = ((2, 3, 2), (64, 64, 10))
BATCHES = (1, 10, 100, 1000)
CHAPTER = "chapters/02_one_neuron"


class NotHere(Exception):
    """Something that this measurement needs is not here; the message says what."""


def batches(root: Path) -> dict[str, Any]:
    """Forward and backward pass of m examples, one after the other and all at once; the gradients are the same."""
    rows = []
    for sizes in SIZES:
        for m in BATCHES:
            rng = np.random.default_rng(m)
            params = network.init(sizes, "sigmoid", "squared_error", seed=1)
            X, Y = rng.standard_normal((sizes[0], m)), rng.random((sizes[-1], m))
            ways: dict[str, Callable[[], object]] = {
                "loop": functools.partial(one_by_one, params, X, Y),
                "batch": functools.partial(at_once, params, X, Y),
            }
            times = interleaved(ways, rounds=40, seconds=6.0)
            loop, batch = (1e3 * times[way].median for way in ways)
            rows.append({
                "sizes": "-".join(map(str, sizes)), "m": m, "loop_ms": round(loop, 4), "batch_ms": round(batch, 4),
                "ratio": round(loop / batch, 2),
            })  # fmt: skip
    return {"rows": rows}


def at_once(params: network.Parameters, X: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """The gradient of the mean loss, as one vector, with all examples in one pass."""
    return network.backward(params, network.forward(params, X), Y).vector


def one_by_one(params: network.Parameters, X: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """The same, a pass for each example."""
    columns = range(X.shape[1])
    return sum(at_once(params, X[:, [k]], Y[:, [k]]) for k in columns) / X.shape[1]


def start_up(root: Path) -> dict[str, Any]:
    """From nothing to a chapter: its page in a browser, the library, a kernel that runs all of it."""
    page = root / "_build" / "html" / f"{CHAPTER}.html"
    if not page.is_file():
        raise NotHere(f"{page} does not exist: run make book first")
    imported = over_numpy("from backprop_lab import network", 15)
    opened, ran = _opened(page, 7), _ran(root / f"{CHAPTER}.ipynb", 5)
    return {
        "rows": [
            _row("open the page of chapter 2, formulas set", opened),
            _row("import the library's networks, once NumPy is there", imported.tolist()),
            _row("start a kernel and run all of chapter 2", ran),
        ]
    }


def _row(what: str, seconds: list[float]) -> dict[str, Any]:
    return {"what": what, "seconds": float(f"{median(seconds):.3g}"), "runs": len(seconds)}


def _opened(page: Path, runs: int) -> list[float]:
    seconds = []
    with chromium() as browser, _served(page.parents[1]) as address:
        for _ in range(runs):
            context = browser.new_context()  # a new one each time, so that nothing is cached
            tab, start = context.new_page(), time.perf_counter()
            tab.goto(f"{address}{CHAPTER}.html", wait_until="load")
            tab.evaluate("async () => { if (window.MathJax?.startup) await window.MathJax.startup.promise }")
            seconds.append(time.perf_counter() - start)
            context.close()
    return seconds


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    class Silent(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            """Its requests are no news."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Silent, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def _ran(chapter: Path, runs: int) -> list[float]:
    import nbformat

    from ..grading.kernel import client

    seconds = []
    for _ in range(runs):
        notebook, start = nbformat.read(chapter, as_version=4), time.perf_counter()
        client(notebook, chapter.parent, 300).execute()
        seconds.append(time.perf_counter() - start)
    return seconds


MEASUREMENTS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "batches": batches,
    "start_up": start_up,
    "wrong_gradients": wrong_gradients_train,
    "one_number_nodes": one_number_nodes,
    "memory": memory,
    "passes": passes,
}


def record(name: str, root: Path) -> Path:
    """Measure and write; returns the file.

    Raises
    ------
    NotHere, NoBrowser
        If something that the measurement needs is missing.
    """
    found = MEASUREMENTS[name](root)
    file = FOLDER / f"{name}.json"
    told = {"date": date.today().isoformat(), "machine": machine.description().splitlines()[0], **found}
    file.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    return file


__all__ = ["MEASUREMENTS", "NoBrowser", "NotHere", "at_once", "batches", "one_by_one", "record", "start_up"]

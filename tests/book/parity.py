"""How far the numbers of a live figure may lie from those of the library, how far they do, and faults planted in them."""

from collections.abc import Callable

import numpy as np
from playwright.sync_api import Error, TimeoutError

from backprop_lab.figures.live import script

TOLERANCE = 1e-12


def apart(js: object, py: object, size: float | None = None) -> float:
    """max|js − py| / max|py|, or in units of a size; what is no number on one side is infinitely far from one."""
    js, py = np.asarray(js, dtype=float), np.asarray(py, dtype=float)
    assert js.shape == py.shape
    gap = np.max(np.abs(js - py), initial=0.0)
    scale = np.max(np.abs(py), initial=0.0) if size is None else size
    return 0.0 if gap == 0 else float(gap / scale) if scale and np.isfinite(gap) else np.inf


def planted(name: str, right: str, wrong: str) -> str:
    """The text of a script with a fault in the one place where it says ``right``."""
    text = script(name)
    assert text.count(right) == 1, right
    return text.replace(right, wrong)


def noticed(disagreement: Callable[[], float]) -> bool:
    """Whether numbers are off, or cannot be compared: the script stops, or a shape or a verdict is not Python's."""
    try:
        return not disagreement() <= TOLERANCE
    except TimeoutError:  # the browser's trouble, and not the script's
        raise
    except (AssertionError, Error):
        return True

"""What some tests need from the machine, and what happens where it is missing.

A marker says what a test needs: `browser` (Chromium, and the book that `make book` builds) or `sandbox` (bubblewrap).
Where that is missing, the test is skipped with the command that brings it; with CI=true it fails, since a check that
was not made must not look like one that passed.
"""

import os
import shutil
import subprocess
from functools import cache

import pytest
from hypothesis import settings

# A busy machine is slow, and that is no fault of what is tested.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("hidden tests")
    group.addoption("--submission", metavar="FILE", help="run tests/hidden on this notebook, not on the masters")
    group.addoption("--seed-file", metavar="FILE", help="the class's secret, from which hidden inputs are drawn")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, what_is_missing in (("browser", _browser_missing), ("sandbox", _sandbox_missing)):
        if item.get_closest_marker(marker) and (reason := what_is_missing()):
            _cannot_run(reason)


@pytest.fixture(scope="session")
def cannot_run():
    """`cannot_run(reason)` ends a test that the machine cannot run: skipped here, failed where CI=true."""
    return _cannot_run


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser for tests marked `browser`."""
    return _chromium() or _cannot_run(_browser_missing())


def _cannot_run(reason: str) -> None:
    if os.environ.get("CI", "").lower() in ("true", "1"):
        pytest.fail(f"cannot run here: {reason}", pytrace=False)
    pytest.skip(reason)


def _chromium() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def _browser_missing() -> str | None:
    return None if _chromium() else "no Chromium; run: sudo apt-get install chromium fonts-dejavu-core fonts-noto-core"


@cache
def _sandbox_missing() -> str | None:
    """Starting the smallest sandbox tells more than looking for the program: a kernel may forbid it."""
    if shutil.which("bwrap") is None:
        return "no bubblewrap; run: sudo apt-get install bubblewrap"
    smallest = ["bwrap", "--unshare-user", "--unshare-pid", "--ro-bind", "/", "/", "true"]
    tried = subprocess.run(smallest, capture_output=True, text=True, timeout=30)
    return None if tried.returncode == 0 else f"bubblewrap does not start here: {tried.stderr.strip()}"

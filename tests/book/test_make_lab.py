"""`make lab`: JupyterLab on the book's own folder, on the next port where the first is in use, and it says which."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.request

import pytest

from tests.paths import ROOT

RUNNING = re.compile(r"(http://127\.0\.0\.1:(\d+))/lab/tree/chapters/00_how_to_use\.ipynb\?token=(\w+)")


@pytest.fixture
def taken():
    """A port that somebody else listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_it_shows_the_book_and_says_where_though_the_port_is_in_use(taken, tmp_path):
    # -o: the environment is not brought up to date under the feet of other tests.
    command = ["make", "-o", ".venv/installed", "lab", f"LAB_PORT={taken}", "LAB_OPTIONS=--no-browser --allow-root"]
    homes = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    with (tmp_path / "log").open("w") as log:
        started = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | homes, stdout=log, stderr=log, start_new_session=True
        )
    try:
        address, port, token = _where(tmp_path / "log", started)
        assert int(port) != taken
        assert f"The port {taken} is already in use, trying another port." in (tmp_path / "log").read_text("utf-8")
        with urllib.request.urlopen(f"{address}/api/contents/chapters?token={token}", timeout=20) as answer:
            assert b"02_one_neuron.ipynb" in answer.read()
    finally:
        os.killpg(started.pid, signal.SIGTERM)
        started.wait(timeout=30)


def _where(log, started) -> tuple[str, str, str]:
    for _ in range(240):
        if found := RUNNING.search(log.read_text("utf-8", "replace")):
            return found.groups()
        if started.poll() is not None:
            break
        time.sleep(0.25)
    pytest.fail(f"it said no address:\n{log.read_text('utf-8', 'replace')[-2000:]}")

"""What `make` says where it cannot go on: one line with the way out, before any traceback."""

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def checkout(tmp_path):
    """A folder with the Makefile and what it looks at, and a virtual environment that is this one."""
    for name in ("Makefile", "requirements.txt", "constraints.txt", "pyproject.toml", "book/ipython_kernel_config.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    return tmp_path


def make(checkout, *call):
    done = subprocess.run(["make", *call], cwd=checkout, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    return done.stdout + done.stderr


def test_a_port_that_is_taken_is_told_with_another_one(checkout):
    (checkout / "_build" / "html").mkdir(parents=True)
    (checkout / "_build" / "html" / "index.html").touch()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = make(checkout, "serve", f"PORT={port}")
    assert f"Port {port} is in use or forbidden. Take another one: make serve PORT={port + 1}" in told
    assert "Traceback" not in told


def test_without_a_book_there_is_nothing_to_serve(checkout):
    assert "There is no book yet. Run: make book" in make(checkout, "serve")


def test_a_python_that_is_too_old_is_told_with_what_to_type(checkout):
    old = checkout / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    told = make(checkout, "book", f"PYTHON={old}")
    assert "needs Python 3.11 or newer" in told
    assert "make book PYTHON=python3.12" in told


def test_without_a_network_it_says_more_than_pip(checkout):
    """pip speaks of conflicts between packages where it reaches no registry."""
    pip = checkout / ".venv" / "bin" / "pip"
    pip.write_text("#!/bin/sh\n")
    pip.chmod(0o755)
    python = checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.write_text("#!/bin/sh\necho 'ERROR: ResolutionImpossible' >&2\nexit 1\n")
    python.chmod(0o755)
    assert "Is there a network? With one, run the same command again." in make(checkout, "book")

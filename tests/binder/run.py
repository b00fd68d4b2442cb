"""Binder without Docker: `make binder`, or `python -m tests.binder.run`.

repo2docker writes down how it would build the image, and installs nothing. Its own line of pip is then run in a fresh
environment of the Python that `binder/runtime.txt` asks for, and every notebook of the book in that environment, as a
user who may not write into it. What it took is printed. `test_binder.py` does the same as a part of `make test`.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REPO2DOCKER = "jupyter-repo2docker==2026.4.0"
STRANGER = 1000  # Binder's user; whoever is not root runs the notebooks under their own name
NOTEBOOKS = ("chapters", "book", "solutions")


class Failed(Exception):
    """Binder would not build this, or a notebook does not run there; the message says what happened."""


def main() -> None:
    with built() as (environment, copy):
        measure(environment)
        execute(environment, copy)


@contextmanager
def built() -> Iterator[tuple[Path, Path]]:
    """The environment that Binder would make, and what it would clone; both cannot be written to."""
    with tempfile.TemporaryDirectory(prefix="binder-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        steps = pip_lines(dockerfile(folder))
        copy = checked_out(folder / "repository")
        environment = folder / "environment"
        started = time.monotonic()
        _run([python(), "-m", "venv", environment])
        for step in steps:
            _run(["sh", "-c", step.replace("${KERNEL_PYTHON_PREFIX}", str(environment))], cwd=copy)
        print(f"built in {time.monotonic() - started:.0f} s: {' ; '.join(steps)}")
        _run(["chmod", "-R", "a-w", environment, copy])
        try:
            yield environment, copy
        finally:
            _run(["chmod", "-R", "u+w", environment, copy])


def dockerfile(folder: Path) -> str:
    """What repo2docker would build, in an environment of its own."""
    own = folder / "repo2docker"
    _run([sys.executable, "-m", "venv", own])
    try:
        _run([own / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", REPO2DOCKER])
    except Failed as error:
        raise Failed(f"{REPO2DOCKER} could not be installed. Is there a network?\n{error}") from error
    who = ["--user-id", str(STRANGER), "--user-name", "jovyan"]
    done = _run([own / "bin" / "jupyter-repo2docker", *who, "--no-build", "--debug", ROOT])
    return done.stdout + done.stderr


def pip_lines(dockerfile: str) -> list[str]:
    """The commands by which the image gets what `binder/` asks for.

    >>> pip_lines("COPY environment.py-3.11.lock /tmp/env\\nRUN ${KERNEL_PYTHON_PREFIX}/bin/pip install -r x\\n")
    ['${KERNEL_PYTHON_PREFIX}/bin/pip install -r x']
    >>> pip_lines("COPY environment.py-3.10.lock /tmp/env\\nRUN ${KERNEL_PYTHON_PREFIX}/bin/pip install -r x\\n")
    Traceback (most recent call last):
    tests.binder.run.Failed: repo2docker takes neither Python 3.11 nor binder/requirements.txt:
    ...
    """
    found = re.findall(r"^RUN (\$\{KERNEL_PYTHON_PREFIX\}/bin/pip install .*)$", dockerfile, re.MULTILINE)
    wanted = (ROOT / "binder" / "runtime.txt").read_text("utf-8").strip().removeprefix("python-")
    if not found or f"environment.py-{wanted}" not in dockerfile.replace("-2d", "-").replace("-2e", "."):
        raise Failed(f"repo2docker takes neither Python {wanted} nor binder/requirements.txt:\n{dockerfile[-2000:]}")
    return found


def python() -> str:
    """The Python that Binder would take, where those who run the notebooks may use it."""
    version = (ROOT / "binder" / "runtime.txt").read_text("utf-8").strip().replace("-", "")
    for found in (f"/usr/bin/{version}", shutil.which(version), sys.executable):
        check = [
            "-c",
            "import ensurepip, sys; sys.exit(f'python{sys.version_info[0]}.{sys.version_info[1]}' != sys.argv[1])",
        ]
        try:
            if found and _as_stranger([found, *check, version]).returncode == 0:
                return found
        except OSError:  # it is not there, or in a folder that is not for everybody
            continue
    raise Failed(f"there is no {version} here that another user may run; install it")


def checked_out(copy: Path) -> Path:
    """What Binder clones: the files that are in git, as they are here."""
    for name in _run(["git", "ls-files", "-z"], cwd=ROOT).stdout.split("\0"):
        if name and (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    return copy


def packages(environment: Path) -> set[str]:
    """What is installed there."""
    return {path.name.split("-")[0].lower() for path in environment.glob("lib/python3*/site-packages/*.dist-info")}


def measure(environment: Path) -> None:
    """Print how large the environment is, and how long the library takes to import."""
    size = sum(path.lstat().st_size for path in environment.rglob("*") if path.is_file()) / 1e6
    print(f"{len(packages(environment))} packages, {size:.0f} MB")
    for what in ("backprop_lab", "backprop_lab.figures", "backprop_lab.plots"):
        started = time.monotonic()
        _run([environment / "bin" / "python", "-c", f"import {what}"], cwd=environment)
        print(f"import {what}: {time.monotonic() - started:.2f} s")


def execute(environment: Path, copy: Path) -> None:
    """Run every notebook of a checkout and compare what it prints, two at a time."""
    home = Path(tempfile.mkdtemp(dir=environment.parent))
    home.chmod(0o777)
    notebooks = [str(path.relative_to(copy)) for place in NOTEBOOKS for path in sorted((copy / place).glob("*.ipynb"))]
    started = time.monotonic()

    def run(half: list[str]) -> subprocess.CompletedProcess:
        # Without this repository's own settings of pytest, which ask for what only authors have.
        command = [environment / "bin" / "python", "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", copy]
        return _as_stranger([*command, "-p", "no:cacheprovider", "--nbval", *half], cwd=copy, env=_environment(home))

    with ThreadPoolExecutor(2) as pool:
        for done in pool.map(run, (notebooks[::2], notebooks[1::2])):
            if done.returncode:
                raise Failed(done.stdout[-6000:] + done.stderr[-2000:])
    print(f"{len(notebooks)} notebooks run in {time.monotonic() - started:.0f} s, and print what is stored")


def _environment(home: Path) -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


def _as_stranger(command: list, **how) -> subprocess.CompletedProcess:
    """Run a command as a user who owns nothing of this."""
    if os.geteuid() == 0:
        how |= {"user": STRANGER, "group": STRANGER, "extra_groups": []}
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, **how)


def _run(command: list, **how) -> subprocess.CompletedProcess:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, **how)
    if done.returncode:
        raise Failed(f"{' '.join(map(str, command))}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done


if __name__ == "__main__":
    try:
        main()
    except Failed as error:
        sys.exit(str(error))

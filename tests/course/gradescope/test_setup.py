"""The zip's scripts, run as Gradescope runs them while it builds the image."""

import re
import shutil
import stat
import subprocess

import pytest

from backprop_lab.course import gradescope, gradescope_run
from backprop_lab.grading import sandbox
from tests.course.gradescope.running import no_sandbox

pytestmark = pytest.mark.sandbox


def test_scripts_are_good_bash():
    for script in (gradescope.SCRIPTS / "setup.sh", gradescope.SCRIPTS / "run_autograder"):
        assert subprocess.run(["bash", "-n", script], capture_output=True).stderr == b""
        if shutil.which("shellcheck"):
            assert subprocess.run(["shellcheck", script], capture_output=True, text=True).stdout == ""


@pytest.fixture
def image(built, tmp_path):
    """What setup.sh finds, with stand-ins for the programs that need a network: they note how they were called."""
    home, programs = tmp_path / "autograder", tmp_path / "bin"
    home.mkdir()
    programs.mkdir()
    (home / "source").symlink_to(built / "source")
    for name in ("bash", "env", "chmod", "tr", "cat", "mkdir", "ldd", "bwrap"):
        if there := shutil.which(name):
            (programs / name).symlink_to(there)
    return Image(home, programs, built / "venv" / "bin" / "python")


class Image:
    """A machine of which only a few programs are there."""

    def __init__(self, home, programs, python):
        self.home, self.programs, self.python = home, programs, python
        self.calls = home.parent / "calls"
        self.calls.write_text("")

    def program(self, name, body):
        path = self.programs / name
        path.write_text(f'#!/usr/bin/env bash\necho "{name} $*" >>{self.calls}\n{body}\n')
        path.chmod(0o755)

    def python_that(self, name, new, pip='exit 0'):  # fmt: skip
        """A Python: ``new`` enough or not, and ``pip`` as a line of bash."""
        inside = (
            f'#!/usr/bin/env bash\\nif [ "$2" = pip ]; then echo "pip $*" >>{self.calls}; {pip}; fi\\n'
            f'exec {self.python} "$@"\\n'
        )
        make = f'mkdir -p "$3/bin"; printf \'{inside}\' >"$3/bin/python"; chmod +x "$3/bin/python"'
        asked = f"import sys; sys.version_info = (3, {11 if new else 10}, 9); exec(sys.argv[1])"
        self.program(name, f'if [ "$1" = -c ]; then exec {self.python} -c "{asked}" "$2"; fi\n{make}')

    def set_up(self):
        return subprocess.run(
            ["bash", str(self.home / "source" / "setup.sh")], capture_output=True, text=True, check=False, timeout=60,
            env={"PATH": str(self.programs), "BACKPROP_LAB_AUTOGRADER": str(self.home)},
        )  # fmt: skip


def test_setup_takes_a_python_that_is_new_enough_and_ends_ready(image):
    image.program("apt-get", "exit 0")
    image.python_that("python3", new=True)
    done = image.set_up()
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"^backprop-lab: ready for E1 One neuron, in (bubblewrap|landlock)$", done.stdout, re.MULTILINE)
    calls = image.calls.read_text()
    assert "apt-get install -y --no-install-recommends bubblewrap" in calls
    assert "python3.11" not in calls
    assert "/source/requirements.txt -c " in calls
    assert stat.S_IMODE((image.home / "source" / "class" / "seed").stat().st_mode) == 0o600


def test_setup_installs_python_3_11_where_that_of_the_image_is_older(image):
    image.python_that("python3", new=False)
    image.python_that("python-to-come", new=True)
    image.program("apt-get", f'[[ "$*" = *python3.11* ]] && cat {image.programs}/python-to-come >{image.programs}/python3.11 '
                             f"&& chmod +x {image.programs}/python3.11; exit 0")  # fmt: skip
    done = image.set_up()
    assert (done.returncode, done.stderr) == (0, "")
    assert "backprop-lab: ready for E1" in done.stdout


def test_setup_takes_other_versions_where_these_cannot_be_had(image):
    image.program("apt-get", "exit 0")
    image.python_that("python3", new=True, pip='[[ "$*" = *constraints* ]] && exit 1; exit 0')
    done = image.set_up()
    assert done.returncode == 0, done.stderr
    assert image.calls.read_text().count("pip -m pip install") == 2


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda image: image.python_that("python3", new=True), "this base image has no apt-get; choose Ubuntu 22.04"),
        (lambda image: (image.program("apt-get", "exit 100"), image.python_that("python3", new=False)),
         "no Python 3.11 or newer can be had on this base image; choose Ubuntu 22.04 or newer"),
        (lambda image: (image.program("apt-get", "exit 0"), image.python_that("python3", new=True, pip="exit 1")),
         "what grading needs could not be installed: numpy>="),
    ],
    ids=["no apt-get", "no Python", "no packages"],
)  # fmt: skip
def test_setup_says_in_one_line_why_it_cannot(image, prepare, said):
    prepare(image)
    done = image.set_up()
    assert done.returncode == 1
    assert [line for line in done.stderr.splitlines() if line.startswith("backprop-lab: ")] == done.stderr.splitlines()
    assert said in done.stderr


def test_a_build_without_a_sandbox_goes_on_and_says_so(home, monkeypatch, capsys):
    """The container that grades may be walled in otherwise than the one that builds."""
    monkeypatch.setattr(sandbox, "fails", no_sandbox)
    assert gradescope_run.check(home) == 0
    assert "no sandbox works while building: bubblewrap does not work here" in capsys.readouterr().out

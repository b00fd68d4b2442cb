"""Probes from inside the room: what a submission can reach, told by a submission."""

import contextlib
import time
from pathlib import Path

import pytest

from backprop_lab.exercises.steps import Call, Request
from backprop_lab.grading import interior, sandbox, wire
from backprop_lab.grading.collect import collect
from tests.grading.probing import inside, probe

pytestmark = pytest.mark.sandbox


def test_numpy_works_inside():
    assert probe("import numpy as np\nreturn (np.arange(6.0).reshape(2, 3) @ np.ones((3, 1))).ravel().tolist()") == [
        3,
        12,
    ]


@pytest.mark.parametrize(
    "module",
    [
        "mpmath", "scipy", "torch", "autograd", "pytest", "jinja2", "rich", "nbformat", "pip", "pandas", "typer",
    ],
)  # fmt: skip
def test_no_other_package_is_there(module):
    assert probe(f"import importlib\nimportlib.import_module({module!r})") == "ModuleNotFoundError"


@pytest.mark.parametrize(
    "use",
    [
        "from backprop_lab import neuron\nreturn neuron.forward(1, 2)",
        "from backprop_lab.activations import ACTIVATIONS, sigmoid\nreturn sigmoid(0.0)",
        "import backprop_lab.exercises\nreturn backprop_lab.exercises.load('e01')",
        "from backprop_lab.grading.pool import Pools\nreturn Pools(b's')",
    ],
)
def test_our_own_mathematics_can_be_imported_and_not_used(use):
    assert probe(use) == "ImportError"


def test_the_stand_ins_are_inert():
    assert probe("from backprop_lab import check\nreturn check('e01', 'dL_da')") is None
    assert (
        probe("import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2])[0].set(lw=2)\nreturn 7") == 7
    )


def test_the_root_of_the_file_system_holds_the_room_and_nothing_else():
    assert set(probe("import os\nreturn os.listdir('/')")) <= {
        "dev",
        "lib",
        "lib64",
        "proc",
        "room",
        "root",
        "tmp",
        "usr",
        "home",
        "opt",
    }
    for path in ("/etc/passwd", "/etc/hostname", "/home", "/var", "/usr/share", "/usr/bin/env", "/bin/sh"):
        assert (
            probe(
                f"import os\nreturn os.path.exists({path!r}) and bool(not os.path.isdir({path!r}) or os.listdir({path!r}))"
            )
            is False
        )


def test_the_repository_is_not_there():
    here = str(interior.HERE.parents[1])
    assert probe(f"import os\nreturn os.path.exists({here!r})") is False
    search = (
        "import os\nfound = []\n"
        "for folder, folders, files in os.walk('/'):\n"
        "    folders[:] = [] if folder == '/proc' else folders\n"
        "    found += [name for name in files if name.startswith(('e01_', 'activations', 'judge', 'seed'))]\n"
        "return found"
    )
    assert probe(search) == []


def test_the_environment_is_empty_but_for_what_we_set(monkeypatch):
    monkeypatch.setenv("GRADING_SECRET", "in the grader's environment")
    names = set(probe("import os\nreturn list(os.environ)"))
    assert names <= {*sandbox.ENVIRONMENT, "PYTHONPATH", "LD_LIBRARY_PATH", "PWD", "LC_CTYPE"}
    # The room's first process is bubblewrap itself, and its environment is the one that it was started with.
    text = probe(
        "import glob\nreturn [open(p, 'rb').read().decode('latin1') for p in glob.glob('/proc/[0-9]*/environ')]"
    )
    assert text != "PermissionError"
    assert "GRADING_SECRET" not in str(text)


def test_only_the_room_s_own_processes_can_be_seen():
    assert len(probe("import os\nreturn [p for p in os.listdir('/proc') if p.isdigit()]")) <= 2


def test_there_is_no_network():
    connect = "import socket\ns = socket.socket()\ns.settimeout(2)\ns.connect(('{}', {}))"
    for host, port in (("127.0.0.1", 22), ("10.0.0.1", 80), ("1.1.1.1", 53)):
        assert probe(connect.format(host, port)) in ("OSError", "ConnectionRefusedError", "PermissionError")
    assert probe("import os\nreturn os.listdir('/sys/class/net')") == "FileNotFoundError"


@pytest.mark.parametrize("path", ["/x", "/room/worker.py", "/room/numpy/x", "/dev/x", "/lib/x"])
def test_nothing_outside_of_tmp_can_be_written(path):
    assert probe(f"open({path!r}, 'w').write('x')") in ("OSError", "PermissionError", "FileNotFoundError")


def test_tmp_can_be_written_up_to_its_size_and_is_gone_afterwards():
    assert probe("open('/tmp/x', 'w').write('x' * 100)\nreturn 1") == 1
    assert probe("import os\nreturn os.listdir('/tmp')") == []
    fill = "for k in range(100):\n    with open(f'/tmp/{k}', 'wb') as f:\n        f.write(bytes(8 << 20))"
    assert probe(fill) == "OSError"


def test_memory_is_bounded():
    assert probe("return len(bytearray(4 << 30))") == "MemoryError"


def test_no_descriptor_of_the_grader_is_inherited(tmp_path):
    with (tmp_path / "secret").open("w"):
        links = probe(
            "import os\nreturn [os.readlink(f'/proc/self/fd/{fd}') for fd in os.listdir('/proc/self/fd') if int(fd) < 1000 and os.path.islink(f'/proc/self/fd/{fd}')]"
        )
    assert not [link for link in links if "secret" in link or "socket" in link]


def descendants(pid):
    """Numbers of all processes that descend from one, by what /proc says of parents."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(status.parent.name)] = int(status.read_text().rsplit(")", 1)[1].split()[1])
    found = {pid}
    while new := {child for child, parent in parents.items() if parent in found} - found:
        found |= new
    return found


def test_a_line_number_or_an_exception_s_name_carries_nothing_out():
    source = (
        "def f():\n"
        "    exec(compile('\\n' * 7311 + 'raise ValueError', '<cell 1>', 'exec'))\n"
        "def g():\n"
        "    exec(compile('\\n' * 7311 + 'raise ValueError', '<cell 99>', 'exec'))\n"
        "def honest():\n"
        "    return 1 / 0"
    )
    answers, _ = inside(source, ("f",), ("g",), ("honest",))
    assert [a["line"] for a in answers] == [None, None, 6]


def test_what_comes_later_is_not_in_the_room_while_a_function_runs():
    """The function looks for the other step's argument in every frame and every object that it can reach."""
    source = (
        "import gc, sys\n"
        "def look():\n"
        "    frame, seen = sys._getframe(), []\n"
        "    while frame:\n"
        "        seen.append(repr(frame.f_locals))\n"
        "        frame = frame.f_back\n"
        "    seen += [repr(o)[:2000] for o in gc.get_objects() if isinstance(o, (list, dict, tuple))]\n"
        "    wanted = ''.join(['7311987', '654321'])\n"
        "    return any(wanted in text for text in seen)\n"
        "def later(secret): return secret"
    )
    asked = [Request([Call("a", "look"), Call("b", "later", (7311987654321,)), Call("c", "look")])]
    (answers,) = collect("bubblewrap", [(1, source)], asked).answers
    assert answers["a"]["value"] is False
    assert answers["b"]["value"] == 7311987654321
    assert answers["c"]["value"] is True  # the search finds what is there


@pytest.mark.parametrize("tier", sandbox.TIERS)
def test_no_process_stays_behind(tier):
    source = "import time\nstarted = time.time()"
    with sandbox.started(tier) as worker:
        wire.receive(worker.replies, time.monotonic() + 30)
        wire.send(worker.requests, {"do": "cell", "cell": 1, "id": 1}, source)
        message, _ = wire.receive(worker.replies, time.monotonic() + 30)
        assert message["told"] == {"kind": "ran"}
        running = descendants(worker.process.pid)
        assert len(running) >= (3 if tier == "bubblewrap" else 1)  # bubblewrap outside and inside, and the worker
    deadline = time.monotonic() + 5
    while (left := {pid for pid in running if Path(f"/proc/{pid}").exists()}) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left


def test_without_bubblewrap_grading_is_refused_with_the_remedy(monkeypatch):
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    sandbox.fails.cache_clear()
    try:
        with pytest.raises(sandbox.NoIsolation, match=r"not installed.*apt-get install bubblewrap"):
            sandbox.choose("bubblewrap")
    finally:
        sandbox.fails.cache_clear()


def test_the_probes_see_what_they_look_for_where_there_is_no_wall(monkeypatch):
    """A test of the tests: without isolation the same probes find files, processes and the outside."""
    here = str(interior.HERE.parents[1])
    assert probe(f"import os\nreturn os.path.exists({here!r})", tier="none") is True
    assert probe("import os\nreturn os.path.exists('/etc/passwd')", tier="none") is True
    assert len(probe("import os\nreturn [p for p in os.listdir('/proc') if p.isdigit()]", tier="none")) > 2
    assert (
        probe(
            "import os\nopen('/tmp/backprop-lab-probe', 'w').close()\nos.remove('/tmp/backprop-lab-probe')\nreturn 1",
            tier="none",
        )
        == 1
    )

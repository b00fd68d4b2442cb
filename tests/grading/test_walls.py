"""What must hold in every tier that isolates, tried from inside; and the same probes where there is no wall."""

import os
import subprocess
import sys

import pytest

from backprop_lab.grading import confine, interior, sandbox, seccomp
from tests.grading.probing import inside, probe

pytestmark = pytest.mark.sandbox
WALLS = pytest.mark.parametrize("tier", sandbox.TIERS)
NOT_THERE = ("FileNotFoundError", "PermissionError", "NotADirectoryError", "OSError")


@WALLS
def test_honest_code_works(tier):
    body = (
        "import numpy as np, collections, json, random, fractions, decimal\n"
        "found = [float(np.linalg.norm([3.0, 4.0]))]\n"
        "rng = np.random.default_rng(1)\n"
        "return found + [rng.normal(size=3).shape[0], float(np.einsum('ij,jk->', np.eye(2), np.eye(2)))]"
    )
    assert probe(body, tier) == [5.0, 3, 2.0]


@WALLS
def test_no_thread_can_be_left_to_watch_what_comes_later(tier):
    body = "import threading\nthreading.Thread(target=print).start()\nreturn 1"
    assert probe(body, tier) == "RuntimeError"


@WALLS
@pytest.mark.parametrize("path", ["/etc/passwd", "/etc/hostname", "/etc/shadow", "/root", "/home", "/var/log", "/boot"])
def test_the_machine_s_files_are_not_there(tier, path):
    told = probe(f"import os\nreturn os.listdir({path!r}) if os.path.isdir({path!r}) else open({path!r}).read()", tier)
    # In bubblewrap a folder may stand there that only leads to the interpreter.
    assert told in NOT_THERE or (tier == "bubblewrap" and set(told) <= {".pyenv", ".local", "opt", "lib"})


@WALLS
def test_a_secret_of_the_grader_cannot_be_read(tier, tmp_path):
    (tmp_path / "seed").write_text("the secret of the class")
    (tmp_path / "seed").chmod(0o644)
    assert probe(f"return open({str(tmp_path / 'seed')!r}).read()", tier) in NOT_THERE
    assert probe(f"import os\nreturn os.listdir({str(tmp_path)!r})", tier) in NOT_THERE


@WALLS
@pytest.mark.parametrize(
    "file", ["exercises/e07_l_layer_backward.py", "network.py", "checking/judge.py", "grading/pool.py"]
)
def test_our_own_mathematics_and_definitions_cannot_be_read_or_imported(tier, file):
    here = os.path.join(interior.HERE.parent, file)
    assert os.path.isfile(here)
    assert probe(f"return open({here!r}).read()", tier) in NOT_THERE
    body = f"import sys, importlib\nsys.path.insert(0, {str(interior.HERE.parents[1])!r})\nsys.meta_path.reverse()\n"
    assert probe(body + "return importlib.import_module('backprop_lab.network').__file__", tier) not in (
        str(interior.HERE.parent / "network.py"),
    )


@WALLS
@pytest.mark.parametrize("module", ["mpmath", "scipy", "autograd", "nbformat", "pip", "pyseccomp", "rich"])
def test_no_other_package_can_be_imported_from_where_it_is(tier, module):
    import importlib.util

    found = importlib.util.find_spec(module)
    place = os.path.dirname(os.path.dirname(found.origin)) if found and found.origin else "/nowhere"
    body = f"import sys, importlib\nsys.path.insert(0, {place!r})\nimportlib.import_module({module!r})\nreturn 1"
    assert probe(body, tier) in ("ModuleNotFoundError", "PermissionError")


@WALLS
@pytest.mark.parametrize("folder", ["/", "/etc", "/usr", "/var/tmp", "/dev/shm", str(interior.HERE)])
def test_nothing_can_be_written_where_it_would_stay(tier, folder):
    path = os.path.join(folder, "backprop-lab-was-here")
    assert probe(f"open({path!r}, 'w').write('x')\nreturn 1", tier) in NOT_THERE
    assert not os.path.exists(path)
    assert probe(f"import os\nos.mkdir({path!r})\nreturn 1", tier) in NOT_THERE
    assert probe(f"import os\nos.symlink('/etc', {path!r})\nreturn 1", tier) in NOT_THERE
    assert not os.path.lexists(path)


@WALLS
def test_files_cannot_be_changed_removed_or_given_away(tier, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("mine")
    for call in (
        f"os.chmod({str(victim)!r}, 0o777)", f"os.chown({str(victim)!r}, 1, 1)", f"os.unlink({str(victim)!r})",
        f"os.truncate({str(victim)!r}, 0)", f"os.rename({str(victim)!r}, '/tmp/x')", f"os.utime({str(victim)!r})",
        f"os.link({str(victim)!r}, '/tmp/x')",
    ):  # fmt: skip
        assert probe(f"import os\n{call}\nreturn 1", tier) in NOT_THERE, call
    assert victim.read_text() == "mine"


@WALLS
@pytest.mark.parametrize("name", ["worker.pyc", "wire.pyc", "filter.bpf"])
def test_what_the_next_worker_starts_from_cannot_be_changed(tier, name):
    """All workers of a grader start from one folder: who could write there would be in every room after."""
    with sandbox.started(tier) as worker:
        path = worker.folder / name
    before = path.read_bytes()
    for call in ("open(path, 'ab')", "os.unlink(path)", "os.chmod(path, 0o777)", "os.truncate(path, 0)",
                 "os.rename(path, path + 'x')", "open(os.path.join(os.path.dirname(path), 'json.py'), 'w')"):  # fmt: skip
        body = f"import os, sys\npath = os.path.join(os.path.dirname(os.path.abspath(sys.argv[0])), {name!r})\n"
        assert probe(f"{body}os.path.exists(path) or exit()\n{call}\nreturn 1", tier) in NOT_THERE, call
    assert path.read_bytes() == before
    assert sorted(p.name for p in path.parent.iterdir() if p.suffix == ".py") == []


@WALLS
def test_there_is_no_socket_of_any_kind(tier):
    families = probe(
        "import socket\nreturn [int(getattr(socket, n)) for n in dir(socket) if n.startswith('AF_')]", tier
    )
    body = (
        "import socket\nopened = []\n"
        f"for family in {families!r}:\n"
        "    for kind in (1, 2, 3):\n"
        "        try:\n"
        "            socket.socket(family, kind)\n"
        "            opened.append(family)\n"
        "        except OSError: pass\n"
        "return opened"
    )
    assert probe(body, tier) == []
    assert probe("import socket\nsocket.socketpair()\nreturn 1", tier) == "PermissionError"


@WALLS
@pytest.mark.parametrize(
    "call",
    [
        "os.fork()", "os.forkpty()", "os.execv('/bin/true', ['true'])", "os.posix_spawn('/bin/true', ['true'], {})",
        "__import__('subprocess').run([__import__('sys').executable, '-c', ''])", "os.system('true') == 0 or 1 / 0",
        "__import__('multiprocessing').Process(target=print).start()", "os.kill(os.getppid(), 0)", "os.kill(-1, 9)",
        "os.killpg(0, 9)", "os.pidfd_open(os.getppid())", "os.memfd_create('x')", "os.setuid(0) or os.chroot('/tmp')",
        "os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)",
        "__import__('resource').prlimit(os.getppid(), 7, (1, 1))",
    ],
)  # fmt: skip
def test_no_process_can_be_made_reached_or_replaced(tier, call):
    told = probe(f"import os\n{call}\nreturn 'done'", tier)
    assert told in ("PermissionError", "OSError", "FileNotFoundError", "ZeroDivisionError"), told


@WALLS
@pytest.mark.parametrize(
    "call", ["shmget", "msgget", "semget", "keyctl", "bpf", "io_uring_setup", "userfaultfd", "unshare"]
)
def test_a_call_that_a_submission_has_no_use_for_is_refused(tier, call):
    import pyseccomp

    number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, call)
    body = (
        "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        f"return [libc.syscall({number}, 0x10000000, 0, 0, 0, 0), ctypes.get_errno()]"
    )
    assert probe(body, tier) == [-1, 1]


@WALLS
def test_a_process_cannot_be_made_by_the_system_call_itself(tier):
    """clone without threads is refused, and clone3 is said not to exist."""
    body = (
        "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\nfound = []\n"
        "for number, flags in ((56, 17), (56, 0x10000000), (435, 0), (57, 0), (58, 0)):\n"
        "    found.append((libc.syscall(number, flags, 0, 0, 0, 0), ctypes.get_errno()))\n"
        "return [list(f) for f in found]"
    )
    if os.uname().machine != "x86_64":
        pytest.skip("the numbers are those of x86-64")
    assert probe(body, tier) == [[-1, 1], [-1, 1], [-1, 38], [-1, 1], [-1, 1]]


@WALLS
def test_other_processes_and_their_environments_cannot_be_seen(tier, monkeypatch):
    monkeypatch.setenv("GRADING_SECRET", "in the grader's environment")
    assert "GRADING_SECRET" not in str(probe("import os\nreturn list(os.environ)", tier))
    body = (
        "import glob\nfound = []\n"
        "for path in glob.glob('/proc/[0-9]*/*'):\n"
        "    if path.endswith(('environ', 'cmdline', 'maps', 'mem')):\n"
        "        try: found.append(open(path, 'rb').read(100000).decode('latin1'))\n"
        "        except OSError: pass\n"
        "return found"
    )
    assert "grader's environment" not in str(probe(body, tier))


@WALLS
def test_memory_is_bounded_and_limits_cannot_be_raised(tier):
    assert probe("return len(bytearray(4 << 30))", tier) == "MemoryError"
    raise_limit = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40))\nreturn 1"
    assert probe(raise_limit, tier) in ("ValueError", "PermissionError")
    assert probe("import resource\nreturn resource.getrlimit(resource.RLIMIT_NOFILE)[1]", tier) <= 128


@WALLS
def test_no_descriptor_of_the_grader_is_inherited(tier, tmp_path):
    body = (
        "import os\nfound = []\n"
        "for fd in range(3, 256):\n"
        "    try: found.append((fd, oct(os.fstat(fd).st_mode)[:4]))\n"
        "    except OSError: pass\n"
        "return [kind for _, kind in found]"
    )
    with (tmp_path / "secret").open("w"):
        kinds = probe(body, tier)
    # Two pipes: requests and replies.
    assert [kind for kind in kinds if kind != "0o10"] == []
    assert len(kinds) == 2


@WALLS
def test_a_worker_cannot_choose_to_outlive_the_grader(tier):
    body = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\nreturn [libc.prctl(1, 0, 0, 0, 0), ctypes.get_errno()]"
    assert probe(body, tier) == [-1, 1]


@WALLS
def test_a_crash_costs_itself_alone(tier):
    source = "import os\ndef dies(): os._exit(0)\ndef fine(): return 1"
    answers, _ = inside(source, ("fine",), ("dies",), ("fine",), tier=tier)
    assert [a["kind"] for a in answers] == ["value", "crashed", "value"]


def test_the_probes_find_what_they_look_for_where_there_is_no_wall(tmp_path):
    (tmp_path / "seed").write_text("the secret of the class")
    assert probe(f"return open({str(tmp_path / 'seed')!r}).read()", "none") == "the secret of the class"
    assert isinstance(probe("import os\nreturn os.listdir('/etc')", "none"), list)
    assert probe("import socket\nsocket.socketpair()\nreturn 1", "none") == 1
    assert probe("import os\npid = os.fork()\nif pid == 0: os._exit(0)\nos.waitpid(pid, 0)\nreturn 1", "none") == 1
    body = "import ctypes\nreturn ctypes.CDLL(None).syscall(29, 0, 4096, 0o1600, 0, 0) >= 0"
    assert os.uname().machine != "x86_64" or probe(body, "none") is True
    assert probe("import os\nreturn os.memfd_create('x') > 0", "none") is True


@pytest.mark.parametrize("version", [1, 2, 3, 4, 5, 6, None])
def test_landlock_closes_the_files_whatever_its_version(version, tmp_path):
    """An older kernel knows fewer rights; what it does not know, the filter of system calls takes away."""
    (tmp_path / "secret").write_text("s")
    code = (
        "import os, sys\n"
        "from backprop_lab.grading import confine, interior, seccomp\n"
        "program = seccomp.program()\n"
        f"confine.files(interior.readable(), {version})\n"
        "confine.system_calls(program)\n"
        "def told(f):\n"
        "    try: return str(f())\n"
        "    except OSError as error: return type(error).__name__\n"
        f"path = {str(tmp_path / 'secret')!r}\n"
        "print(told(lambda: open(path).read()), told(lambda: open(path, 'a')), told(lambda: os.truncate(path, 0)),\n"
        "      told(lambda: os.rename(path, path + '2')), told(lambda: os.listdir('/')), told(lambda: os.kill(1, 0)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["PermissionError"] * 6, done.stderr
    assert (tmp_path / "secret").read_text() == "s"


def test_auto_takes_the_next_tier_and_refuses_where_none_works(monkeypatch):
    broken = {"bubblewrap": "it is not installed", "landlock": None}
    monkeypatch.setattr(sandbox, "fails", lambda tier: broken[tier])
    assert sandbox.choose("auto") == "landlock"
    with pytest.raises(sandbox.NoIsolation, match="bubblewrap does not work here: it is not installed"):
        sandbox.choose("bubblewrap")
    broken["landlock"] = "this kernel does not have it"
    with pytest.raises(sandbox.NoIsolation, match=r"not installed; landlock does not work here.*apt-get install"):
        sandbox.choose("auto")
    assert sandbox.choose("none") == "none"


def test_a_filter_that_cannot_be_made_or_loaded_closes_the_door(monkeypatch):
    """The worker never says that it is ready, so no submission is sent."""
    monkeypatch.setattr(seccomp, "program", lambda: b"no program at all")
    sandbox.fails.cache_clear()
    try:
        assert "seccomp" in sandbox.fails("landlock")
        assert "seccomp" in sandbox.fails("bubblewrap")
    finally:
        sandbox.fails.cache_clear()
    monkeypatch.setattr(confine, "landlock_version", lambda: 0)
    try:
        assert sandbox.fails("landlock") == "this kernel does not have it"
    finally:
        sandbox.fails.cache_clear()

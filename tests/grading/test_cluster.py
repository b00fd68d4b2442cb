"""Wherever a class is graded, the records are the same bytes: threads, processes, resumed, a cluster that is shot at."""

import os
import pickle
import random
import shutil
import signal
import socketserver
import subprocess
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import dask
import distributed
import numpy as np
import pytest
from distributed.security import Security
from typer.testing import CliRunner

from backprop_lab.benchmark.looking_on import digest
from backprop_lab.command_line.main import app
from backprop_lab.exercises import load
from backprop_lab.exercises.layouts import layout
from backprop_lab.grading import cluster, grade, notebook, running, sandbox
from backprop_lab.grading import task as tasks
from backprop_lab.grading.pool import Pools
from backprop_lab.grading.results import dumps
from backprop_lab.grading.submissions import find
from tests.calling import STUDENTS, call, quick_class, records, refused, start

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A class and its secret."""
    return quick_class(tmp_path_factory.mktemp("cluster"))


@pytest.fixture(scope="module")
def undisturbed(folder):
    """The digest of the records of one job that nobody disturbed."""
    out = folder / "one"
    assert CliRunner().invoke(app, call(folder, out, "--jobs", "1")).exit_code == 0
    assert records(out) == len(STUDENTS)
    return digest(out / "results")[0]


@pytest.fixture(scope="module")
def workers():
    """Two workers, each a process. A task whose worker died twice is given back, so that our own trying shows too."""
    with dask.config.set({"distributed.scheduler.allowed-failures": 1}), local(2) as started:
        yield started


def local(count, **more):
    return distributed.LocalCluster(
        n_workers=count, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", silence_logs="CRITICAL",
        **{"host": "127.0.0.1", **more},
    )  # fmt: skip


def refused_with(*arguments):
    done = CliRunner().invoke(app, ["grade", str(STUDENTS[0]), "--out", "nowhere", *arguments])
    assert not Path("nowhere").exists()
    return refused(done)


# The same bytes


def test_two_jobs(folder, undisturbed):
    assert CliRunner().invoke(app, call(folder, folder / "two", "--jobs", "2")).exit_code == 0
    assert digest(folder / "two" / "results")[0] == undisturbed


def test_a_run_that_is_killed_in_between_and_resumed(folder, undisturbed):
    out = folder / "resumed"
    run = start(folder, out, "--jobs", "2")
    while records(out) < 6 and run.poll() is None:
        time.sleep(0.01)
    run.send_signal(signal.SIGKILL)
    run.communicate()
    assert 6 <= records(out) < len(STUDENTS)
    assert digest(out / "results")[0] != undisturbed
    assert CliRunner().invoke(app, call(folder, out)).exit_code == 0
    assert digest(out / "results")[0] == undisturbed


def test_a_cluster_whose_workers_are_killed_while_it_grades(folder, undisturbed, workers):
    out, rng, killed = folder / "shot at", random.Random(4), []
    run = start(folder, out, "--cluster", workers.scheduler_address)
    for least in (2, 6, 10, 14):
        while records(out) < least and run.poll() is None:
            time.sleep(0.01)
        pid = rng.choice([nanny.pid for nanny in workers.workers.values() if nanny.pid])
        if run.poll() is None:
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)
    _, errors = run.communicate()
    assert run.returncode == 0, errors
    assert len(set(killed)) >= 2
    assert errors == ""
    assert digest(out / "results")[0] == undisturbed


def test_processes_by_the_same_line(folder, undisturbed, tmp_path):
    chosen = grade.class_of(find(folder / "class"))[:6]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        place = running.Place(executor, 8)
        there = list(grade.grade_class(chosen, Pools(b"a secret of the test"), "bubblewrap", place=place))
    for record in there:
        file = folder / "one" / "results" / record["student"] / f"{record['exercise']}.json"
        assert file.read_text() == dumps(record)


def test_a_task_that_travels_keeps_every_bit_and_layout():
    exercise = load("e05")
    fixtures = Pools(b"s").picked(exercise, "ada")
    task = tasks.Task("e05", [(1, "x = '\udcff'")], fixtures, "none", None, "g", "d")
    again = pickle.loads(pickle.dumps(task))
    assert again.cells == task.cells
    seen = set()
    for one, other in zip(fixtures, again.fixtures, strict=True):
        for mine, theirs in ((one.inputs, other.inputs), (one.terms, other.terms)):
            for name, value in mine.items():
                if isinstance(value, np.ndarray):
                    assert value.tobytes() == theirs[name].tobytes()
                    assert layout(value) == layout(theirs[name])
                    assert value.flags.writeable == theirs[name].flags.writeable
                    seen.add((layout(value), value.flags.writeable))
    # Bare pickle would make all of these one.
    assert len(seen) > 1


def test_neither_a_name_nor_the_secret_is_in_what_is_sent(folder):
    chosen = [(s, older) for s, older in grade.class_of(find(folder / "class")) if s.student == "right_branches"]
    _, task = grade._begun(*chosen[0], Pools(b"the class's very secret"), "none", None, lambda *_: None)
    sent = pickle.dumps(task)
    assert b"neuron_forward" in sent
    assert b"right_branches" not in sent
    assert b"very secret" not in sent


# A bounded number at a time


@pytest.mark.parametrize("jobs", [1, 3])
def test_no_more_tasks_are_made_than_can_be_in_flight(jobs):
    made, done, most = [], [], 0
    tasks = ((k, made.append(k) or k) for k in range(200))
    with running.here(jobs) as place:
        for key, result in running.run(place, abs, tasks):
            assert key == result
            done.append(key)
            most = max(most, len(made) - len(done))
    assert sorted(done) == list(range(200))
    assert most <= running.AHEAD * jobs


class AtOnce(Executor):
    """Does everything when it is handed over: all is done when it is first looked at."""

    def submit(self, function, task):
        future = Future()
        try:
            future.set_result(function(task))
        except OSError as error:
            future.set_exception(error)
        return future


def test_what_is_done_is_there_before_what_went_wrong_is_told():
    def work(task):
        if task == 7:
            raise OSError("the disk is full")
        return task

    got = []
    with pytest.raises(OSError, match="the disk is full"):  # noqa: PT012
        for key, _ in running.run(running.Place(AtOnce(), 100), work, [(k, k) for k in range(50)]):
            got.append(key)
    assert sorted(got) == [k for k in range(50) if k != 7]


class Died(Exception):
    """A worker of the next test."""


def test_a_task_whose_process_died_is_given_again_and_told_when_it_never_comes_back():
    tries = {}

    def work(task):
        tries[task] = tries.get(task, 0) + 1
        if task == "always" or (task == "once" and tries[task] == 1):
            raise Died
        return task

    place = running.Place(ThreadPoolExecutor(1), 4, died=(Died,))
    got = []
    with pytest.raises(running.Lost) as lost:  # noqa: PT012
        for key, _ in running.run(place, work, [(name, name) for name in ("always", "once", "fine")]):
            got.append(key)
    assert lost.value.keys == ["always"]
    assert sorted(got) == ["fine", "once"]
    assert tries == {"always": 1 + running.AGAIN, "once": 2, "fine": 1}


def test_a_task_that_brings_down_every_worker_is_told_and_the_others_are_done(workers, monkeypatch):
    monkeypatch.setattr(workers.scheduler, "allowed_failures", 0)
    monkeypatch.setattr(running, "AGAIN", 1)
    place, _ = cluster.connect(workers.scheduler_address, None, "none")
    try:
        function = lambda task: os._exit(1) if task == "deadly" else task  # noqa: E731
        with pytest.raises(running.Lost) as lost:
            list(running.run(place, function, [("ada", "deadly"), ("bob", "fine")]))
        assert lost.value.keys == ["ada"]
    finally:
        place.close()


def test_a_submission_that_is_lost_is_named(folder, monkeypatch):
    def graded(task):
        raise Died

    monkeypatch.setattr(tasks, "graded", graded)
    chosen = grade.class_of(find(folder / "class"), ["right_float32"])
    place = running.Place(ThreadPoolExecutor(1), 4, died=(Died,))
    with pytest.raises(running.Lost, match=r"graded right_float32 \(e01\) died"):
        list(grade.grade_class(chosen, Pools(b"s"), "none", place=place))


# Who is asked, and what is refused


def test_another_version_is_refused_with_the_worker_s_address(workers, monkeypatch):
    monkeypatch.setattr(cluster, "grader", lambda: "0.0+another")
    with pytest.raises(cluster.NoCluster, match=r"the worker tcp://127.* there and 0\.0\+another here; install"):
        cluster.connect(workers.scheduler_address, None, "auto")


def test_a_worker_of_another_version_that_comes_later_grades_nothing(workers):
    fixtures = Pools(b"s").picked(load("e01"), "ada")
    task = tasks.Task(
        "e01", [(1, "x = 1")], fixtures, "none", None, "0.0+another", tasks.stored.fingerprint(load("e01"))
    )
    place, _ = cluster.connect(workers.scheduler_address, None, "none")
    try:
        with pytest.raises(tasks.Differs, match=r"0\.0\+another was asked for"):
            place.executor.submit(tasks.graded, task).result()
    finally:
        place.close()


def test_a_worker_without_the_isolation_is_named_and_nothing_is_graded(tmp_path):
    # Without PATH it finds no bwrap.
    with local(1, env={"PATH": "/nowhere"}) as started:
        with pytest.raises(sandbox.NoIsolation) as refusal:
            cluster.connect(started.scheduler_address, None, "bubblewrap")
        assert "the worker tcp://127.0.0.1:" in str(refusal.value)
        assert "bubblewrap does not work there: it is not installed" in str(refusal.value)
        assert "sudo apt-get install bubblewrap" in str(refusal.value)
        assert "bubblewrap" in refused_with("--cluster", started.scheduler_address, "--isolation", "bubblewrap")


def test_a_worker_without_the_isolation_that_comes_later_grades_nothing(monkeypatch):
    monkeypatch.setattr(sandbox, "fails", lambda tier: "it is not installed")
    fixtures = Pools(b"s").picked(load("e01"), "ada")
    task = tasks.Task("e01", [], fixtures, "bubblewrap", None, tasks.grader(), tasks.stored.fingerprint(load("e01")))
    with pytest.raises(sandbox.NoIsolation, match=r"bubblewrap does not work on .*: it is not installed"):
        tasks.graded(task)


@pytest.mark.parametrize(
    ("lacking", "wanted", "tier"),
    [
        ([(), ()], "auto", "bubblewrap"),
        ([(), ("bubblewrap",)], "auto", "landlock"),
        ([(), ("bubblewrap", "landlock")], "auto", None),
        ([(), ("landlock",)], "landlock", None),
        ([("bubblewrap", "landlock")], "none", "none"),
    ],
)
def test_the_isolation_is_one_for_the_whole_class(lacking, wanted, tier):
    said = {
        f"tcp://{number}": {"fails": {t: "it is missing" if t in absent else None for t in sandbox.TIERS}}
        for number, absent in enumerate(lacking)
    }
    if tier:
        assert cluster._tier(said, wanted) == tier
    else:
        with pytest.raises(sandbox.NoIsolation, match="the worker tcp://1 cannot isolate"):
            cluster._tier(said, wanted)


def test_nobody_answers(monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    said = refused_with("--cluster", "tcp://127.0.0.1:9")
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in said


def test_what_answers_is_no_scheduler(monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)

    class Web(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" + b"x" * 1000)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Web) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"tcp://127.0.0.1:{server.server_address[1]}"
        assert f"no Dask scheduler answers at {address}" in refused_with("--cluster", address)
        server.shutdown()


def test_a_cluster_without_workers(monkeypatch):
    monkeypatch.setattr(cluster, "WORKERS_SECONDS", 1)
    with local(0) as started:
        said = refused_with("--cluster", started.scheduler_address)
    assert f"has no workers; start some: dask worker {started.scheduler_address}" in said


def test_a_cluster_that_goes_away_is_told_and_not_waited_for(monkeypatch):
    monkeypatch.setattr(running, "LOOK_SECONDS", 0.5)
    with local(1) as started:
        place, _ = cluster.connect(started.scheduler_address, None, "none")
        place.executor.submit(abs, -1).result()
        threading.Timer(1.0, started.close).start()
        with pytest.raises(running.Stopped):
            list(running.run(place, time.sleep, [("ada", 60.0)]))
        place.close()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--cluster", "127.0.0.1:9", "--jobs", "2"], "--jobs is for this machine; on a cluster it is the workers' threads"),
        (["--tls-cert", "c.pem"], "--tls-cert is for a cluster; give its address with --cluster"),
        (["--cluster", "tls://a:1"], "--tls-ca-file is missing; TLS needs all of --tls-ca-file, --tls-cert, --tls-key"),
        (["--cluster", "a:1", "--tls-ca-file", "c", "--tls-cert", "c"], "--tls-key is missing"),
        (["--cluster", "tcp://a:1", *["--tls-ca-file", "c", "--tls-cert", "c", "--tls-key", "c"]], "tcp://a:1 is without TLS"),
        (["--cluster", "tls://a:1", *["--tls-ca-file", "c", "--tls-cert", "c", "--tls-key", "c"]], "--tls-ca-file c does not exist"),
        (["--cluster", "carrier-pigeon://a"], "no Dask scheduler answers at carrier-pigeon://a: unknown address scheme"),
    ],
)  # fmt: skip
def test_options_that_do_not_go_together(options, said, monkeypatch):
    monkeypatch.setattr(cluster, "warning", lambda address: "")
    assert said in refused_with(*options)


@pytest.mark.parametrize(
    ("address", "warned"),
    [
        ("tcp://127.0.0.1:8786", False), ("127.0.0.1:8786", False), ("tcp://[::1]:8786", False), ("localhost:1", False),
        ("tls://grading.example.org:8786", False), ("tcp://10.0.0.5:8786", True), ("grading.example.org:8786", True),
        ("tcp://127.0.0.1.example.org:8786", True), ("tcp://0.0.0.0:8786", True),
    ],
)  # fmt: skip
def test_an_address_that_others_may_reach_is_warned_of(address, warned):
    assert ("whoever reaches the cluster can run code with your rights" in cluster.warning(address)) == warned


# TLS


@pytest.fixture(scope="module")
def certificates(tmp_path_factory, cannot_run):
    """Two authorities, each with a certificate that it signed: the cluster's own, and somebody else's."""
    if shutil.which("openssl") is None:
        cannot_run("no openssl; run: sudo apt-get install openssl")
    folder = tmp_path_factory.mktemp("certificates")
    key = ["-newkey", "rsa:2048", "-nodes", "-days", "2"]
    for who in ("ours", "theirs"):
        openssl(
            folder, "req", "-x509", *key, "-keyout", f"{who}-ca.key", "-out", f"{who}-ca.pem", "-subj", f"/CN={who}"
        )
        openssl(folder, "req", *key[:3], "-keyout", f"{who}.key", "-out", f"{who}.csr", "-subj", f"/CN={who} cluster")
        signing = ["-CA", f"{who}-ca.pem", "-CAkey", f"{who}-ca.key", "-CAcreateserial", "-days", "2"]
        openssl(folder, "x509", "-req", "-in", f"{who}.csr", *signing, "-out", f"{who}.pem")
    return folder


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def shown(folder, who):
    files = {"ca-file": f"{who}-ca.pem", "cert": f"{who}.pem", "key": f"{who}.key"}
    return [part for option, file in files.items() for part in (f"--tls-{option}", str(folder / file))]


def test_tls_accepts_with_the_files_and_refuses_without(certificates, folder, undisturbed, monkeypatch):
    files = {"ca_file": "ours-ca.pem", **{f"{role}_{kind}": f"ours.{end}" for role in ("scheduler", "worker", "client")
             for kind, end in (("cert", "pem"), ("key", "key"))}}  # fmt: skip
    security = Security(
        require_encryption=True, **{f"tls_{name}": str(certificates / file) for name, file in files.items()}
    )
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 2)
    with local(2, security=security, protocol="tls://") as started:
        address = started.scheduler_address
        assert address.startswith("tls://")
        out = folder / "tls"
        done = CliRunner().invoke(app, call(folder, out, "--cluster", address, *shown(certificates, "ours")))
        assert done.exit_code == 0, done.output
        assert digest(out / "results")[0] == undisturbed
        for other in (address.replace("tls://", "tcp://"), address):
            options = shown(certificates, "theirs") if other == address else []
            assert f"no Dask scheduler answers at {other}" in refused_with("--cluster", other, *options)
        mixed = ["--tls-key" if part == "--tls-key" else part for part in shown(certificates, "ours")]
        mixed[-1] = str(certificates / "theirs.key")
        assert "no Dask scheduler answers" in refused_with("--cluster", address, *mixed)


def test_a_notebook_of_the_largest_size_is_sent_without_a_word(workers, tmp_path, capfd):
    cells = [(1, "x = 1  #" + "x" * (12 << 20))]
    fixtures = Pools(b"s").picked(load("e01"), "ada")
    task = tasks.Task("e01", cells, fixtures, "bubblewrap", None, tasks.grader(), tasks.stored.fingerprint(load("e01")))
    place, _ = cluster.connect(workers.scheduler_address, None, "bubblewrap")
    try:
        assert place.executor.submit(tasks.graded, task).result()["status"] in ("not attempted", "crashed")
    finally:
        place.close()
    assert notebook.CHECK not in capfd.readouterr().err

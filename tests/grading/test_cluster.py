"""A Dask cluster that grades: what happens when its workers die or differ, and what is refused."""

import os
import socketserver
import threading
import time

import pytest

from backprop_lab.exercises import load
from backprop_lab.grading import cluster, notebook, running, sandbox
from backprop_lab.grading import task as tasks
from backprop_lab.grading.pool import Pools
from tests.grading.clusters import local, refused_with

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def workers():
    """Two workers, each a process."""
    with local(2) as started:
        yield started


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

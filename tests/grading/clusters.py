"""A cluster on this machine, for tests of it."""

from pathlib import Path

import distributed

from tests.calling import STUDENTS, refused, run


def local(count, **more):
    """Workers that are processes. A task whose worker died twice is given back, so that our own trying shows too."""
    return distributed.LocalCluster(
        n_workers=count, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", silence_logs="CRITICAL",
        scheduler_kwargs={"allowed_failures": 1}, **{"host": "127.0.0.1", **more},
    )  # fmt: skip


def refused_with(*arguments):
    """What ``grade`` says that does not begin."""
    done = run("grade", STUDENTS[0], "--out", "nowhere", *arguments)
    assert not Path("nowhere").exists()
    return refused(done)

"""Grade on a Dask cluster: its workers are asked who they are before one of them is given anything.

A worker is a part of the grader: it runs the same files, starts the sandboxes and compares. What it is sent are the
cells of a submission and its fixtures; names, the class's secret and the results folder stay on this side.
"""

import asyncio
import contextlib
import functools
import ipaddress
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..exercises import every, stored
from . import running, sandbox
from .task import grader

CONNECT_SECONDS = 10.0
WORKERS_SECONDS = 30.0
# A worker that was killed is started again by its nanny in a few seconds; a cluster that stays empty is gone.
EMPTY_SECONDS = 60.0


class NoCluster(running.Stopped):
    """The cluster cannot be used, or is gone; the message says what to do."""


@dataclass(frozen=True)
class Tls:
    """The three files with which each side shows the other who it is, as ``dask scheduler --tls-…`` takes them."""

    ca_file: Path
    cert: Path
    key: Path


def warning(address: str) -> str:
    """What is to be said of an address that others may reach; nothing of a loopback one or one with TLS.

    >>> warning("tcp://127.0.0.1:8786"), warning("localhost:8786"), warning("tls://10.0.0.5:8786")
    ('', '', '')
    >>> warning("tcp://10.0.0.5:8786")[:54]
    'tcp://10.0.0.5:8786 is neither this machine nor tls://'
    """
    scheme, _, rest = address.rpartition("://")
    host = re.sub(r":[0-9]+$", "", rest.partition("/")[0]).strip("[]")
    with contextlib.suppress(ValueError):
        if ipaddress.ip_address(host).is_loopback:
            return ""
    if scheme in ("tls", "inproc") or host == "localhost":
        return ""
    return (
        f"{address} is neither this machine nor tls://: Dask asks nobody for a password, and whoever reaches the "
        "cluster can run code with your rights and read submissions and hidden inputs; use --tls-ca-file, --tls-cert "
        "and --tls-key, or a network that is yours alone"
    )


def connect(address: str, tls: Tls | None, isolation: str) -> tuple[running.Place, str]:
    """A cluster as a place to grade at, and the isolation that all of its workers have.

    Raises
    ------
    NoCluster
        If it cannot be reached, has no workers, or one of them grades by another version.
    sandbox.NoIsolation
        If one of them has not the isolation that is wanted; the message names it.
    """
    try:
        import dask
        from distributed import Client, KilledWorker
    except ImportError as error:
        raise NoCluster('--cluster needs Dask: pip install "backprop-lab[cluster]"') from error
    # What happens is said in our own lines; a submission of 16 MiB is no graph that was built in a wrong way.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GiB"})
    address = f"tls://{address}" if tls and "://" not in address else address
    try:
        client = _quiet(Client)(address, security=_security(tls), timeout=CONNECT_SECONDS, set_as_default=False)
    except Exception as error:
        # Of any kind: what is no scheduler may say anything, which Dask reads as sizes of what comes.
        raise NoCluster(f"no Dask scheduler answers at {address}: {_why(error)}") from error
    try:
        workers = _workers(client, address)
        tier = _tier(workers, isolation)
        cores = sum(client.nthreads().values()) or 1
        # Not pure: a task that is handed out again would be answered by what became of it the first time.
        place = running.Place(
            client.get_executor(pure=False),
            running.AHEAD * cores,
            (KilledWorker,),
            _Look(client, address),
            _closing(client),
        )
        return place, tier
    except OSError as error:
        client.close(timeout=2)
        raise NoCluster(f"the Dask scheduler at {address} went away: {_why(error)}") from error
    except BaseException:
        client.close(timeout=2)
        raise


def versions() -> dict[str, str]:
    """What must be the same on both sides: the grader's, and that of every definition."""
    return {"the grader": grader(), **{exercise.id: stored.fingerprint(exercise) for exercise in every()}}


async def told() -> dict[str, Any]:
    """What a worker says of itself; asked in a thread, since a worker that does not answer is taken for dead."""
    return await asyncio.to_thread(
        lambda: {"versions": versions(), "fails": {t: sandbox.fails(t) for t in sandbox.TIERS}}
    )


def _security(tls: Tls | None) -> Any:
    from distributed.security import Security

    if tls is None:
        return None
    files = {"tls_ca_file": tls.ca_file, "tls_client_cert": tls.cert, "tls_client_key": tls.key}
    return Security(require_encryption=True, **{name: str(path) for name, path in files.items()})


def _workers(client: Any, address: str) -> Mapping[str, Mapping[str, Any]]:
    """What the workers said, by address; none of them may be of another version."""
    try:
        client.wait_for_workers(1, timeout=WORKERS_SECONDS)
    except TimeoutError as error:
        raise NoCluster(f"the cluster at {address} has no workers; start some: dask worker {address}") from error
    found = client.run(told, on_error="return")
    here = versions()
    for worker, said in sorted(found.items()):
        install = "install the same version of backprop-lab on it, and restart it"
        if not isinstance(said, Mapping):
            raise NoCluster(f"the worker {worker} cannot grade: {_why(said)}; {install}")
        differing = [f"{name} is {said['versions'].get(name, 'not there')} there and {own} here"
                     for name, own in here.items() if said["versions"].get(name) != own]  # fmt: skip
        if differing:
            raise NoCluster(f"the worker {worker} would grade differently: {differing[0]}; {install}")
    return found


def _tier(workers: Mapping[str, Mapping[str, Any]], isolation: str) -> str:
    """The isolation for the whole class: the best that every worker has, where it is not said."""
    if isolation == "none":
        return "none"
    wanted: Sequence[str] = sandbox.TIERS if isolation == "auto" else (isolation,)
    for tier in wanted:
        if all(said["fails"][tier] is None for said in workers.values()):
            return tier
    lacking = next(w for w, said in sorted(workers.items()) if said["fails"][wanted[-1]] is not None)
    reasons = "; ".join(f"{tier} does not work there: {workers[lacking]['fails'][tier]}"
                        for tier in wanted if workers[lacking]["fails"][tier] is not None)  # fmt: skip
    raise sandbox.NoIsolation(f"the worker {lacking} cannot isolate submissions: {reasons}. {sandbox.REMEDY}")


class _Look:
    """Is the cluster still there? Its workers may be away for a while, as they are where they were killed."""

    def __init__(self, client: Any, address: str) -> None:
        self.client, self.address, self.empty = client, address, 0.0

    def __call__(self) -> None:
        try:
            if self.client.status != "running":
                raise OSError("the connection is lost")
            threads = self.client.nthreads()
        except OSError as error:
            raise NoCluster(f"the Dask scheduler at {self.address} is gone: {_why(error)}") from error
        self.empty = 0.0 if threads else self.empty + running.LOOK_SECONDS
        if self.empty >= EMPTY_SECONDS:
            raise NoCluster(
                f"the cluster at {self.address} has no workers any more; start some: dask worker {self.address}"
            )


def _quiet(client: type) -> type:
    """A client that says nothing when it is thrown away before it was connected."""

    class Quiet(client):
        def __del__(self) -> None:
            with contextlib.suppress(Exception):
                super().__del__()

    return Quiet


def _closing(client: Any) -> Any:
    return functools.partial(client.close, timeout=5)


def _why(error: BaseException) -> str:
    """The last cause, in one line."""
    while error.__cause__ is not None:
        error = error.__cause__
    return " ".join(str(error).split())[:300] or type(error).__name__

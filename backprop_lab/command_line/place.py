"""Where a class is graded: this machine, or a cluster. What was asked for wrongly is refused in one line."""

import os
from pathlib import Path

import typer

from ..grading import running, sandbox
from .refuse import refuse


def of(
    cluster: str | None, files: dict[str, Path | None], jobs: int | None, isolation: str, submissions: int
) -> tuple[running.Place, str]:
    """The place for so many submissions, and the isolation there.

    ``files`` are those of TLS, by the option that names them.
    """
    given = {option: file for option, file in files.items() if file is not None}
    if cluster is None:
        if given:
            refuse(f"{next(iter(given))} is for a cluster; give its address with --cluster tls://HOST:8786")
        try:
            tier = sandbox.choose(isolation)  # first: there is nothing to close where it refuses
            return running.processes(min(jobs or os.cpu_count() or 1, submissions)), tier
        except sandbox.NoIsolation as error:
            refuse(str(error))
    if jobs is not None:
        refuse("--jobs is for this machine; on a cluster it is the workers' threads: dask worker --nthreads")
    missing = [option for option in files if option not in given]
    if missing and (given or cluster.startswith("tls://")):
        refuse(f"{missing[0]} is missing; TLS needs all of {', '.join(files)}")
    if given and cluster.startswith("tcp://"):
        refuse(f"{cluster} is without TLS; give --cluster tls://{cluster.removeprefix('tcp://')}, or no --tls-… files")
    for option, file in given.items():
        if not file.is_file():
            refuse(f"{option} {file} does not exist; expected the PEM file that the scheduler was started with")
    from ..grading import cluster as clusters  # here, since it loads every definition

    if said := clusters.warning(cluster):
        typer.echo(f"backprop-lab: {said}", err=True)
    try:
        return clusters.connect(cluster, clusters.Tls(*given.values()) if given else None, isolation)
    except (running.Stopped, sandbox.NoIsolation) as error:
        refuse(str(error))

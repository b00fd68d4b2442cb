"""Run a notebook in a kernel of its own."""

from pathlib import Path
from typing import Any

from .notebook import Notebook


def client(notebook: Notebook, folder: Path, seconds: int, **options: Any) -> Any:
    """An ``nbclient.NotebookClient`` that will execute the notebook in a folder, with a time limit for each cell."""
    import nbclient  # here, as nbformat in ``notebook``

    return nbclient.NotebookClient(
        notebook,
        timeout=seconds,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        # A kernel talks to this process over loopback, and some versions warn of that on the terminal.
        extra_arguments=["--IPKernelApp.log_level=40"],
        # What a cell prints comes in as many pieces as the machine is slow: one is stored.
        coalesce_streams=True,
        **options,
    )

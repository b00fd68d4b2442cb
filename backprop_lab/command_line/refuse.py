"""How a command says that it cannot go on."""

from typing import NoReturn

import typer


def refuse(message: str) -> NoReturn:
    """Print one line on standard error and end with status 2."""
    typer.echo(f"backprop-lab: {message}", err=True)
    raise typer.Exit(2)

"""How a command says that it cannot go on, and whom it may have been meant for."""

import difflib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer


def refuse(message: str) -> NoReturn:
    """Print one line on standard error and end with status 2."""
    typer.echo(f"backprop-lab: {message}", err=True)
    raise typer.Exit(2)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Refuse, with the reason, where a file or folder cannot be written."""
    try:
        yield
    except OSError as error:
        refuse(f"{path} cannot be written: {(error.strerror or str(error)).lower()}")


def nearest(name: str, there: Collection[str]) -> str:
    """What to say of a name that nobody has: the nearest that somebody has, whatever their capitals.

    >>> nearest("Adda", ["ada", "bob"]), nearest("zoë", ["ada", "bob"]), nearest("zoë", [])
    ('did you mean ada?', 'there are: ada, bob', 'there is nobody')
    """
    folded: dict[str, list[str]] = {}
    for one in sorted(there):
        folded.setdefault(one.casefold(), []).append(one)
    near = [one for match in difflib.get_close_matches(name.casefold(), folded) for one in folded[match]]
    if near:
        return f"did you mean {' or '.join(near[:3])}?"
    some = sorted(there)[:5]
    more = f" and {len(there) - len(some):,} more" if len(there) > len(some) else ""
    return f"there are: {', '.join(some)}{more}" if some else "there is nobody"

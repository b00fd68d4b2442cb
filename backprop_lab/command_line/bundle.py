"""``bundle``: the exercises and the library in one zip, to hand out."""

from pathlib import Path
from typing import Annotated

import typer

from ..course import bundle as packing
from ..course.packing import NotInstalled
from ..grading.results import write
from .refuse import refuse


def bundle(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="The zip to write.")],
    with_solutions: Annotated[
        bool, typer.Option("--with-solutions", help="Put the solutions in, for who learns alone; only in a checkout.")
    ] = False,
) -> None:
    """Write a zip for students: the exercises, the library, and a page with the three commands that start them.

    It holds no hidden tests and, unless asked for, no solutions. The same exercises give the same bytes.
    """
    if file.suffix.lower() != ".zip":
        refuse(f"{file}: a bundle is a zip; give a name that ends in .zip, such as exercises.zip")
    if file.exists() or file.is_symlink():
        refuse(f"{file} is there already and was not touched; give another name or take it away")
    if not file.parent.is_dir():
        refuse(f"{file}: there is no folder {file.parent}; make it, or give another name")
    try:
        made = packing.bundle(with_solutions)
        write(file, made)
    except packing.NoMasters as error:
        refuse(f"--with-solutions: {error}")
    except NotInstalled as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"{error.filename or file}: {(error.strerror or str(error)).lower()}; nothing was written")
    solutions = "with solutions" if with_solutions else "without solutions"
    typer.echo(f"Wrote {file} ({len(made) / 1e6:.1f} MB): exercises {solutions}, the library, and how to start.")
    typer.echo(f"Students unpack it and open {packing.FOLDER}/{packing.START}.")

"""``backprop-lab``: what a student, an instructor and an author type."""

import typer

from .. import __version__
from . import (
    author,
    bundle,
    calibrate,
    course,
    explain,
    gradescope,
    instructor,
    measure,
    new_exercise,
    similar,
    student,
)
from .grouped import Grouped

# Click fills paragraphs, but for those that begin with \b.
FIRST = """\b
The first three commands:
  backprop-lab start e01                   puts e01_one_neuron.ipynb here
  backprop-lab check e01_one_neuron.ipynb  says what is right, and what is not
  backprop-lab check                       shows how far you have come

backprop-lab COMMAND --help says more about one command. Status 0: done, and all is right; 1: done, and something is
not right; 2: it could not be done, and one line on standard error says why."""

app = typer.Typer(
    name="backprop-lab",
    cls=Grouped,
    epilog=FIRST,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
STUDENTS = {"rich_help_panel": "For students"}
app.command("start", **STUDENTS)(student.start)
app.command("check", **STUDENTS)(student.check)

INSTRUCTORS = {"rich_help_panel": "For instructors"}
app.add_typer(course.app, name="course", **INSTRUCTORS)
app.command("grade", **INSTRUCTORS)(instructor.grade)
app.command("explain", **INSTRUCTORS)(explain.explain)
app.command("similar", **INSTRUCTORS)(similar.similar)
app.command("gradescope", **INSTRUCTORS)(gradescope.gradescope)
app.command("bundle", **INSTRUCTORS)(bundle.bundle)

AUTHORS = {"rich_help_panel": "For authors, in a checkout"}
app.command("new-exercise", **AUTHORS)(new_exercise.new_exercise)
app.command("execute", **AUTHORS)(author.execute)
app.command("release", **AUTHORS)(author.release)
app.command("calibrate", **AUTHORS)(calibrate.calibrate)
app.command("measure", **AUTHORS)(author.measure)
app.add_typer(measure.app, name="benchmark", **AUTHORS)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"backprop-lab {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Exercises on backpropagation: start one, check it, grade a class."""

"""``backprop-lab``: what a student, an instructor and an author type."""

import typer

from .. import __version__
from . import author, calibrate, course, explain, gradescope, instructor, measure, new_exercise, similar, student

app = typer.Typer(
    name="backprop-lab",
    help="Exercises on backpropagation: start one, check it, grade a class.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("start")(student.start)
app.command("check")(student.check)
app.command("grade")(instructor.grade)
app.command("explain")(explain.explain)
app.command("similar")(similar.similar)
app.add_typer(course.app, name="course")
app.command("gradescope")(gradescope.gradescope)
app.command("release")(author.release)
app.command("execute")(author.execute)
app.command("measure")(author.measure)
app.command("new-exercise")(new_exercise.new_exercise)
app.command("calibrate")(calibrate.calibrate)
app.add_typer(measure.app, name="benchmark")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"backprop-lab {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Exercises on backpropagation: start one, check it, grade a class."""

"""``new-exercise``: the two files that a new exercise needs, which work as they stand."""

import re
from pathlib import Path
from typing import Annotated

import jinja2
import typer

from .. import exercises
from ..grading import notebook
from ..grading import release as releasing
from ..grading.results import write
from . import repository
from .refuse import refuse, writing

POINTS = 2
IMPORT = """import numpy as np

from backprop_lab import check"""
ANSWER = '''def dL_da(a, y):
    """Return the derivative of the squared error in a, of the shape of a."""
    ### BEGIN SOLUTION
    return a - y
    ### END SOLUTION'''
OTHER_WAYS = {
    "a loop": "def dL_da(a, y):\n    return np.array([[a[i, 0] - y[i, 0]] for i in range(a.shape[0])])",
    "the sum first": "def dL_da(a, y):\n    return -(y - a)",
    "float32": "def dL_da(a, y):\n    return a.astype('float32') - y.astype('float32')",
    "NumPy's function": "def dL_da(a, y):\n    return np.subtract(a, y)",
}


def new_exercise(
    name: Annotated[str, typer.Argument(help="A short name in words_like_this: it becomes part of the file names.")],
    root: Annotated[Path, typer.Option(help="The checkout.")] = Path("."),
) -> None:
    """Write a definition and a master notebook for a new exercise, under the next free number."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        refuse(f"{name!r} is no name in words_like_this, such as softmax_jacobian")
    package = root / "backprop_lab" / "exercises"
    if not package.is_dir() or not (root / "solutions").is_dir():
        refuse(f"{root} is no checkout: it has no backprop_lab/exercises or no solutions; give it with --root")
    if name in {known.split("_", 1)[1] for known in exercises.names().values()}:
        refuse(f"there is an exercise {name} already")
    try:
        install = repository.of(root).install_cell
    except repository.NoAddress as error:
        refuse(str(error))
    taken = {int(path.name[1:3]) for path in package.glob("e[0-9][0-9]_*.py")}
    number = next(n for n in range(1, 100) if n not in taken)
    facts = {"id": f"e{number:02}", "label": f"E{number}", "name": name, "title": name.replace("_", " ").capitalize()}
    loader = jinja2.PackageLoader("backprop_lab.command_line", "templates")
    environment = jinja2.Environment(loader=loader, autoescape=False, keep_trailing_newline=True)
    definition = environment.get_template("definition.py.jinja").render(**facts, points=POINTS)
    files = {
        package / f"{facts['id']}_{name}.py": definition,
        root / "solutions" / f"{facts['id']}_{name}.ipynb": releasing.as_text(
            notebook.normalise(_master(facts, install))
        ),
    }
    for path, text in files.items():
        with writing(path):
            write(path, text)
        typer.echo(f"{path} written.")
    typer.echo("Replace its one term by yours, then:")
    typer.echo(f"  backprop-lab execute solutions/{facts['id']}_{name}.ipynb")
    typer.echo(f"  backprop-lab release {facts['id']}")
    typer.echo(f"  backprop-lab calibrate {facts['id']}")


def _master(facts: dict[str, str], install: str) -> notebook.Notebook:
    import nbformat  # here, as in ``notebook``

    def text(name: str, source: str) -> notebook.Notebook:
        return nbformat.v4.new_markdown_cell(source, id=name)

    def code(name: str, source: str) -> notebook.Notebook:
        return nbformat.v4.new_code_cell(source, id=name)

    cells = [
        text(
            "title",
            f"# {facts['label']} · {facts['title']}\n\n*Graded exercise, {POINTS} points, about 10 minutes.*\n\nWhy it matters.",
        ),
        code("install", install),
        code("imports", IMPORT),
        text(
            "dl-da-text",
            f"## 1 · The first factor ({POINTS} points)\n\nWrite `dL_da(a, y)`. It is given two columns $(n, 1)$ and "
            "returns $\\dfrac{\\partial L}{\\partial a}$ of $L = \\tfrac12\\lVert a - y\\rVert^2$, of the shape of $a$ "
            "(equation `eq-squared-error-derivative`).\n\n*Worked instance:* for $a = (3, 1)^{\\mathsf T}$ and $y = (1, 1)^{\\mathsf T}$ it "
            "returns $(2, 0)^{\\mathsf T}$.",
        ),
        code("dl-da", ANSWER),
        text("dl-da-below", "Below stands what a right answer prints; run it to see yours."),
        code("dl-da-check", f'{notebook.CHECK}\ncheck("{facts["id"]}", "dL_da")'),
        text("other-ways", f"{notebook.OTHER_WAYS}\n\nFor authors: calibration grades each."),
    ]
    cells += [
        code(f"other-way-{k}", f"{notebook.ALSO_RIGHT}{style}\n{source}")
        for k, (style, source) in enumerate(OTHER_WAYS.items(), 1)
    ]
    return nbformat.v4.new_notebook(cells=cells)

"""The zip that Gradescope makes an autograder of: one exercise, the class's secret, and the files that grade here.

::

    setup.sh           run once, when Gradescope builds the image: Python, a sandbox, what is required
    run_autograder     run for each submission
    requirements.txt   what this package asks of the few others that grading runs on
    constraints.txt    the versions of them that this machine has
    class/             the exercise, the secret, and its pool of hidden inputs
    package/           this package, as far as it grades

The package goes in as the files that are in use here, so that what Gradescope runs has the fingerprint of the grader
that ran here. The pool goes in too: it holds no more than the secret gives, and spares each submission the references.
"""

import contextlib
import json
import re
from importlib import metadata
from pathlib import Path

from .. import __version__
from ..exercises import Exercise
from ..grading.pool import Pools
from .packing import package_files, zipped

SCRIPTS = Path(__file__).parent / "gradescope_files"
# Rooms that grading is made of; the mathematics stands beside them. Nothing else of the package is packed.
ROOMS = ("checking", "course", "exercises", "grading")
# Packages that grading one notebook imports. References come with the pool, and text needs no templates.
REQUIRED = ("numpy", "nbformat", "pygments", "pyseccomp")
VISIBILITIES = ("visible", "after_due_date", "after_published")


def autograder(exercise: Exercise, secret: bytes, visibility: str, kept: Path) -> bytes:
    """The zip. The same exercise, secret, visibility and package give the same bytes.

    Parameters
    ----------
    exercise : Exercise
        Points of a Gradescope assignment are given for all of its submissions, so that a zip has one exercise.
    secret : bytes
        Of the class: who has the zip can work out the hidden inputs.
    visibility : str
        When students see what was found, in Gradescope's words.
    kept : Path
        An empty folder to make the pool in.

    Raises
    ------
    pool.NoReferences
        If the pool cannot be made.
    """
    Pools(secret, kept).of(exercise)
    told = {"exercise": exercise.id, "visibility": visibility, "version": __version__}
    files = {
        "setup.sh": (SCRIPTS / "setup.sh").read_bytes(),
        "run_autograder": (SCRIPTS / "run_autograder").read_bytes(),
        "requirements.txt": "".join(f"{line}\n" for line in requirements()).encode(),
        "constraints.txt": "".join(f"{line}\n" for line in versions()).encode(),
        "class/assignment.json": (json.dumps(told, indent=1) + "\n").encode(),
        "class/seed": secret + b"\n",
        **{f"class/pool/{path.name}": path.read_bytes() for path in kept.iterdir()},
        **{f"package/{name}": content for name, content in package_files(ROOMS).items()},
    }
    return zipped(files, _mode)


def requirements() -> list[str]:
    """What this package asks of the packages that grading imports, less the conditions.

    >>> [re.match("[a-z]+", line)[0] for line in requirements()]
    ['numpy', 'nbformat', 'pygments', 'pyseccomp']
    """
    try:
        lines = metadata.requires("backprop-lab") or []
    except metadata.PackageNotFoundError:
        lines = []  # run from its folder, never installed: any version will do
    asked = {re.match(r"[\w.-]+", line)[0].lower(): line.partition(";")[0].strip() for line in lines}
    return [asked.get(name, name) for name in REQUIRED]


def versions() -> list[str]:
    """The versions of these packages that this machine has; on macOS and Windows there is no pyseccomp."""
    found = []
    for name in REQUIRED:
        with contextlib.suppress(metadata.PackageNotFoundError):
            found.append(f"{name}=={metadata.version(name)}")
    return found


def _mode(name: str) -> int:
    return 0o755 if name in ("setup.sh", "run_autograder") else 0o600 if name.startswith("class/") else 0o644

"""Who handed in what, told by the names that a learning platform gives in its download.

=========== ===================================================== ===========================================
platform    name in the folder or zip                             where that is written
=========== ===================================================== ===========================================
Canvas      ``lovelaceada_LATE_12345_67890_e01.ipynb``            ``lib/content_zipper.rb`` of canvas-lms
Moodle      ``Ada Lovelace_123_assignsubmission_file_/e01.ipynb`` ``mod/assign/classes/downloader.php`` of moodle
Gradescope  ``submission_123/e01.ipynb``                          ``submission_metadata.yml`` beside it
=========== ===================================================== ===========================================

A student is the platform's name and number, ``lovelaceada_12345``: two of the same name stay two. The platform's part
of a name is its first one; what follows was chosen by the student and is not looked at. Moodle's number is that of
the student in one assignment, and another in the next.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from .archives import NoClass

METADATA = "submission_metadata.yml"
CANVAS = re.compile(
    r"(?P<name>\w*?)(?:_(?P<late>LATE))?_(?P<id>[0-9]+)_(?:(?P<upload>[0-9]+)_.+|(?:text|link)\.html)", re.DOTALL
)
CANVAS_ANONYMOUS = re.compile(
    r"(?:(?P<late>LATE)_)?(?P<name>anon)_(?P<id>[0-9A-Za-z]+)_(?:(?P<upload>[0-9]+)_.+|(?:text|link)\.html)", re.DOTALL
)
# The number is missing for the group of those who are in none. Moodle writes no "_" into a name.
MOODLE = re.compile(r"(?P<name>[^_/]+)(?:_(?P<id>[0-9]+))?_assignsubmission_[a-z]+(?:_.*)?", re.DOTALL)
GRADESCOPE = re.compile(r"submission_[0-9]+")
# Of the metadata: students of one submission, characters of a name or number, and levels.
SUBMITTERS, FIELD_LIMIT, NESTING = 100, 200, 50


@dataclass(frozen=True)
class Named:
    """Who handed something in, and what the platform tells of when: ``rank`` grows from one to the next.

    ``late`` is None where it does not tell.
    """

    name: str
    id: str = ""
    late: bool | None = None
    submitted: datetime | None = None
    rank: int = 0

    @property
    def student(self) -> str:
        """The student's key.

        >>> Named("lovelaceada", "12345").student, Named("ada").student
        ('lovelaceada_12345', 'ada')
        """
        return f"{self.name}_{self.id}" if self.id else self.name


def canvas(name: str) -> list[Named]:
    """Whose file this is, by Canvas's naming, or nobody's. The number of the upload tells which is the newest.

    >>> [(who.student, who.late) for who in canvas("lovelaceada_LATE_12345_67890_e01_one_neuron-1.ipynb")]
    [('lovelaceada_12345', True)]
    """
    found = CANVAS_ANONYMOUS.fullmatch(name) or CANVAS.fullmatch(name)
    return [Named(found["name"], found["id"], bool(found["late"]), rank=int(found["upload"] or 0))] if found else []


def moodle(name: str) -> list[Named]:
    """Whose file or folder this is, by Moodle's naming, or nobody's.

    >>> [who.student for who in moodle("Ada Lovelace_123456_assignsubmission_file_e01_one_neuron.ipynb")]
    ['Ada Lovelace_123456']
    """
    found = MOODLE.fullmatch(name)
    return [Named(found["name"], found["id"] or "")] if found else []


def gradescope(metadata: bytes) -> dict[str, list[Named]]:
    """Whose each folder is, by the metadata of a Gradescope export: one student, or all of a group.

    Raises
    ------
    NoClass
        If it is no such metadata, or PyYAML is not installed.
    """
    try:
        import yaml  # a part of the grading extra; students check their work without it
    except ImportError as error:
        raise NoClass(f"{METADATA} of Gradescope is YAML: pip install 'backprop-lab[grading]' to read it") from error
    try:
        # Both loaders make text, lists and tables alone: no tag is followed, and 007 stays 007. The one in C reads the
        # table of a large class in seconds; but it nests as deep as the text does, and would bring the process down.
        loader, depth = getattr(yaml, "CBaseLoader", yaml.BaseLoader), 0
        for event in yaml.parse(metadata, Loader=loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > NESTING:
                raise _no_metadata("it is nested too deep")
        told = yaml.load(metadata, Loader=loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _no_metadata("it is no YAML") from error
    if not isinstance(told, dict):
        raise _no_metadata("expected a table of submissions")
    return {folder: _submitters(one) for folder, one in told.items() if isinstance(folder, str)}


def named(
    names: Collection[str], metadata: Callable[[], bytes], told_only: bool = False
) -> tuple[Mapping[str, list[Named]], str]:
    """Whose each name in a class's folder is, and what to say of it; nobody's and nothing where it is no download.

    It is a download where more than half of the names have its form. ``metadata()`` is the content of Gradescope's
    table, called where there is one and it is not only asked what to say.
    """
    folders = {name for name in names if GRADESCOPE.fullmatch(name)}
    if METADATA in names and folders:
        said = "Read as a Gradescope export"
        table = {} if told_only else gradescope(metadata())
        found = {name: table.get(name, []) for name in folders}
        rest = len(names) - 1 - len(folders)
    else:
        for platform, whose in (("Canvas", canvas), ("Moodle", moodle)):
            found = {name: owners for name in names if (owners := whose(name))}
            rest = len(names) - len(found)
            if len(found) > rest:
                said = f"Read as a {platform} download"
                break
        else:
            return {}, ""
    others = f"; {rest} of another form {'is' if rest == 1 else 'are'} read by name" if rest else ""
    return _one_name_each(found), f"{said}{others}."


def _one_name_each(found: Mapping[str, list[Named]]) -> dict[str, list[Named]]:
    """The same with one name for each number: who changed their name between two uploads stays one student."""
    names: dict[str, str] = {}
    for who in sorted((who for owners in found.values() for who in owners if who.id), key=lambda who: who.name):
        names[who.id] = names.get(who.id) or who.name
    return {name: [replace(who, name=names.get(who.id, who.name)) for who in owners] for name, owners in found.items()}


def _submitters(one: Any) -> list[Named]:
    """The students of one submission, each once."""
    submitters = one.get(":submitters") if isinstance(one, dict) else None
    time = _time(one.get(":created_at")) if isinstance(one, dict) else None
    found: dict[str, Named] = {}
    for who in (submitters if isinstance(submitters, list) else [])[:SUBMITTERS]:
        if not isinstance(who, dict):
            continue
        key = _text(who.get(":sid")) or _text(who.get(":email"))
        # Without "_" in it, name and number cannot be read in two ways.
        name = _text(who.get(":name")).replace("_", " ")
        if key:
            rank = int(time.timestamp() * 1e6) if time else 0
            found.setdefault(key, Named(name, key, submitted=time, rank=rank))
    return list(found.values())


def _text(value: Any) -> str:
    return value[:FIELD_LIMIT].strip() if isinstance(value, str) and value not in ("null", "~") else ""


def _time(value: Any) -> datetime | None:
    """The time of ``2026-02-10 19:11:57.573389000 Z``, the form that Gradescope writes."""
    try:
        time = datetime.fromisoformat(re.sub(r" (?=[Z+-])", "", _text(value)))
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _no_metadata(why: str) -> NoClass:
    return NoClass(
        f"{METADATA} cannot be read: {why}; export the submissions from Gradescope again, "
        "or take the file away to have students named by their submission numbers"
    )

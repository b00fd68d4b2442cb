"""Which mistakes a class made, and who made them: counted from the records alone.

A mistake of the catalogue is one and the same in every exercise. The other codes belong to their exercise (``N1`` of
E2 is not ``N1`` of E9), so of those only what has the same words is counted together.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..exercises import load
from ..exercises.catalogue import CATALOGUE, Entry
from ..exercises.mistake import Mistake

# Outcomes of a term that was written, run, and not right, and of which a diagnosis could have said more.
WRONG = ("raised", "unusable", "changes", "wrong")


@dataclass
class Made:
    """One mistake, in words, and who made it where.

    ``name`` is the catalogue's short one, or empty; ``or_else`` are the codes and words of mistakes that no number
    could tell from this one. ``students`` are keys, each there once, in the order of the records; ``places`` are an
    exercise's id, the place of the term in it, the exercise's label, and the term's symbol.
    """

    code: str
    name: str
    words: str
    paper: str
    students: dict[str, None] = field(default_factory=dict)
    places: set[tuple[str, int, str, str]] = field(default_factory=set)
    or_else: dict[str, str] = field(default_factory=dict)

    @property
    def exercises(self) -> dict[str, list[str]]:
        """The symbols of each exercise in which it was made, in order: ``{"E1": ["∂L/∂a"]}``."""
        found: dict[str, list[str]] = {}
        for _, _, label, symbol in sorted(self.places):
            found.setdefault(label, []).append(symbol)
        return found


def made(records: Iterable[Mapping[str, Any]]) -> list[Made]:
    """All mistakes that were named, those of most students first; equal ones in the order of their codes."""
    found: dict[tuple[str, str], Made] = {}
    for record in records:
        for place, (term, line) in enumerate(_terms(record)):
            entries = {code: _entry(record["exercise"], term["term"], code, line) for code in term["mistakes"]}
            twins = _twins(entries, line)
            for code, entry in entries.items():
                if any(code in others for others in twins.values()):
                    continue  # told, and counted, with the one that no number can tell it from
                key = code, "" if code in CATALOGUE or not entry else entry.what
                mistake = found.setdefault(key, _new(code, entry))
                mistake.students[record["student"]] = None
                mistake.places.add((record["exercise"], place, record["title"].split(" ")[0], line["symbol"]))
                mistake.or_else |= twins.get(code, {})
    for mistake in found.values():
        if mistake.name and len(mistake.exercises) > 1:
            # The words of one exercise need not fit another; those of the catalogue do.
            mistake.words, mistake.paper = CATALOGUE[mistake.code].what, CATALOGUE[mistake.code].paper
    return sorted(found.values(), key=lambda m: (-len(m.students), *_place(m.code), m.words))


def unnamed(records: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, None]]:
    """Students with an answer that is wrong by no known mistake, by the term's symbol; most students first."""
    found: dict[str, dict[str, None]] = {}
    for record in records:
        for term, line in _terms(record):
            if term["outcome"] in WRONG and not term["mistakes"]:
                found.setdefault(line["symbol"], {})[record["student"]] = None
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def _terms(record: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Each term with the line that tells of it: grading writes both in the same order."""
    yield from zip(record["terms"], record["lines"], strict=True)


def _entry(exercise_id: str, term: str, code: str, line: Mapping[str, Any]) -> Mistake | Entry | None:
    """The mistake as its term words it; of several under one code the one that the student's page tells."""
    try:
        known = [m for m in load(exercise_id).term(term).mistakes if m.code == code]
    except (ValueError, StopIteration):
        known = []  # a record of a definition that is no longer there
    told = "\n".join(finding["headline"] + "\n" + _rows(finding, "or", "and also") for finding in line["findings"])
    return next((m for m in known if m.what in told), known[0] if known else CATALOGUE.get(code))


def _twins(entries: Mapping[str, Mistake | Entry | None], line: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """For each code that heads a finding, those that its numbers cannot tell it from: ``{"O4": {"D2": words}}``."""
    found: dict[str, dict[str, str]] = {}
    words = {code: entry.what for code, entry in entries.items() if entry}
    heads = {code for code, what in words.items() if any(what in f["headline"] for f in line["findings"])}
    for finding in line["findings"]:
        instead = {code: what for code, what in words.items() if code not in heads and what in _rows(finding, "or")}
        for code in heads:
            if words[code] in finding["headline"] and instead:
                found.setdefault(code, {}).update(instead)
    return found


def _rows(finding: Mapping[str, Any], *labels: str) -> str:
    return "\n".join(text for label, text in finding["rows"] if label in labels)


def _new(code: str, entry: Mistake | Entry | None) -> Made:
    known = CATALOGUE.get(code)
    return Made(code, known.name if known else "", entry.what if entry else "", entry.paper if entry else "")


def _place(code: str) -> tuple[str, int, str]:
    """Where a code stands among others: ``O2`` before ``O10``."""
    parts = re.match(r"([A-Za-z]*)(\d*)(.*)", code, re.DOTALL)
    return parts[1], int(parts[2] or 0), parts[3]

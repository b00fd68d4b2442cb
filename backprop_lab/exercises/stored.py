"""Fixtures as JSON text, with every bit of every number: the visible ones in the package, a class's pool.

>>> fixture = Fixture("prime sizes", {"x": np.array([[0.1]]), "W": {1: 2.0}}, {"z": np.array([[0.2]])})
>>> again = from_json(to_json([fixture], "abc"), "abc")[0]
>>> again.inputs["x"] == fixture.inputs["x"], again.inputs["W"]
(array([[ True]]), {1: 2.0})
>>> from_json(to_json([fixture], "abc"), "another definition") is None
True
"""

import ast
import functools
import hashlib
import json
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .definition import Exercise
from .layouts import laid_out, layout
from .values import Fixture

HERE = Path(__file__).parent
VISIBLE = HERE / "visible"
SEED = 2024
LAST_BITS = 1e-13
# Words for a reader: no input and no reference depends on them.
WORDS = "catalogue"
# A class is graded in threads, and Python 3.11 can fail where two of them turn source into a tree at once.
PARSER = threading.Lock()


def fingerprint(exercise: Exercise) -> str:
    """Of the files that define an exercise and make its references: of another one nothing stored is used."""
    return _fingerprint(exercise.draw.__module__.split(".")[-1])


@functools.cache
def _fingerprint(name: str) -> str:
    with PARSER:
        parts = made_from(name)
    made_of = b"\0".join((HERE / f"{part}.py").read_bytes() for part in sorted(parts))
    return hashlib.sha256(made_of).hexdigest()[:16]


def made_from(name: str) -> set[str]:
    """A definition's file and those of this folder that it imports, in turn, also inside of functions.

    >>> sorted(made_from("functions"))
    ['definition', 'fifty_digits', 'functions', 'mistake', 'steps', 'values']
    """
    found: set[str] = set()
    todo = {name}
    while todo:
        found.add(part := todo.pop())
        for node in ast.walk(ast.parse((HERE / f"{part}.py").read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level == 1:
                names = [node.module] if node.module else [alias.name for alias in node.names]
                todo |= {n for n in names if n != WORDS and (HERE / f"{n}.py").is_file()} - found
    return found


def visible(exercise: Exercise) -> list[Fixture]:
    """The fixtures of the notebook's own check: the same for everyone, with stored references, and no secret.

    Where they are not stored, or were stored for an older definition, the terms are those of float64.
    """
    file = VISIBLE / f"{exercise.id}.json"
    stored = from_json(file.read_text("utf-8"), fingerprint(exercise)) if file.is_file() else None
    return stored if stored is not None else exercise.fixtures(np.random.default_rng(SEED), exercise.visible)


def to_json(fixtures: Sequence[Fixture], made_by: str) -> str:
    """The text that ``from_json`` reads, a fixture a line."""
    rows = [
        json.dumps({"variation": f.variation, "inputs": _plain(f.inputs), "terms": _plain(f.terms)}, ensure_ascii=False)
        for f in fixtures
    ]
    return json.dumps({"made_by": made_by})[:-1] + ', "fixtures": [\n' + ",\n".join(rows) + "\n]}\n"


def from_json(text: str, made_by: str) -> list[Fixture] | None:
    """The fixtures, or None if something else made them."""
    try:
        whole = json.loads(text)
        if whole["made_by"] != made_by:
            return None
        return [Fixture(f["variation"], _value(f["inputs"]), _value(f["terms"])) for f in whole["fixtures"]]
    except (ValueError, KeyError, TypeError):
        return None


def alike(first: str, second: str) -> bool:
    """Do two texts hold the same fixtures, but for the last bits of their numbers?

    A product of matrices ends in other bits on another processor, and so do the inputs that a forward pass made.

    >>> one = to_json([Fixture("prime sizes", {"x": 0.1}, {"z": 0.2})], "abc")
    >>> alike(one, one.replace("0.2", "0.20000000000000001")), alike(one, one.replace("0.2", "0.2001"))
    (True, False)
    """
    try:
        return _alike(json.loads(first), json.loads(second))
    except ValueError:
        return False  # a file that is not there, or was cut off, is none


def _alike(first: Any, second: Any) -> bool:
    if isinstance(first, float) and isinstance(second, float):
        return bool(np.isclose(first, second, rtol=LAST_BITS, atol=LAST_BITS, equal_nan=True))
    if type(first) is not type(second):
        return False
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(_alike(first[key], second[key]) for key in first)
    if isinstance(first, list):
        return len(first) == len(second) and all(map(_alike, first, second))
    return first == second


def _plain(value: Any) -> Any:
    """JSON of a value: arrays, tuples and dicts as objects with one key that says what they are."""
    if isinstance(value, Mapping):
        return {"dict": [[key, _plain(part)] for key, part in value.items()]}
    if isinstance(value, tuple):
        return {"tuple": [_plain(part) for part in value]}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, np.ndarray):
        return {
            "array": value.tolist(),
            "dtype": value.dtype.name,
            "shape": list(value.shape),
            "layout": layout(value),
            "writeable": bool(value.flags.writeable),
        }
    return value.item() if isinstance(value, np.generic) else value


def _value(plain: Any) -> Any:
    if isinstance(plain, list):
        return [_value(part) for part in plain]
    if not isinstance(plain, dict):
        return plain
    if "dict" in plain:
        return {key: _value(part) for key, part in plain["dict"]}
    if "tuple" in plain:
        return tuple(_value(part) for part in plain["tuple"])
    array = np.array(plain["array"], dtype=plain["dtype"]).reshape(plain["shape"])
    return laid_out(array, plain["layout"], plain["writeable"])

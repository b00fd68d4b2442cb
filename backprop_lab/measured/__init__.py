"""What was measured for the book, with the machine, the date and the command: one JSON file a measurement.

A timing is another one each time, and a chapter's stored output is compared. So a chapter prints what stands here, and
``make measure`` measures anew and writes these files; it never happens while the book is built.

>>> sorted(names())
['batches', 'memory', 'one_number_nodes', 'passes', 'start_up', 'wrong_gradients']
>>> read("batches")["rows"][0]["m"]
1
"""

import json
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

COMMAND = "backprop-lab measure {}"


class Measurement(Mapping[str, Any]):
    """Its numbers by name; printed, where they come from.

    Parameters
    ----------
    name : str
        As in ``read``.
    found : mapping
        ``machine`` (a line), ``date`` (a day) and what was measured, for the most part ``rows``.
    """

    def __init__(self, name: str, found: Mapping[str, Any]) -> None:
        self.name, self._found = name, dict(found)

    def __getitem__(self, key: str) -> Any:
        return self._found[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __repr__(self) -> str:
        return f"measured {self['date']} by: {COMMAND.format(self.name)}\non {self['machine']}"


def names() -> list[str]:
    """The measurements that there are."""
    return [
        file.name.removesuffix(".json")
        for file in resources.files(__package__).iterdir()
        if file.name.endswith(".json")
    ]


def read(name: str) -> Measurement:
    """One measurement.

    Raises
    ------
    ValueError
        If there is none of this name.
    """
    if name not in names():
        raise ValueError(f"no measurement is called {name!r}; there are {', '.join(sorted(names()))}")
    return Measurement(name, json.loads((resources.files(__package__) / f"{name}.json").read_text("utf-8")))

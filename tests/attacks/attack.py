"""An attack: one file of this folder, what it may earn, and the class that it is graded in."""

import importlib.util
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.attacks.writing import notebook_of

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Attack:
    """One file of this folder."""

    name: str
    path: Path

    @cached_property
    def module(self) -> ModuleType:
        """The file, loaded."""
        spec = importlib.util.spec_from_file_location(self.path.stem, self.path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def said(self, name: str, otherwise: Any) -> Any:
        """What the file says under a name."""
        return getattr(self.module, name, otherwise)

    @property
    def student(self) -> str:
        """Who hands it in, where it does not choose names of its own."""
        return "m_" + self.name.replace("/", "_")

    @property
    def at_most(self) -> int:
        """Points that it may earn."""
        return self.said("AT_MOST", 0)

    @property
    def statuses(self) -> tuple[str, ...]:
        """How it may end."""
        return self.said("STATUSES", ("graded",))

    @property
    def alone(self) -> bool:
        """Whether it has a class of its own."""
        return self.said("ALONE", False)

    def hand_in(self, folder: Path, places: Mapping[str, str]) -> None:
        """Put it into the class's folder."""
        if hasattr(self.module, "submission"):
            self.module.submission(folder)
            return
        cells = []
        for cell in self.module.CELLS:
            for name, path in places.items():
                cell = re.sub(rf"\b{name}\b", path, cell)
            cells.append(cell)
        exercise = self.said("EXERCISE", "e01")
        text = notebook_of(cells, {"backprop_lab": {"exercise": exercise}})
        (folder / f"{self.student}.ipynb").write_text(text, encoding="utf-8", errors="surrogatepass")


def attacks() -> list[Attack]:
    """All of them, in order."""
    files = sorted(HERE.glob("*/[0-9]*.py"))
    return [Attack(f"{path.parent.name}/{path.stem}", path) for path in files]


def classes() -> dict[str, list[Attack]]:
    """Those that are graded together, by the name of their class."""
    found: dict[str, list[Attack]] = {}
    for attack in attacks():
        found.setdefault(attack.name if attack.alone else attack.path.parent.name, []).append(attack)
    return found

"""What an exercise is: the terms a student writes, how each is asked for, judged, and got wrong.

An exercise is one file ``eNN_name.py`` with one ``EXERCISE`` in it. It says

* which **terms** of the chain rule are asked for, with their points, formula and equation in the book;
* how to **draw** fixtures (inputs) from a random generator, one kind for each variation;
* which **steps** to carry out with the student's functions on a fixture;
* which **mistakes** are known for each term, each as the formula that a student wrote instead.

The definition holds the mathematics alone. How the steps are carried out (in the notebook or in a sandbox), how
arrays are compared and what is said of them is the same for all exercises and stands elsewhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np


class Values(SimpleNamespace):
    """Inputs and terms of one fixture, by name: ``u.x``, ``u.dL_da``."""

    def replace(self, **changes: Any) -> "Values":
        """The same values with some of them changed."""
        return Values(**{**vars(self), **changes})


@dataclass(frozen=True)
class Fixture:
    """One set of inputs, and the variation that it belongs to."""

    variation: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True)
class Kept:
    """An argument that is a kept object, or a part of one: ``Kept("forward", 0)`` is its first item."""

    label: str
    part: str | int | None = None


@dataclass(frozen=True)
class Call:
    """One step: call the student's function ``name`` with ``args`` and keep the result under ``label``."""

    label: str
    name: str
    args: tuple[Any, ...] = ()

    def plain(self) -> dict[str, Any]:
        """The step as lists, dicts and strings, the form in which it crosses into a sandbox."""
        args = [["kept", a.label, a.part] if isinstance(a, Kept) else ["value", a] for a in self.args]
        return {"label": self.label, "name": self.name, "args": args}


@dataclass(frozen=True)
class Where:
    """Where an answer holds a term: a whole result, or its item ``index`` (of a tuple) or ``key`` (of a dict)."""

    label: str
    index: int | None = None
    key: str | None = None


@dataclass(frozen=True)
class Mistake:
    """A known mistake: the formula that was written instead, and what to tell the student.

    Parameters
    ----------
    code : str
        A short name that results and tests quote. One letter and a number are those of the catalogue of mistakes.
    formula : callable or tuple of callables
        ``formula(u) -> value`` of the mistake, on the same values as the term's own formula. Several, where the
        same slip can be written in several ways.
    what, why, paper, advice : str
        What is wrong; why, in one sentence; what it looks like on paper; one thing to try.
    """

    code: str
    formula: Callable[[Values], Any] | tuple[Callable[[Values], Any], ...]
    what: str
    why: str
    paper: str
    advice: str

    @property
    def formulas(self) -> tuple[Callable[[Values], Any], ...]:
        """The formulas, also where there is one."""
        return self.formula if isinstance(self.formula, tuple) else (self.formula,)


@dataclass(frozen=True)
class Term:
    """One term of the chain rule, for which points are given.

    Parameters
    ----------
    name, symbol : str
        In code (``dL_da``) and on the page (``∂L/∂a``).
    function : str
        The student's function that returns it.
    points : int
        Earned if the term is right on every fixture.
    equation : str
        Label of the equation in the exercise's chapter.
    answer : Where
        Where the student's value stands.
    formula : callable
        ``formula(u) -> value`` from the inputs and the terms before this one.
    own : mapping of term name to Where
        Where the student's own values of the terms before this one stand. A term that equals the formula applied
        to them is right: an early slip costs its own points only.
    scale : callable, optional
        ``scale(u) -> number``: the term with every factor and subtraction taken in absolute value. What rounding
        can do to an honest formula is measured against it where the term saturates.
    equations : mapping of str to str
        Labels that are nearer to the point in one branch: ``{"tanh": "eq-tanh-derivative"}``.
    varies_with : tuple of str
        Inputs that decide which branch of the formula is taken; mistakes are looked for in each branch apart.
    mistakes : tuple of Mistake
    """

    name: str
    symbol: str
    function: str
    points: int
    equation: str
    answer: Where
    formula: Callable[[Values], Any]
    own: Mapping[str, Where] = field(default_factory=dict)
    scale: Callable[[Values], float] | None = None
    equations: Mapping[str, str] = field(default_factory=dict)
    varies_with: tuple[str, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True)
class Exercise:
    """One graded exercise.

    Parameters
    ----------
    id, name, title : str
        ``e01``, ``one_neuron``, ``One neuron``.
    chapter, chapter_title : str
        File stem in ``chapters/`` and the title of the chapter that derives the terms.
    functions : mapping of name to signature
        What the student writes.
    terms : tuple of Term
        In the order of the computation: a formula may use the terms before it.
    sections : mapping of str to str
        The title of the section in which each equation of the terms stands: what a reader looks for on the page.
    variations : tuple of str
        A student's hidden fixtures hold one of each.
    visible : tuple of str
        The variations that the notebook's own check shows.
    draw : callable
        ``draw(rng, variation) -> inputs``, always inputs of a real forward pass.
    steps : callable
        ``steps(u) -> list of Call``, where u holds the inputs and the reference terms.
    """

    id: str
    name: str
    title: str
    chapter: str
    chapter_title: str
    functions: Mapping[str, str]
    terms: tuple[Term, ...]
    sections: Mapping[str, str]
    variations: tuple[str, ...]
    visible: tuple[str, ...]
    draw: Callable[[np.random.Generator, str], Mapping[str, Any]]
    steps: Callable[[Values], list[Call]]

    @property
    def label(self) -> str:
        """How people call it: ``E1``."""
        return f"E{int(self.id[1:])}"

    @property
    def notebook(self) -> str:
        """File name of the notebook, the same for the master, the released one and a submission."""
        return f"{self.id}_{self.name}.ipynb"

    @property
    def points(self) -> int:
        """Points of all terms together."""
        return sum(term.points for term in self.terms)

    def reference(self, fixture: Fixture) -> Values:
        """Inputs and right terms of a fixture, each term computed from those before it."""
        u = Values(**fixture.inputs)
        for term in self.terms:
            setattr(u, term.name, term.formula(u))
        return u

    def fixtures(self, rng: np.random.Generator, variations: tuple[str, ...] | None = None) -> list[Fixture]:
        """One fixture of each variation (all of them where none are named)."""
        return [Fixture(v, dict(self.draw(rng, v))) for v in (self.variations if variations is None else variations)]

    def visible_fixtures(self) -> list[Fixture]:
        """The fixtures of the notebook's own check: the same for everyone, and no secret."""
        return self.fixtures(np.random.default_rng(2024), self.visible)

    def terms_of(self, function: str) -> tuple[Term, ...]:
        """The terms that a function of the student's returns.

        Raises
        ------
        ValueError
            If the exercise asks for no such function; the message lists those it asks for.
        """
        terms = tuple(term for term in self.terms if term.function == function)
        if not terms:
            raise ValueError(f"{self.id} has no function {function!r}; it has {', '.join(self.functions)}")
        return terms

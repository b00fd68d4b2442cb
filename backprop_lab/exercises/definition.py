"""What an exercise is: the terms a student writes, how each is asked for, judged, and got wrong.

An exercise is one file ``eNN_name.py`` with one ``EXERCISE`` in it. It says

* which **terms** of the chain rule are asked for, with their points, formula and equation in the book;
* how to **draw** fixtures (inputs) from a random generator, one kind for each variation;
* which **steps** to carry out with the student's functions on a fixture;
* which **mistakes** are known for each term, each as the formula that a student wrote instead.

The definition holds the mathematics alone. How the steps are carried out (in the notebook or in a sandbox), how
arrays are compared and what is said of them is the same for all exercises and stands elsewhere.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .mistake import Mistake
from .steps import Call, Where
from .values import Fixture, Formula, Values


@dataclass(frozen=True)
class Slope:
    """The term is the derivative of ``of(u, t)``, one number, in t at ``t = at(u)``.

    ``of`` runs a forward pass and nothing else, so that differences of it confirm the term without its derivation.
    Where ``at(u)`` is None there is no derivative, and the term is a convention. ``within`` is how near, of the
    term's size, the two must come: where the term is made from a cache, which is rounded to float64, and ``of`` runs
    from the input, they cannot come nearer than that rounding.
    """

    of: Callable[[Values, Any], Any]
    at: Formula
    within: float = 1e-25


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
        Label of the equation that derives it (of ``book.EQUATIONS``).
    answer : Where or tuple of Where
        Where the student's value stands; a tuple of values is put together from several places.
    formula : callable
        ``formula(u) -> value`` from what the function is handed (by the names of its signature, or of
        ``Exercise.parameters``), the function's terms before this one, and the parts.
    parts : mapping of str to callable
        Pieces of the formula, each a formula of its own, put into ``u`` in this order before ``formula`` is called:
        what a mistake can replace.
    own : mapping of term name to Where
        Where the student's own values of the terms before this one stand. A term that equals the formula applied
        to them is right: an early slip costs its own points only.
    follow : callable or tuple of callables, optional
        The formula to apply to the student's own values, where it is not ``formula``: what a recursion does in one
        step, from the student's own table. Several, where several are right; one that raises is none.
    called : tuple of str
        Terms whose functions the student may call to get this one. Where this term is wrong by mistakes that are
        named there, it is right: they are charged there.
    scale : callable, optional
        ``scale(u) -> number or array``: the term with every factor and subtraction taken in absolute value. What
        rounding can do to an honest formula is measured against it where the term saturates.
    slope : Slope, optional
        What the term is the derivative of.
    accept : callable, optional
        ``accept(value, truth, u) -> "right" | "approximate" | "wrong"`` where the rule of ``checking.compare`` is
        not the question that is asked.
    same : callable
        ``same(u) -> float``: how near, of its size, an answer must come to the numbers of a mistake to be that
        mistake. 1e-6, or more where the same mistake gives numbers that differ by more, as those of differences do.
    apart : float
        How far from the truth, of its size, the numbers of a mistake must be to show it.
    measure : callable, optional
        ``measure(u, value) -> value``: what is compared of the student's value, where it is not the value itself.
    note : callable, optional
        ``note(u, value) -> str``: what is told of a right answer, where several are right and it is not that of the
        book; an empty text of the others.
    equations : mapping of str to str
        Labels that are nearer to the point in one branch: ``{"tanh": "eq-tanh-derivative"}``.
    varies_with : tuple of str
        Inputs that decide which branch of the formula is taken; mistakes are looked for in each branch apart.
    mistakes : tuple of Mistake
    state : bool
        The term is not a value: its points are for functions that depend on their arguments alone, and change
        nothing. They are earned only where the function also returns something right, on one fixture at least.
    on : tuple of str
        The variations on which the term is asked for; all of them where none is named.
    """

    name: str
    symbol: str
    function: str
    points: int
    equation: str
    answer: Where | tuple[Where, ...]
    formula: Formula
    parts: Mapping[str, Formula] = field(default_factory=dict)
    own: Mapping[str, Where] = field(default_factory=dict)
    follow: Formula | tuple[Formula, ...] | None = None
    called: tuple[str, ...] = ()
    scale: Callable[[Values], Any] | None = None
    slope: Slope | None = None
    accept: Callable[[Any, Any, Values], str] | None = None
    same: Callable[[Values], float] = lambda u: 1e-6
    apart: float = 1e-4
    measure: Callable[[Values, Any], Any] | None = None
    note: Callable[[Values, Any], str] | None = None
    equations: Mapping[str, str] = field(default_factory=dict)
    varies_with: tuple[str, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    state: bool = False
    on: tuple[str, ...] = ()

    def asked_on(self, variation: str) -> bool:
        """Is the term asked for on fixtures of this variation?"""
        return not self.on or variation in self.on

    @property
    def answers(self) -> tuple[Where, ...]:
        """Where the value stands, as a tuple also where there is one place."""
        return self.answer if isinstance(self.answer, tuple) else (self.answer,)

    @property
    def ways_on(self) -> tuple[Formula, ...]:
        """The formulas that follow from a student's own values."""
        return self.follow if isinstance(self.follow, tuple) else (self.follow or self.value,)

    def value(self, u: Values, made: Sequence[tuple[str | None, Formula]] = ()) -> Any:
        """The term, right or with mistakes made in some of its parts (``None`` is the whole).

        Raises
        ------
        Exception
            Whatever a wrong formula raises: a student's function would raise it too.
        """
        replaced = dict(made)
        for name, part in self.parts.items():
            u = u.replace(**{name: replaced.get(name, part)(u)})
        return replaced.get(None, self.formula)(u)


@dataclass(frozen=True)
class Exercise:
    """One graded exercise.

    Parameters
    ----------
    id, name, title : str
        ``e01``, ``one_neuron``, ``One neuron``.
    chapter : str
        File stem in ``chapters/`` of the chapter that it belongs to (of ``book.CHAPTERS``).
    functions : mapping of name to signature
        What the student writes.
    terms : tuple of Term
        In the order of the computation: a formula may use the terms before it.
    variations : tuple of str
        A student's hidden fixtures hold one of each.
    visible : tuple of str
        The variations that the notebook's own check shows.
    draw : callable
        ``draw(rng, variation) -> inputs``, always inputs of a real forward pass.
    steps : callable
        ``steps(u) -> list of Call``, where u holds the inputs and the reference terms.
    callbacks : callable, optional
        ``callbacks(u) -> {name: function}``: functions that the student is handed and calls, and that are computed
        and counted outside of the student's process.
    parameters : mapping of str to tuple of str
        Names in ``u`` of a function's parameters, where they differ from those of its signature.
    chain : mapping of str to tuple of str
        Terms of other functions that a function computes on its way, by the student's own functions.
    model : callable, optional
        ``model(functions, made) -> {name: function}``: the functions that were put together from the formulas (see
        ``model.student``), with what formulas do not say, such as how often a callback is called.
    any_order : bool
        Whether a student's hidden fixtures, but for the first, come in an order of the student's own: where a fixture
        asks which of several things it holds, its place must not tell.
    """

    id: str
    name: str
    title: str
    chapter: str
    functions: Mapping[str, str]
    terms: tuple[Term, ...]
    variations: tuple[str, ...]
    visible: tuple[str, ...]
    draw: Callable[[np.random.Generator, str], Mapping[str, Any]]
    steps: Callable[[Values], list[Call]]
    callbacks: Callable[[Values], Mapping[str, Callable]] | None = None
    parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    chain: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    model: Callable[[Mapping[str, Callable], Mapping], Mapping[str, Callable]] | None = None
    any_order: bool = False

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

    def term(self, name: str) -> Term:
        """The term of this name."""
        return next(term for term in self.terms if term.name == name)

    def right_terms(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """The terms that belong to inputs, each computed from those before it; in the arithmetic of the inputs."""
        u = Values(**inputs)
        for term in self.terms:
            setattr(u, term.name, term.value(u))
        return {term.name: getattr(u, term.name) for term in self.terms}

    def fixtures(self, rng: np.random.Generator, variations: tuple[str, ...] | None = None) -> list[Fixture]:
        """One fixture of each variation (all of them where none are named), with terms in float64."""
        drawn = [(v, dict(self.draw(rng, v))) for v in (self.variations if variations is None else variations)]
        return [Fixture(variation, inputs, self.right_terms(inputs)) for variation, inputs in drawn]

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

"""What holds for every exercise: its points, its fixtures, its references, its words, and where it points to."""

import dataclasses
import re

import numpy as np
import pytest

from backprop_lab import book
from backprop_lab.checking.compare import leaves
from backprop_lab.checking.state import same
from backprop_lab.exercises import every, fifty_digits, stored
from backprop_lab.exercises.steps import Callback, Kept
from backprop_lab.exercises.values import Values
from backprop_lab.grading.pool import NoReferences, referred
from tests.paths import ROOT

EXERCISES = pytest.mark.parametrize("exercise", every(), ids=lambda e: e.id)
POINTS = {
    "e01": 15, "e02": 12, "e03": 12, "e04": 12, "e05": 18, "e06": 15, "e07": 20, "e08": 18, "e09": 18, "e10": 8, "e11": 12,
    "e12": 14, "e13": 14, "e14": 12,
}  # fmt: skip
CHAPTERS = {
    "e01": "02_one_neuron", "e02": "03_numerical_gradients", "e03": "04_two_neurons", "e04": "06_two_layers",
    "e05": "06_two_layers", "e06": "07_l_layers", "e07": "07_l_layers", "e08": "08_batches", "e09": "09_losses_outputs",
    "e10": "09_losses_outputs", "e11": "10_why_fast", "e12": "11_learning", "e13": "13_bug_clinic",
    "e14": "14_graphs_autodiff",
}  # fmt: skip
# The table of the book's plan: where each equation that others cite is derived.
DERIVED_IN = {
    "eq-three-factors": "02", "eq-central-difference": "03", "eq-five-factors": "04", "eq-path-sum": "05",
    "eq-dW": "06", "eq-db": "06", "eq-output-delta": "07", "eq-hidden-delta": "07", "eq-batch-delta": "08",
    "eq-softmax-ce": "09",
}  # fmt: skip


def test_points_and_chapters_are_those_of_the_plan():
    standing = {e.id for e in every()}
    assert {e.id: e.points for e in every() if e.id in POINTS} == {
        id: points for id, points in POINTS.items() if id in standing
    }
    assert {e.id: e.chapter for e in every() if e.id in CHAPTERS} == {
        id: c for id, c in CHAPTERS.items() if id in standing
    }


def test_the_table_of_equations_is_that_of_the_plan():
    assert {label: place.chapter[:2] for label, place in book.EQUATIONS.items()} | DERIVED_IN == {
        label: place.chapter[:2] for label, place in book.EQUATIONS.items()
    }
    assert {place.chapter for place in book.EQUATIONS.values()} <= set(book.CHAPTERS)


@pytest.mark.parametrize("chapter", book.CHAPTERS)
def test_what_the_table_says_of_a_chapter_that_stands_is_in_it(chapter):
    file = ROOT / "chapters" / f"{chapter}.ipynb"
    places = {label: place for label, place in book.EQUATIONS.items() if place.chapter == chapter}
    if not file.is_file():
        assert not any(place.section for place in places.values()), "a section of a chapter that is not written"
        return
    text = file.read_text("utf-8")
    assert f"# {book.CHAPTERS[chapter]}" in text
    for label, place in places.items():
        assert f"$$ ({label})" in text, label
        assert place.section, f"{label}: the chapter stands, so its section can be named"
        assert text.index(f"# {place.section}") < text.index(f"$$ ({label})"), label


@EXERCISES
def test_every_equation_of_a_term_is_in_the_table(exercise):
    assert exercise.chapter in book.CHAPTERS
    for term in exercise.terms:
        assert {term.equation, *term.equations.values()} <= set(book.EQUATIONS), term.name
        assert term.function in exercise.functions


@EXERCISES
def test_each_mistake_s_sentences_are_there_and_end(exercise):
    for term in exercise.terms:
        codes = [mistake.code for mistake in term.mistakes]
        assert len(codes) == len(set(codes)), (term.name, codes)
        for mistake in term.mistakes:
            for sentence in (mistake.what, mistake.why, mistake.advice):
                assert re.search(r"[.?]$", sentence), (mistake.code, sentence)
            assert mistake.paper
            assert mistake.part is None or mistake.part in term.parts, (term.name, mistake.code)


def alike(first, second):
    return same(vars(first.values), vars(second.values)) and first.variation == second.variation


@EXERCISES
def test_fixtures_are_drawn_from_the_seed_alone_and_cover_every_variation(exercise):
    first, again, other = (exercise.fixtures(np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert all(map(alike, first, again))
    assert not any(map(alike, first, other))
    assert [fixture.variation for fixture in first] == list(exercise.variations)


@EXERCISES
def test_the_first_fixture_can_be_written_so_that_it_shows_when_it_is(exercise):
    for seed in range(3):
        values = exercise.fixtures(np.random.default_rng(seed))[0].inputs
        assert all(v.flags.writeable for _, v in leaves(values) if isinstance(v, np.ndarray))


@EXERCISES
def test_references_of_fifty_digits_agree_with_float64_and_are_the_derivatives_they_are_said_to_be(exercise):
    for seed in range(3):
        # What does not agree to 1e-13 is drawn again, and a term that is no derivative raises.
        assert len(referred(exercise, np.random.default_rng(seed), exercise.variations)) == len(exercise.variations)


@EXERCISES
def test_each_term_that_is_a_derivative_is_confirmed_in_every_entry(exercise):
    for fixture in exercise.fixtures(np.random.default_rng(4), exercise.variations[:2]):
        inputs = fifty_digits.exactly(dict(fixture.inputs))
        u = Values(**inputs, **exercise.right_terms(inputs))
        for term in exercise.terms:
            if term.slope:
                assert fifty_digits.unconfirmed_entries(term, u) <= term.slope.within, term.name


@EXERCISES
def test_a_formula_that_is_slightly_wrong_is_refused(exercise):
    terms = [t for t in exercise.terms if t.slope]
    for term in terms:
        off = dataclasses.replace(term, formula=lambda u, right=term.formula: scaled(right(u), 1 + 1e-9))
        others = tuple(off if t is term else t for t in exercise.terms)
        with pytest.raises(NoReferences, match=f"{term.name} is not the derivative"):
            referred(dataclasses.replace(exercise, terms=others), np.random.default_rng(0), exercise.variations[:1])


def scaled(value, by):
    if isinstance(value, dict):
        return {key: scaled(part, by) for key, part in value.items()}
    return value * by


@EXERCISES
def test_visible_fixtures_are_stored_with_their_references(exercise):
    file = stored.VISIBLE / f"{exercise.id}.json"
    kept = stored.from_json(file.read_text("utf-8"), stored.fingerprint(exercise))
    assert kept is not None, "stored for an older definition; run backprop-lab release"
    assert [fixture.variation for fixture in kept] == list(exercise.visible)
    assert all(map(alike, kept, stored.visible(exercise)))


@EXERCISES
def test_no_step_brings_the_answer_to_a_step_that_comes_later(exercise):
    """Inputs reach the student's process: what an input tells must have been asked for before it is sent."""
    for fixture in exercise.fixtures(np.random.default_rng(3)):
        u = fixture.values
        asked = set()
        for step in exercise.steps(u):
            for arg in step.args:
                if isinstance(arg, (Kept, Callback)) or any(arg is value for value in fixture.inputs.values()):
                    continue
                told = {t.name for t in exercise.terms if arg is getattr(u, t.name)}
                for term in exercise.terms:
                    if term.name in told:
                        assert all(where.label in asked for where in term.answers), step
            asked.add(step.label)


# What the plan lists for each exercise. In brackets what no signature here can express, and why.
LISTED = {
    "e01": "O1 O2 O3 O4 O7 O8 O9 O10 H3 H4",
    "e02": "C1 C2 C3 C4 C5 C6",
    "e03": "H1 H2 H9 O1",
    "e04": "P1 P4 H6",
    # H15 raises whatever the sizes are, as any broken function does: with one example ⊙ of columns has no product.
    "e05": "H1 H2 H3 H4 H5 H6 H7 H8 H9 H10 H11 H12 H13 H14 P1 P2 P3",
    "e06": "H1 H2 H3 H4 H5 H6 H10 H11 H7 H8 H9 H12",
    "e07": "P16 H7 H8 H12 U4",
    "e08": "P5 P6 P7 P8 P9 P10 P11 P12 P13 P14 U6 U7",
    "e09": "O11 O12 O13 O14 O15",
    "e10": "O5 O8 O9",
    "e13": "O1 O2 O5 O6 O8 H1 H2 H3 H5 H13 H6 H7 H9 H11 P1 P2 P3 P4 P5 P6 P7 P8 O10 P9 P11 P14 H12 P16",
    "e12": "O7 U1 U2 U3 U4 U5",
}


@EXERCISES
def test_every_mistake_that_the_plan_lists_can_be_named(exercise):
    if exercise.id not in LISTED:
        pytest.skip("the plan lists none")
    named = {mistake.code for term in exercise.terms for mistake in term.mistakes} | {"U2", "U3", "U4", "U5"}
    assert set(LISTED[exercise.id].split()) <= named

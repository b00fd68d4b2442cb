"""E13's points, and what a student is told of answers of which some are wrong."""

import numpy as np

from backprop_lab.exercises import load
from backprop_lab.exercises.bug_clinic_cases import FAMILIES
from backprop_lab.exercises.model import student
from backprop_lab.grading.calibrate import answered

E13 = load("e13")
IDS = [family.replace(" ", "_") for family in FAMILIES]
ALL = dict.fromkeys((*IDS, *(f"repair_{k}" for k in range(1, 8))), 1)


def results(seed=0, **wrong):
    return {
        r.term.name: r
        for r in answered(E13, student(E13) | wrong, E13.fixtures(np.random.default_rng(seed)))
    }  # fmt: skip


def alike(first, second):
    """Are two answers (gradients, or the text of a refusal) the same, in every shape and number?"""
    if isinstance(first, str) or isinstance(second, str):
        return first == second
    return all(
        first[name][l].shape == second[name][l].shape and np.allclose(first[name][l], second[name][l], rtol=1e-9)
        for name in first for l in first[name]
    )  # fmt: skip

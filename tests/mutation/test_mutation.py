"""The mutation run itself, in short: every mutant has its place, one that is wrong is killed, one that is not survives."""

import pytest

from tests.mutation import run
from tests.mutation.mutants import MUTANTS, TESTS, Mutant


def test_every_mutant_has_one_place_in_the_library_of_today():
    for mutant in MUTANTS:
        source = (run.ROOT / "backprop_lab" / mutant.file).read_text("utf-8")
        compile(run.mutated(source, mutant), mutant.file, "exec")
    assert len(set(MUTANTS)) == len(MUTANTS) >= 60


def test_the_run_covers_the_derivatives_and_every_backward_pass():
    files = {mutant.file for mutant in MUTANTS}
    assert files == set(TESTS)
    assert {
        "activations.py",
        "losses.py",
        "neuron.py",
        "two_layer.py",
        "network.py",
        "in_place.py",
        "workspace.py",
        "trace.py",
    } <= files
    for names in TESTS.values():
        for name in names:
            file, _, test = name.partition("::")
            assert f"def {test}" in (run.ROOT / file).read_text("utf-8"), name


def test_a_place_that_is_not_there_or_there_twice_is_an_error():
    with pytest.raises(ValueError, match="stands 0 times"):
        run.mutated("a = b\n", Mutant("x.py", "c", "d"))
    with pytest.raises(ValueError, match="stands 2 times"):
        run.mutated("a = a\n", Mutant("x.py", "a", "d"))


def test_a_wrong_mutant_is_killed_by_name_and_an_equal_one_survives():
    tests = ["tests/gradients/test_by_hand.py"]
    wrong = Mutant("network.py", "grads.dW[l] = delta[l] @ a[l - 1].T", "grads.dW[l] = -delta[l] @ a[l - 1].T")
    equal = Mutant("network.py", "grads.dW[l] = delta[l] @ a[l - 1].T", "grads.dW[l] = (a[l - 1] @ delta[l].T).T")
    broken = Mutant("network.py", "import numpy as np", "import no_such_room")
    verdict, by = run.outcome(wrong, tests)
    assert (verdict, "test_by_hand.py::test_every_number" in by) == (run.KILLED, True)
    assert run.outcome(equal, tests)[0] == run.SURVIVED
    assert run.outcome(broken, tests)[0] == run.BROKEN

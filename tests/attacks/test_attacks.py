"""Every attack earns nothing, stops nobody, leaves nothing behind and tells nothing, in both tiers."""

from functools import cache

import pytest

from backprop_lab.grading import sandbox
from tests.attacks.attack import Attack, attacks, classes
from tests.attacks.running import Outcome, run

pytestmark = pytest.mark.sandbox
TIERS = pytest.mark.parametrize("tier", sandbox.TIERS)
CLASSES = classes()


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """``outcome(name, tier)`` of one class, graded once."""

    @cache
    def of(name: str, tier: str) -> Outcome:
        return run(CLASSES[name], tier, tmp_path_factory.mktemp("attacked"))

    return of


def class_name(attack: Attack) -> str:
    return next(name for name, members in CLASSES.items() if attack in members)


@TIERS
@pytest.mark.parametrize("attack", attacks(), ids=lambda attack: attack.name)
def test_it_earns_no_more_than_it_deserves(attack, tier, outcome):
    assert outcome(class_name(attack), tier).against(attack) == []


@TIERS
@pytest.mark.parametrize("name", CLASSES)
def test_it_stops_nobody_leaves_nothing_and_tells_nothing(name, tier, outcome):
    assert outcome(name, tier).problems == []


def test_there_are_sixty_of_them_and_each_says_what_it_tries_and_what_must_happen():
    found = attacks()
    assert len(found) >= 60
    for attack in found:
        said = attack.module.__doc__ or ""
        assert "Tries:" in said, attack.name
        assert "Must:" in said, attack.name

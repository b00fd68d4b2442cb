"""Schedules: four steps of each by hand, and what must hold for all of them."""

import pytest

from backprop_lab.schedules import SCHEDULES, cosine, schedule_named, warm_up


@pytest.mark.parametrize("name", sorted(SCHEDULES))
@pytest.mark.parametrize("steps", [1, 2, 7, 1000])
def test_every_schedule_stays_between_zero_and_one_and_never_rises_after_its_top(name, steps):
    factors = [schedule_named(name)(step, steps) for step in range(steps)]
    assert all(0 < factor <= 1 for factor in factors)
    top = factors.index(max(factors))
    assert max(factors) == 1
    assert factors[top:] == sorted(factors[top:], reverse=True)
    assert factors[:top] == sorted(factors[:top])


@pytest.mark.parametrize(
    ("name", "settings", "by_hand"),
    [
        ("constant", {}, [1, 1, 1, 1]),
        ("step_decay", {"pieces": 2, "factor": 0.5}, [1, 1, 0.5, 0.5]),
        ("exponential", {"end": 0.0001}, [1, 0.1, 0.01, 0.001]),
        ("cosine", {"end": 0.2}, [1, 0.2 + 0.4 * (1 + 0.5**0.5), 0.6, 0.2 + 0.4 * (1 - 0.5**0.5)]),
        ("warm_up", {"share": 0.75}, [1 / 3, 2 / 3, 1, 1]),
    ],
)
def test_four_steps_of_each_schedule_by_hand(name, settings, by_hand):
    assert [SCHEDULES[name](step, 4, **settings) for step in range(4)] == pytest.approx(by_hand, rel=1e-14)


def test_warm_up_hands_over_to_the_schedule_it_is_given():
    factors = [warm_up(step, 10, share=0.2, then=cosine) for step in range(10)]
    assert factors == [0.5, 1.0, *(cosine(step, 8) for step in range(8))]

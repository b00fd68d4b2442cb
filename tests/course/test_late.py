"""The late rule: numbers worked by hand, and what must hold for all of them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from backprop_lab.course.late import LateRule, days_late, lateness, points_taken

DEADLINE = datetime.fromisoformat("2026-12-01T23:59:00+01:00")
GRACE = timedelta(minutes=15)
RULE = LateRule(GRACE, Decimal(10), Decimal(50))


def after(**how):
    return DEADLINE + timedelta(**how)


@pytest.mark.parametrize(
    ("submitted", "days"),
    [
        (after(days=-3), 0),
        (after(minutes=0), 0),
        (after(minutes=15), 0),  # the very end of the grace
        (after(minutes=15, microseconds=1), 1),
        (after(minutes=15, hours=24), 1),  # the very end of the first day
        (after(minutes=15, hours=24, microseconds=1), 2),
        (after(days=9, hours=23), 10),
        # The grace ends at 00:14 in the deadline's zone, which is 23:14 in UTC.
        (datetime(2026, 12, 1, 23, 14, tzinfo=UTC), 0),
        (datetime(2026, 12, 1, 23, 14, 1, tzinfo=UTC), 1),
    ],
)
def test_a_day_counts_as_soon_as_it_has_begun_after_the_grace(submitted, days):
    assert days_late(DEADLINE, GRACE, submitted) == days


@pytest.mark.parametrize(
    ("days", "out_of", "earned", "taken"),
    [
        (0, 15, 15, "0"),
        (1, 15, 15, "1.5"),  # 10 % of 15
        (2, 15, 15, "3"),
        (2, 15, 2, "2"),  # there is no more to take
        (7, 15, 15, "7.5"),  # 70 % would be 10.5, and 50 % is the most
        (1, 15, 0, "0"),
        (3, 12, 12, "3.6"),
    ],
)
def test_so_many_points_are_taken(days, out_of, earned, taken):
    assert points_taken(days, RULE, Decimal(out_of), Decimal(earned)) == Decimal(taken)


def test_parts_of_a_hundredth_are_not_taken_and_no_float_is_in_between():
    rule = LateRule(percent_a_day=Decimal("3.33"))
    # 3 × 3.33 % of 7 is 0.6993.
    assert points_taken(3, rule, Decimal(7), Decimal(7)) == Decimal("0.69")
    # 0.1 + 0.2 is not 0.3 in floats.
    assert points_taken(3, LateRule(percent_a_day=Decimal("0.1")), Decimal(100), Decimal(100)) == Decimal("0.3")


def test_where_no_rule_is_set_days_are_told_and_nothing_is_taken():
    late = lateness(DEADLINE, LateRule(), after(days=3), None, Decimal(15), Decimal(15))
    assert (late.days, late.points) == (3, 0)


def test_a_day_has_24_hours_also_when_the_clocks_are_changed():
    berlin = ZoneInfo("Europe/Berlin")
    # In the night to 25 October 2026 an hour is there twice.
    deadline = datetime.fromisoformat("2026-10-24T23:59:00+02:00")
    same_clock_time = datetime(2026, 10, 25, 23, 59, tzinfo=berlin)
    assert days_late(deadline, timedelta(0), same_clock_time) == 2, "25 hours have passed"
    assert days_late(deadline, timedelta(0), same_clock_time - timedelta(hours=1)) == 1
    # In that to 29 March 2026 one is missing.
    deadline = datetime.fromisoformat("2026-03-28T23:59:00+01:00")
    assert days_late(deadline, timedelta(0), datetime(2026, 3, 29, 23, 59, tzinfo=berlin)) == 1, "23 hours have passed"


@pytest.mark.parametrize(
    ("marked", "days", "words"),
    [(False, 0, ""), (True, None, "marked late by the platform"), (None, None, "no time is known")],
)
def test_without_a_time_nothing_is_taken_and_it_is_told_unless_the_platform_marks_what_is_late(marked, days, words):
    late = lateness(DEADLINE, RULE, None, marked, Decimal(15), Decimal(15))
    assert (late.days, late.points) == (days, 0)
    assert words in late.by_hand
    assert bool(late.by_hand) == bool(words)


def test_a_time_counts_more_than_a_mark():
    late = lateness(DEADLINE, RULE, after(days=1), True, Decimal(15), Decimal(15))
    assert (late.days, late.points, late.by_hand) == (1, Decimal("1.5"), "")


instants = some.datetimes(datetime(2000, 1, 1), datetime(2199, 12, 31), timezones=some.just(UTC))
percents = some.decimals(0, 100, places=2)
rules = some.builds(LateRule, some.timedeltas(timedelta(0), timedelta(days=366)), percents, percents)
pairs = some.tuples(some.integers(0, 100), some.decimals(0, 100, places=2)).map(lambda p: (Decimal(p[0]), min(p)))


@given(instants, rules, instants, some.timedeltas(timedelta(0), timedelta(days=400)), pairs)
def test_who_comes_later_loses_no_less_and_nobody_loses_more_than_was_earned(deadline, rule, one, more, points):
    out_of, earned = points
    earned = Decimal(earned)
    first = lateness(deadline, rule, one, None, out_of, earned)
    second = lateness(deadline, rule, one + more, None, out_of, earned)
    assert 0 <= first.points <= second.points <= min(earned, out_of * rule.most_percent / 100)
    assert first.points == first.points.quantize(Decimal("0.01"))
    assert 0 <= first.days <= second.days


@given(instants, rules, instants)
def test_days_grow_one_at_a_time(deadline, rule, submitted):
    def days(after):
        return days_late(deadline, rule.grace, submitted + after)

    assert days(timedelta(microseconds=1)) - days(timedelta(0)) in (0, 1)
    if submitted >= deadline + rule.grace:
        assert days(timedelta(days=1)) == days(timedelta(0)) + 1

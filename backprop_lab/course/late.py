"""How late a submission is, and what that takes: pure functions of the deadline, the rule and the time.

Times carry their offset from UTC, so they are instants: a day is 24 hours, also when the clocks are changed. Points
are exact decimals with at most two places.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal

DAY = timedelta(days=1)
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class LateRule:
    """What the course says of being late: of nothing said, nothing is taken.

    ``percent_a_day`` is of the points that the exercise has; ``most_percent`` is the most that is taken.
    """

    grace: timedelta = timedelta(0)
    percent_a_day: Decimal = Decimal(0)
    most_percent: Decimal = Decimal(100)


@dataclass(frozen=True)
class Lateness:
    """What is known of when one submission came.

    ``days`` is None where it cannot be told; ``marked`` is the platform's own mark, None where it has none.
    """

    deadline: datetime
    submitted: datetime | None
    marked: bool | None
    days: int | None
    points: Decimal = Decimal(0)

    @property
    def by_hand(self) -> str:
        """Why nothing was taken that perhaps should have been, or nothing."""
        if self.days is not None:
            return ""
        return "marked late by the platform, without a time" if self.marked else "no time is known"


def days_late(deadline: datetime, grace: timedelta, submitted: datetime) -> int:
    """Days begun after the deadline and the grace; in the very second that the grace ends there is none yet.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 12, 1, 12, tzinfo=UTC)
    >>> [days_late(noon, timedelta(minutes=15), noon + timedelta(minutes=m)) for m in (0, 15, 16, 24 * 60 + 15)]
    [0, 0, 1, 1]
    """
    return max(0, -((deadline + grace - submitted) // DAY))


def points_taken(days: int, rule: LateRule, out_of: Decimal, earned: Decimal) -> Decimal:
    """What so many days take: never more than was earned. Parts of a hundredth are not taken.

    >>> half = LateRule(percent_a_day=Decimal(10), most_percent=Decimal(50))
    >>> [str(points_taken(days, half, Decimal(15), Decimal(6))) for days in (0, 1, 3, 9)]
    ['0.00', '1.50', '4.50', '6.00']
    """
    percent = min(days * rule.percent_a_day, rule.most_percent)
    return min(out_of * percent / 100, earned).quantize(HUNDREDTH, rounding=ROUND_DOWN)


def lateness(
    deadline: datetime,
    rule: LateRule,
    submitted: datetime | None,
    marked: bool | None,
    out_of: Decimal,
    earned: Decimal,
) -> Lateness:
    """What became of one submission by its time; without one, a platform that marks none as late is believed."""
    if submitted is None:
        return Lateness(deadline, None, marked, 0 if marked is False else None)
    days = days_late(deadline, rule.grace, submitted)
    return Lateness(deadline, submitted, marked, days, points_taken(days, rule, out_of, earned))

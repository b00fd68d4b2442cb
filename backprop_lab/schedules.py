"""Learning-rate schedules: by what factor the learning rate is multiplied at each step. Chapter "Learning".

A schedule is a function ``(step, steps) -> factor`` of the step that is about to be taken, 0 … steps − 1, and of their
number; ``training.train`` multiplies η by it. All that are here begin at 1 (``warm_up`` after its rise) and are
written in the share step/steps of the training that is over, so that they fit a run of any length.

>>> [round(cosine(step, 4), 3) for step in range(4)]
[1.0, 0.854, 0.5, 0.146]

To change a setting, wrap it: ``schedule=lambda step, steps: exponential(step, steps, end=0.1)``. To add a schedule,
write the function and add one line to ``SCHEDULES``.
"""

from collections.abc import Callable
from math import ceil, cos, pi

Schedule = Callable[[int, int], float]


def constant(step: int, steps: int) -> float:
    """1, always."""
    return 1.0


def step_decay(step: int, steps: int, *, pieces: int = 3, factor: float = 0.1) -> float:
    """A staircase: the run falls into equal pieces, and each has ``factor`` times the rate of the one before.

    >>> [round(step_decay(step, 6), 4) for step in range(6)]
    [1.0, 1.0, 0.1, 0.1, 0.01, 0.01]
    """
    return factor ** (pieces * step // steps)


def exponential(step: int, steps: int, *, end: float = 0.01) -> float:
    """The same quotient from each step to the next: end^(step/steps), which reaches ``end`` as the run ends.

    >>> [round(exponential(step, 4), 4) for step in range(4)]
    [1.0, 0.3162, 0.1, 0.0316]
    """
    return end ** (step / steps)


def cosine(step: int, steps: int, *, end: float = 0.0) -> float:
    """Half a wave from 1 down to ``end``: slow at first, fast in the middle, slow at the last.

    Source: I. Loshchilov and F. Hutter, ICLR 2017, without its restarts.
    """
    return end + (1 - end) * (1 + cos(pi * step / steps)) / 2


def warm_up(step: int, steps: int, *, share: float = 0.1, then: Schedule = constant) -> float:
    """Rise in equal steps to 1 over the first ``share`` of the run, then follow ``then`` for the rest of it.

    Source: P. Goyal and others, arXiv:1706.02677 (2017), section 2.2.

    >>> [warm_up(step, 8, share=0.5) for step in range(8)]
    [0.25, 0.5, 0.75, 1.0, 1.0, 1.0, 1.0, 1.0]
    """
    rise = ceil(share * steps)
    return (step + 1) / rise if step < rise else then(step - rise, steps - rise)


SCHEDULES: dict[str, Schedule] = {
    "constant": constant,
    "step_decay": step_decay,
    "exponential": exponential,
    "cosine": cosine,
    "warm_up": warm_up,
}


def schedule_named(name: str) -> Schedule:
    """Look a schedule up by name.

    Raises
    ------
    ValueError
        If there is none of that name; the message lists those there are.

    >>> schedule_named("linear")
    Traceback (most recent call last):
        ...
    ValueError: schedule 'linear' is not known; choose one of constant, cosine, exponential, step_decay, warm_up
    """
    if not isinstance(name, str) or name not in SCHEDULES:
        raise ValueError(f"schedule {name!r} is not known; choose one of {', '.join(sorted(SCHEDULES))}")
    return SCHEDULES[name]

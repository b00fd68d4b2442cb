"""Timing side by side on a machine that does other things too.

Contenders take turns, in another order in each round, so that whatever slows the machine down slows all of them.
A turn is a block of steps that lasts about a millisecond, after one that is not counted and brings the contender's
arrays back into the cache. Another program that takes the core away in the middle of a turn shows: the clock on the
wall runs on and the process's own does not. The half of the turns in which least was lost is kept.

>>> timings = interleaved({"nothing": lambda: None, "a sum": lambda: sum(range(100))}, rounds=8)
>>> timings["a sum"].median > timings["nothing"].median
True
>>> timings["a sum"].kept
4
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

TURN = 1e-3  # seconds


@dataclass(frozen=True)
class Timing:
    """Seconds of one step.

    Parameters
    ----------
    median, lower, upper : float
        The middle, and the quartiles: half of the kept turns lie between them.
    least : float
        The fastest turn.
    kept : int
        How many turns these numbers come from.
    """

    median: float
    lower: float
    upper: float
    least: float
    kept: int

    @classmethod
    def of(cls, wall: np.ndarray, own: np.ndarray) -> "Timing":
        """From the seconds of all turns, on the wall and of the process itself."""
        lost = (wall - own) / wall
        kept = wall[np.argsort(lost, kind="stable")[: max(1, len(wall) // 2)]]
        lower, median, upper = np.percentile(kept, (25, 50, 75))
        return cls(float(median), float(lower), float(upper), float(kept.min()), len(kept))


def interleaved(
    steps: Mapping[str, Callable[[], object]], rounds: int = 200, seconds: float = np.inf
) -> dict[str, Timing]:
    """Time functions in turns.

    Parameters
    ----------
    steps : mapping of name to callable
        Each is called many times.
    rounds : int
        How many turns each gets.
    seconds : float
        Stop after so long, but not before four rounds.
    """
    repeats = {name: _repeats(step) for name, step in steps.items()}
    wall, own = ({name: [] for name in steps} for _ in range(2))
    rng, begin = np.random.default_rng(0), time.perf_counter()
    for r in range(rounds):
        if r >= 4 and time.perf_counter() - begin > seconds:
            break
        for name in rng.permutation(list(steps)).tolist():
            step, count = steps[name], repeats[name]
            if count > 1:
                step()
            own_start, start = time.process_time(), time.perf_counter()
            for _ in range(count):
                step()
            wall[name].append((time.perf_counter() - start) / count)
            own[name].append((time.process_time() - own_start) / count)
    return {name: Timing.of(np.array(wall[name]), np.array(own[name])) for name in steps}


def _repeats(step: Callable[[], object]) -> int:
    """How many steps last about one turn."""
    for _ in range(3):
        step()
    start = time.perf_counter()
    step()
    return max(1, round(TURN / (time.perf_counter() - start)))


def readable(seconds: float) -> str:
    """Three digits with a unit.

    >>> readable(1.234e-5), readable(0.5)
    ('12.3 µs', '500 ms')
    """
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size or unit == "µs":
            number = seconds / size
            return f"{number:.{max(0, 2 - len(str(int(number))) + 1)}f} {unit}"
    raise AssertionError

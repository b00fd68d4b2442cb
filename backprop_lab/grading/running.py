"""Where submissions are graded: one line hands tasks to any ``concurrent.futures.Executor``, a bounded number at a time.

A task is plain data, and so is what comes back. The next one is made when one is done: of a class of any size a few
are held in memory. What is done is yielded at once, so that who stops in the middle keeps it.

>>> with here(2) as place:
...     sorted(run(place, abs, [("a", -1), ("b", None), ("c", -3)]))
[('a', 1), ('b', None), ('c', 3)]
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

# Tasks in flight for each that can be worked on at the same time: nobody waits for the next one, and few are held.
AHEAD = 4
# How often a task is handed out again whose process died.
AGAIN = 3
LOOK_SECONDS = 5.0


class Stopped(Exception):
    """What was to carry the tasks out is gone; the message says what to do."""


class Lost(Exception):
    """Some tasks brought down every process that they were given to; ``keys`` are theirs. All others were done."""

    def __init__(self, keys: list[Any], message: str = "") -> None:
        super().__init__(message or f"{len(keys)} tasks were lost")
        self.keys = keys


@dataclass(frozen=True)
class Place:
    """An executor, and how it is dealt with.

    Parameters
    ----------
    executor : Executor
    at_once : int
        How many tasks may be in flight.
    died : tuple of exceptions
        What a task ends with whose process died: it is handed out again.
    look : callable
        Called when nothing came for a while; raises ``Stopped`` where nothing more will come.
    close : callable
        Lets go of it.
    """

    executor: Executor
    at_once: int
    died: tuple[type[BaseException], ...] = ()
    look: Callable[[], None] = lambda: None
    close: Callable[[], None] = lambda: None


def threads(jobs: int) -> Place:
    """This machine: the work is in the sandboxes, so that a thread for each is enough."""
    executor = ThreadPoolExecutor(jobs)
    return Place(executor, AHEAD * jobs, close=lambda: executor.shutdown(cancel_futures=True))


@contextlib.contextmanager
def here(jobs: int) -> Iterator[Place]:
    """``threads``, let go of at the end."""
    place = threads(jobs)
    try:
        yield place
    finally:
        place.close()


def run(place: Place, function: Callable[[Any], Any], tasks: Iterable[tuple[Any, Any]]) -> Iterator[tuple[Any, Any]]:
    """Call ``function(task)`` for each ``(key, task)``, and yield ``(key, result)`` in the order in which they are done.

    Where a task is None there is nothing to call, and the result is None.

    Raises
    ------
    Lost
        After all others are done, if some tasks' processes died each time.
    Stopped
        If the place is gone.
    """
    waiting: dict[Future, tuple[Any, Any, int]] = {}
    lost: list[Any] = []

    def submit(key: Any, task: Any, died: int = 0) -> None:
        waiting[place.executor.submit(function, task)] = key, task, died

    def some_done() -> Iterator[tuple[Any, Any]]:
        done, _ = wait(waiting, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
        if not done:
            place.look()
        # Those that went wrong come last, so that nothing that is done is dropped for them.
        for future in sorted(done, key=lambda one: one.cancelled() or one.exception() is not None):
            key, task, died = waiting.pop(future)
            try:
                result = future.result()
            except place.died:
                if died < AGAIN:
                    submit(key, task, died + 1)
                else:
                    lost.append(key)
                continue
            except CancelledError as error:
                place.look()
                raise Stopped("the work was taken back by what was to do it") from error
            yield key, result

    try:
        for key, task in tasks:
            if task is None:
                yield key, None
                continue
            while len(waiting) >= place.at_once:
                yield from some_done()
            submit(key, task)
        while waiting:
            yield from some_done()
    finally:
        for future in waiting:
            future.cancel()
    if lost:
        raise Lost(lost)

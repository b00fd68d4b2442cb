"""Where submissions are graded: one line hands tasks to any ``concurrent.futures.Executor``, a bounded number at a time.

A task is plain data, and so is what comes back. The next one is made when one is done: of a class of any size a few
are held in memory. What is done is yielded at once, so that who stops in the middle keeps it.

>>> with here(2) as place:
...     sorted(run(place, abs, [("a", -1), ("b", None), ("c", -3)]))
[('a', 1), ('b', None), ('c', 3)]
"""

import contextlib
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from dataclasses import dataclass
from threading import Thread
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


def processes(jobs: int) -> Place:
    """This machine. One job is a thread of this process; of several each is a process.

    The sandboxes are processes of their own anyway. But a third of the work is to ask and to compare, which is Python,
    and one process runs Python on one core.
    """
    if jobs == 1:
        thread = ThreadPoolExecutor(1)
        return Place(thread, AHEAD, close=lambda: thread.shutdown(cancel_futures=True))
    # Not forked from this process: it has threads, such as that of a progress bar.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["backprop_lab.grading.task"])
    folder = tempfile.TemporaryDirectory(prefix="backprop-lab-")
    executor = ProcessPoolExecutor(jobs, context, _as_part_of_the_grader, (folder.name,))

    def close() -> None:
        # Ended, else who stops a grading would wait for the submissions that are in their rooms.
        workers = [child for child in multiprocessing.active_children() if isinstance(child, context.Process)]
        executor.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join()
        folder.cleanup()

    return Place(executor, AHEAD * jobs, close=close)


def _as_part_of_the_grader(folder: str) -> None:
    """Make this process one that ends with the grader, however that ends, and leaves nothing behind."""
    tempfile.tempdir = folder
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Between two steps of Python: a result that is being handed over gets there whole.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    Thread(target=_end_after, args=(multiprocessing.parent_process(),), daemon=True).start()


def _end_after(grader: Any) -> None:
    grader.join()
    os._exit(1)


@contextlib.contextmanager
def here(jobs: int) -> Iterator[Place]:
    """``processes``, let go of at the end."""
    place = processes(jobs)
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
    except BrokenExecutor as error:
        raise Stopped("a process that grades was ended from outside, perhaps for want of memory") from error
    finally:
        for future in waiting:
            future.cancel()
    if lost:
        raise Lost(lost)

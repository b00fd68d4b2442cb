"""``check("e01", "dL_da")``: the notebook's own check, with the visible fixtures.

It looks the student's function up by name in the notebook, calls it on fixtures that are the same for everyone, and
says what is right, and of what is wrong which mistake it looks like. It earns no points: grading draws fresh inputs.
"""

import _thread
import contextlib
import difflib
import io
import linecache
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from types import CodeType, FunctionType, ModuleType
from typing import Any

from ..exercises import load, stored
from ..exercises.definition import Exercise
from ..exercises.layouts import copied
from ..exercises.steps import Program, Request, Step
from .callbacks import Callbacks
from .judge import judge, requests
from .report import Report
from .say import report
from .steps import run_step, task

SECONDS = 3.0
REFUSED = "not available in graded code: write it yourself"
# Besides Python and NumPy: what draws and shows, which graded code has as a stand-in that does nothing.
AVAILABLE = sys.stdlib_module_names | {"numpy", "matplotlib", "mpl_toolkits", "IPython", "ipywidgets", "__main__"}


def check(exercise: str, function: str | None = None, *, namespace: Mapping[str, Any] | None = None) -> Report:
    """Check one function of an exercise, or all of it.

    Parameters
    ----------
    exercise : str
        Its id, such as ``"e01"``.
    function : str, optional
        One of the functions that it asks for; all of them where none is named.
    namespace : mapping, optional
        Where to look the functions up; the caller's global names where it is not given.

    Returns
    -------
    Report
        Shown as a block of HTML in a notebook, as text elsewhere. Mistakes in the call are told in the report too.
    """
    if namespace is None:
        namespace = sys._getframe(1).f_globals
    try:
        definition = load(exercise)
        terms = definition.terms if function is None else definition.terms_of(function)
    except ValueError as error:
        return Report(f"Nothing was checked: {error}")
    borrowed = _borrowed(definition, namespace, function)
    if borrowed:
        return Report(f"Nothing was checked: your code uses {borrowed}, {REFUSED}.")
    fixtures = stored.visible(definition)
    # What a term's function may call is judged with it: a slip that is made there is not told here once more.
    called = {name for term in terms for name in term.called}
    judged = tuple(term for term in definition.terms if term in terms or term.name in called)
    answers = _answers(namespace, requests(definition, fixtures, judged))
    results = [r for r in judge(definition, fixtures, answers, judged) if r.term in terms]
    closing = _closing(definition, results, namespace)
    return report(definition, function or "all of it", results, closing, hidden=False)


def _closing(exercise: Exercise, results, namespace: Mapping[str, Any]) -> list[str]:
    """What ends the report: a misspelt name, the line that raised, and what is still to come."""
    closing = []
    for function in dict.fromkeys(r.term.function for r in results if r.outcome == "missing" and not r.detail):
        taken = {"check", *exercise.functions}
        own = [n for n, value in namespace.items() if callable(value) and n not in taken and not n.startswith("_")]
        near = difflib.get_close_matches(function, own, n=1, cutoff=0.7)
        if near:
            closing.append(f"There is a {near[0]}: did you mean it to be {function}?")
    raised = next((r for r in results if r.outcome == "raised" and r.source), None)
    if raised:
        closing.append(f"The line that raised: {raised.source}")
    hidden = len(exercise.variations)
    if all(r.outcome == "right" for r in results):
        closing.append(f"Visible checks passed; {hidden} hidden checks run at grading.")
    return closing


def _answers(namespace: Mapping[str, Any], asked: Sequence[Request]) -> list[dict[str, dict[str, Any]]]:
    """Carry the requests out here, stopping what does not come back and never calling it again.

    What goes in and what comes out is copied: the student's function may write into its arguments, now or later.
    """
    answers: list[dict[str, dict[str, Any]]] = []
    stuck: set[str] = set()
    for request in asked:
        given: dict[str, dict[str, Any]] = {}
        kept: dict[str, Any] = {}
        for step in request.steps:
            words, values = step.plain()
            if task(words) in stuck:
                given[step.label] = {"kind": "timed out"}
                continue
            callbacks = Callbacks(request.callbacks)
            try:
                with contextlib.redirect_stdout(io.StringIO()), time_limit(SECONDS):
                    answer = run_step(namespace, words, copied(values), kept, callbacks.function)
            except TimeoutError:
                stuck.add(task(words))
                answer = {"kind": "timed out"}
            if answer["kind"] == "value":
                answer["value"] = copied(answer["value"])
            given[step.label] = {**_with_source(answer, step), **callbacks.told()}
        answers.append(given)
    return answers


def _with_source(answer: dict[str, Any], step: Step) -> dict[str, Any]:
    if answer["kind"] == "raised" and isinstance(step, Program):
        answer["place"] = step.place(answer.get("at"))
    if answer["kind"] == "raised" and answer["line"]:
        answer["source"] = linecache.getline(answer["file"], answer["line"]).strip()
    return answer


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Stop what runs in the main thread after some seconds, on every system, with a TimeoutError.

    The way is that of Ctrl-C, so a real Ctrl-C in the meantime is passed on as what it is.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    fired = threading.Event()

    def stop() -> None:
        fired.set()
        _thread.interrupt_main()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    # A process that was started in the background may ignore Ctrl-C, and would ignore this interruption too.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer.start()
    try:
        yield
        timer.cancel()
        timer.join()
        if fired.is_set():
            time.sleep(0.2)  # the interruption is on its way: let it arrive here and not in the student's next cell
    except KeyboardInterrupt:
        if fired.is_set():
            raise TimeoutError(f"stopped after {seconds:g} s") from None
        raise
    finally:
        timer.cancel()
        if before is not None:
            signal.signal(signal.SIGINT, before)


def _borrowed(exercise: Exercise, namespace: Mapping[str, Any], function: str | None) -> str | None:
    """What the student's functions use that graded code cannot have, as text; None if all of it is there.

    The grader's sandbox holds Python and NumPy. What else is used is refused here in the same words, and nobody is
    surprised there.
    """
    todo = [function] if function else list(exercise.functions)
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        value = namespace.get(name)
        if name in seen:
            continue
        seen.add(name)
        for used in _names_in_all(value):
            package = used if used not in namespace and used == "backprop_lab" else _package(namespace.get(used))
            if package and package not in AVAILABLE and namespace.get(used) is not check:
                return f"backprop_lab's own {used}" if package == "backprop_lab" else f"{used} of {package}"
            todo.append(used)
    return None


def _names_in_all(value: Any) -> set[str]:
    """The names that a function uses, or the methods of a class; a class that comes from elsewhere is a name too."""
    if isinstance(value, FunctionType):
        return _names_in(value.__code__)
    if not isinstance(value, type):
        return set()
    own = [part.fget if isinstance(part, property) else part for part in vars(value).values()]
    return {value.__name__}.union(*(_names_in(part.__code__) for part in own if isinstance(part, FunctionType)))


def _package(thing: Any) -> str | None:
    """The package that a module, function or class comes from; None for what the notebook itself defines."""
    name = thing.__name__ if isinstance(thing, ModuleType) else getattr(thing, "__module__", None)
    return name.split(".")[0] if isinstance(name, str) else None


def _names_in(code: CodeType) -> set[str]:
    nested = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    return {part for name in code.co_names for part in name.split(".")}.union(*map(_names_in, nested))

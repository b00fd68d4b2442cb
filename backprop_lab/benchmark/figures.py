"""What a live figure costs the reader's browser while it is used: script a frame, the longest task, layout and paint.

Chromium runs with its processor slowed down four times, and its own trace is read. Each figure is used as a reader
would: every slider is moved by its arrow keys, every choice and list is gone through, what runs is left running.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from .. import figures

SLOWER = 4
SCRIPT_MS, TASK_MS = 8.0, 50.0  # what is asked: the median of a frame, and every task
PAGE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>A figure</title><main>{}</main></html>'
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync")
CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline", "toplevel"]
SCRIPT = {"FunctionCall", "EvaluateScript", "FireAnimationFrame", "TimerFire", "RunMicrotasks"}
LAYOUT = {"Layout", "UpdateLayoutTree", "PrePaint"}
PAINT = {"Paint", "Layerize", "Commit", "UpdateLayer"}
NAMES = tuple(name for name in figures.__all__ if name != "LiveFigure")


class NoBrowser(Exception):
    """There is nothing to measure with; the message says what to install."""


def measure(names: tuple[str, ...] = NAMES, width: int = 1280) -> dict[str, dict[str, float]]:
    """For each figure: frames, milliseconds of script (median, largest), of layout and paint, and its tasks."""
    found = {}
    with chromium() as browser:
        for name in names:
            page = browser.new_page(viewport={"width": width, "height": 1400})
            page.set_content(PAGE.format(getattr(figures, name)().html))
            page.wait_for_timeout(500)
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            browser.start_tracing(page=page, categories=CATEGORIES)
            _use(page)
            found[name] = read(json.loads(browser.stop_tracing())["traceEvents"])
            page.close()
    return found


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser, as Playwright gives it.

    Raises
    ------
    NoBrowser
        If Playwright or Chromium is missing.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise NoBrowser('no Playwright; run: pip install "backprop-lab[dev]"') from None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_program(), args=list(FLAGS))
        yield browser
        browser.close()


def browser_program() -> str:
    """Where Chromium is.

    Raises
    ------
    NoBrowser
        If there is none; the message says what to install.
    """
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise NoBrowser("no Chromium; run: sudo apt-get install chromium fonts-dejavu-core fonts-noto-core")
    return program


def _use(page: Any) -> None:
    live = page.locator(".live")

    def settle() -> None:
        page.wait_for_timeout(40)  # a script that waits for a frame would be measured too

    # By keys and at places, since what finds and clicks an element by its name is script in the page too.
    for slider in live.locator("input[type=range]").all():
        if slider.is_visible():
            slider.focus()
            settle()
            for key in ["ArrowRight"] * 8 + ["ArrowLeft"] * 8:
                page.keyboard.press(key)
                settle()
    for choice in live.locator(".choice label").all():
        if choice.is_visible():
            choice.scroll_into_view_if_needed()
            box = choice.bounding_box()
            settle()
            page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            settle()
    for menu in live.locator("select").all():
        if menu.is_visible():
            menu.focus()
            options = menu.locator("option").count()
            settle()
            for key in ["ArrowDown"] * options + ["ArrowUp"] * options:
                page.keyboard.press(key)
                settle()
    run = live.get_by_role("button", name="Run", exact=True)
    if run.count() and run.is_visible():
        run.click()
        page.wait_for_timeout(4000)


def read(events: list[dict[str, Any]]) -> dict[str, float]:
    """The figures of one trace: those of the thread that ran the page's scripts, in milliseconds.

    A frame is what lies between the beginnings of two of the page's frames. Counted are those in which the figure
    answered a control or went on by itself.
    """
    timed = [event for event in events if event.get("ph") == "X" and "dur" in event]
    threads = [(event["pid"], event["tid"]) for event in timed if event["name"] == "FunctionCall"]
    page = max(set(threads), key=threads.count)
    timed = sorted((e for e in timed if (e["pid"], e["tid"]) == page), key=lambda e: (e["ts"], -e["dur"]))
    starts = sorted(e["ts"] for e in events if e["name"] == "AnimationFrame" and e["ph"] == "b" and e["pid"] == page[0])
    answered = _by_frame((e for e in timed if _is_answer(e)), starts)
    script = _by_frame(_outermost(timed, SCRIPT), starts)
    frames = [sum(part) for part, used in zip(script, answered, strict=True) if used]
    tasks = [e["dur"] / 1e3 for e in timed if e["name"] == "RunTask"]
    return {
        "frames": len(frames),
        "script_median_ms": median(frames),
        "script_largest_ms": max(frames),
        "layout_median_ms": _median_of(timed, LAYOUT, starts),
        "paint_median_ms": _median_of(timed, PAINT, starts),
        "longest_task_ms": max(tasks),
        "long_tasks": sum(ms > TASK_MS for ms in tasks),
    }


def _median_of(timed: list[dict], names: set[str], starts: list[float]) -> float:
    return median([sum(part) for part in _by_frame(_outermost(timed, names), starts) if part] or [0.0])


def _is_answer(event: dict) -> bool:
    if event["name"] == "EventDispatch":
        return event["args"]["data"]["type"] in ("input", "change")
    return event["name"] == "FireAnimationFrame"


def _outermost(timed: list[dict], names: set[str]) -> Iterator[dict]:
    """The events of these names that lie in no other of them; the list is in the order of their beginnings."""
    end = 0.0
    for event in timed:
        if event["name"] in names and event["ts"] >= end:
            end = event["ts"] + event["dur"]
            yield event


def _by_frame(timed: Iterator[dict], starts: list[float]) -> list[list[float]]:
    """Milliseconds of the events between one frame's beginning and the next; what comes before the first is the first."""
    frames: list[list[float]] = [[] for _ in range(len(starts) + 1)]
    frame = 0
    for event in timed:
        while frame < len(starts) and event["ts"] >= starts[frame]:
            frame += 1
        frames[frame].append(event["dur"] / 1e3)
    return frames


def report(found: dict[str, dict[str, float]]) -> str:
    """A table, and which figures keep to what is asked.

    >>> print(report({"nudge": {"frames": 9, "script_median_ms": 2.0, "script_largest_ms": 6.0, "layout_median_ms": 1.0,
    ...     "paint_median_ms": 1.5, "longest_task_ms": 60.0, "long_tasks": 1}}).splitlines()[-1])
    script of at most 8 ms a frame at the median: all; no task over 50 ms: all but nudge
    """
    lines = [
        f"milliseconds, with the processor slowed down {SLOWER} times",
        f"{'figure':<10}{'frames':>8}{'script: median':>16}{'largest':>9}{'layout':>8}{'paint':>7}{'longest task':>14}{'over 50':>9}",
    ]
    for name, of in found.items():
        lines.append(
            f"{name:<10}{of['frames']:>8}{of['script_median_ms']:>16.1f}{of['script_largest_ms']:>9.1f}"
            f"{of['layout_median_ms']:>8.1f}{of['paint_median_ms']:>7.1f}{of['longest_task_ms']:>14.1f}{of['long_tasks']:>9}"
        )
    slow = _all_but([name for name, of in found.items() if of["script_median_ms"] > SCRIPT_MS])
    long = _all_but([name for name, of in found.items() if of["long_tasks"]])
    return "\n".join(
        [
            *lines,
            f"script of at most {SCRIPT_MS:g} ms a frame at the median: {slow}; no task over {TASK_MS:g} ms: {long}",
        ]
    )


def _all_but(names: list[str]) -> str:
    return f"all but {', '.join(names)}" if names else "all"

"""The controls of a panel, and the part that shows what they bring about. Here alone ipywidgets is imported."""

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets

from .panel import Frame, Live

# A description is a sentence's beginning and not cut off; the box breaks into two rows where a page is narrow.
_WIDE = {"width": "auto", "max_width": "420px"}
_DRAWN = {"width": "auto", "max_width": "440px"}
_STYLE = {"description_width": "10em"}


def slider(description: str, value: int, bounds: tuple[int, int]) -> Any:
    """Whole numbers. It answers when it is let go, so that one move is one run."""
    return ipywidgets.IntSlider(
        value, *bounds, description=description, continuous_update=False, layout=_WIDE, style=_STYLE
    )


def powers(description: str, value: float, bounds: tuple[float, float]) -> Any:
    """Numbers on a logarithmic scale, ten steps a decade."""
    from numpy import log10

    low, high = (float(round(log10(bound), 6)) for bound in bounds)
    return ipywidgets.FloatLogSlider(
        value, min=low, max=high, step=0.1, description=description, continuous_update=False, readout_format=".3g",
        layout=_WIDE, style=_STYLE,
    )  # fmt: skip


def choice(description: str, value: str, options: Sequence[str] | Mapping[str, str]) -> Any:
    """One of several names; a mapping leads from what is read to what is meant."""
    listed = list(options.items()) if isinstance(options, Mapping) else list(options)
    return ipywidgets.Dropdown(options=listed, value=value, description=description, layout=_WIDE, style=_STYLE)


def tick(description: str, value: bool) -> Any:
    """A box to tick."""
    return ipywidgets.Checkbox(value, description=description, indent=True, layout=_WIDE, style=_STYLE)


def button(description: str, tooltip: str, *, disabled: bool = False) -> Any:
    """A button; what it does stands on it, and the tooltip says it in a sentence."""
    return ipywidgets.Button(description=description, tooltip=tooltip, disabled=disabled, layout={"width": "6.5em"})


def row(*controls: Any) -> Any:
    """Controls beside one another."""
    return ipywidgets.HBox(list(controls), layout={"flex_flow": "row wrap"})


class Display:
    """The picture, a line that says what just happened, and the text; and whatever goes wrong, where it is seen."""

    def __init__(self, frame: Frame, said: str) -> None:
        self.picture, self.text = ipywidgets.HTML(layout=_DRAWN), ipywidgets.HTML(layout=_DRAWN)
        self.said = ipywidgets.HTML(layout=_WIDE)
        self.show(frame, said)

    def show(self, frame: Frame, said: str) -> None:
        """Put a frame in place of the last one."""
        self.picture.value, self.text.value = frame.image, frame.details
        self.say(said)

    def say(self, sentence: str) -> None:
        """The line that says what happened; a screen reader waits until its reader is done."""
        self.said.value = f'<p role="status" aria-live="polite" style="line-height:1.4">{html.escape(sentence)}</p>'

    def alarm(self, error: BaseException) -> None:
        """Show an error. A callback's own errors would end in a log that nobody opens."""
        named = f"{type(error).__name__}: {error}"
        self.said.value = f'<p role="alert" style="line-height:1.4"><b>Not done.</b> {html.escape(named)}</p>'

    def guarded(self, act: Callable[[Any], None]) -> Callable[[Any], None]:
        """The same callback, whose errors are shown in the panel."""

        def answer(event: Any) -> None:
            try:
                act(event)
            except KeyboardInterrupt:
                self.say("Interrupted. What was there before is still there.")
            except Exception as error:
                self.alarm(error)

        return answer

    def panel(self, controls: Mapping[str, Any], rows: Sequence[Any]) -> Live:
        """The whole panel: controls and the line on the left, the picture on the right, or below on a narrow page."""
        left = ipywidgets.VBox([*rows, self.said], layout={"flex": "1 1 300px", "max_width": "440px"})
        right = ipywidgets.VBox([self.picture, self.text], layout={"flex": "1 1 300px", "max_width": "460px"})
        box = ipywidgets.Box([left, right], layout={"display": "flex", "flex_flow": "row wrap", "width": "100%"})
        return Live(box, controls, self)

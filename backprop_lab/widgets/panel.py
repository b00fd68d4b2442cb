"""What a function of this room returns: a still with a trace, and the controls where a kernel can answer them."""

import html
import importlib.util
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..figures.live import data_address

NEEDS_KERNEL = "This panel needs a running kernel: open this chapter in JupyterLab, Binder or Colab."
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
# As wide as the picture is drawn: its text then has the size of the text around it.
_PICTURE = "display:block;width:100%;max-width:440px;height:auto;margin:0"


@dataclass(frozen=True)
class Frame:
    """What a panel shows at one moment.

    Parameters
    ----------
    svg : str
        The picture.
    alt : str
        What the picture shows: its numbers and its conclusion.
    text : str
        The same as text, line by line.
    """

    svg: str
    alt: str
    text: str

    @property
    def image(self) -> str:
        """The picture as an element of a page."""
        return f'<img alt="{html.escape(self.alt)}" src="{data_address(self.svg)}" style="{_PICTURE}">'

    @property
    def details(self) -> str:
        """The text, folded."""
        return (
            "<details><summary>The same as text</summary>\n"
            f'<pre style="white-space:pre-wrap">{html.escape(self.text)}</pre>\n</details>'
        )


@dataclass(frozen=True)
class Live:
    """The controls of a panel in a kernel: the box that holds all of it, and each control by name."""

    box: Any
    controls: Mapping[str, Any]
    display: Any


def kernel_is_running() -> bool:
    """True in a notebook; False in a script, in a test, and in IPython on a terminal.

    >>> kernel_is_running()
    False
    """
    ipython = sys.modules.get("IPython")  # whoever runs a kernel has imported it
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None


@dataclass(frozen=True, repr=False, eq=False)
class Panel:
    """A panel; the last line of a cell shows it.

    Parameters
    ----------
    frame : Frame
        The first one, which is the still.
    model : object
        Settings in, numbers and frames out. The controls drive it; it can be driven from Python as well.
    build : function
        ``build(model)`` makes the controls. It is called when they are first asked for.

    Example
    -------
    >>> panel = Panel(Frame("<svg/>", "an empty picture", "x = 1"), None, lambda model: None)
    >>> sorted(panel._repr_mimebundle_())
    ['text/html', 'text/plain']
    >>> panel
    This panel needs a running kernel: open this chapter in JupyterLab, Binder or Colab.
    x = 1
    """

    frame: Frame
    model: Any
    build: Callable[[Any], Live]

    @cached_property
    def live(self) -> Live:
        """The controls: one set of them, however often the panel is shown.

        Raises
        ------
        ImportError
            If ipywidgets is not installed; the message says how to install it.
        """
        if not _ipywidgets_is_there():
            raise ImportError('the controls need ipywidgets: pip install "backprop-lab[notebooks]"')
        return self.build(self.model)

    @property
    def trace(self) -> str:
        """The first frame as text."""
        return f"{NEEDS_KERNEL}\n{self.frame.text}"

    @property
    def html(self) -> str:
        """The still for a page: the picture, what it needs, and the trace."""
        return f"<div data-panel>\n{self.frame.image}\n<p>{NEEDS_KERNEL}</p>\n{self.frame.details}\n</div>\n"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """The still as text and as HTML, and the controls where a kernel can answer them."""
        bundle: dict[str, Any] = {"text/plain": self.trace, "text/html": self.html}
        if kernel_is_running() and _ipywidgets_is_there():
            bundle[WIDGET_VIEW] = self.live.box._repr_mimebundle_()[WIDGET_VIEW]
        return bundle

    def __repr__(self) -> str:
        return self.trace


def _ipywidgets_is_there() -> bool:
    try:
        return importlib.util.find_spec("ipywidgets") is not None
    except ValueError:  # a module that was put into sys.modules by hand has no spec
        return sys.modules.get("ipywidgets") is not None

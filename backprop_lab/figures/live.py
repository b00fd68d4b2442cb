"""A live figure: a still picture and a text trace that a script brings to life, all in one notebook output.

The still and the trace are in the page before any script runs, so they are what a browser without JavaScript, an
untrusted notebook, a preview or a print shows. The still is an ``<img>`` with an SVG data address and not inline
``<svg>``, which JupyterLab's sanitiser drops.
"""

import base64
import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

SHARED = ("core.js", "draw.js", "page.js", "element.js")

# Without a stylesheet of its own in the page: a style element would leak, and a sanitiser drops it.
_PICTURE = "display:block;width:100%;max-width:560px;height:auto;margin:0"


@cache
def script(name: str) -> str:
    """The text of one script of ``figures/js``: a classic script that may be run any number of times.

    >>> "backpropLab" in script("core.js")
    True
    """
    text = (resources.files(__package__) / "js" / name).read_text(encoding="utf-8")
    if "</script" in text.lower():
        raise ValueError(f"js/{name} holds '</script', which would end the inline script early; write '<\\/script'")
    return text


def data_address(svg: str) -> str:
    """An SVG as an address for ``<img src>``.

    >>> data_address("<svg/>")
    'data:image/svg+xml;base64,PHN2Zy8+'
    """
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode("utf-8")).decode("ascii")


@dataclass(frozen=True, repr=False)
class LiveFigure:
    """What a function of this package returns; the last line of a cell shows it.

    Parameters
    ----------
    element : str
        The custom element that brings it to life, such as ``"backprop-nudge"``.
    scripts : tuple of str
        Files of ``figures/js`` that define the element, after the shared ones.
    setting : mapping
        What the element starts from; JSON goes into ``data-setting``.
    svg : str
        The still picture.
    alt : str
        What the still shows: its numbers and its conclusion.
    trace : str
        The same as text, in fixed digits.

    Example
    -------
    >>> figure = LiveFigure("backprop-none", (), {"x": 1}, "<svg/>", "an empty picture", "x = 1")
    >>> sorted(figure._repr_mimebundle_())
    ['text/html', 'text/plain']
    >>> figure
    x = 1
    """

    element: str
    scripts: tuple[str, ...]
    setting: Mapping[str, object]
    svg: str
    alt: str
    trace: str

    @property
    def html(self) -> str:
        """The output for a page: still and trace inside the custom element, then the scripts."""
        setting = html.escape(json.dumps(dict(self.setting), ensure_ascii=False, sort_keys=True))
        scripts = "".join(f"<script>\n{script(name)}</script>\n" for name in (*SHARED, *self.scripts))
        return (
            f'<{self.element} data-setting="{setting}">\n'
            f'<img alt="{html.escape(self.alt)}" src="{data_address(self.svg)}" style="{_PICTURE}">\n'
            f'<details><summary>The same as text</summary>\n<pre style="white-space:pre-wrap">{html.escape(self.trace)}</pre>\n</details>\n'
            f"</{self.element}>\n{scripts}"
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Both forms. The page shows the HTML; a terminal and nbval take the text."""
        return {"text/plain": self.trace, "text/html": self.html}

    def __repr__(self) -> str:
        return self.trace

"""Sphinx extension: formulas are MathML, made from their TeX while the book is built.

Temml (``temml/``, one file from npm) does it, and V8 runs it (PyPI's mini-racer, so that no Node is needed). A formula
that Temml cannot read is a warning, which ends ``make book``. How a formula looks is in ``_static/formulas.css``; its
font is made in ``trimmed.py``. Why it is so: docs/decisions/0033-mathml-made-while-building.md.
"""

import atexit
import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from docutils import nodes
from py_mini_racer import JSEvalException, MiniRacer
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

TEMML = Path(__file__).with_name("temml") / "temml.min.js"
CLASSES = "math notranslate nohighlight"
LONG = 30  # letters
APPLIED = "\u2061"  # stands, unseen, between a function's name and what it is applied to
ROWS = ("mrow", "mtd", "mstyle")
ROOTS = ("msqrt", "mroot")
SCRIPTS = ("msub", "msup", "msubsup", "munder", "mover", "munderover")
logger = logging.getLogger(__name__)


class BadFormula(ValueError):
    """TeX that Temml cannot read; the message says where it stumbled."""


@cache
def _engine() -> MiniRacer:
    engine = MiniRacer()
    atexit.register(engine.close)  # left to the garbage collector, it may keep the process from ending
    engine.eval(TEMML.read_text("utf-8"))
    return engine


@cache
def mathml(tex: str, display: bool) -> str:
    r"""MathML of a formula, with its TeX as an annotation.

    Raises
    ------
    BadFormula
        If Temml cannot read it.

    Example
    -------
    ``mathml("a", display=False)`` is
    ``<math><semantics><mi>a</mi><annotation encoding="application/x-tex">a</annotation></semantics></math>``.
    """
    options = {"displayMode": display, "annotate": True, "throwOnError": True, "trust": False}
    try:
        made = _engine().call("temml.renderToString", tex, options)
    except JSEvalException as error:
        raise BadFormula(next((line for line in str(error).splitlines() if "Error" in line), str(error))) from None
    return _set_as_tex_does(made)


def _set_as_tex_does(made: str) -> str:
    """Small and tight where TeX sets small and tight, and MathML leaves room: in indices, and beside dots.

    And with room where TeX gives some: before the name of a function, and under a root.
    """
    root = ElementTree.fromstring(made)
    first = next((leaf for leaf in root[0][0].iter() if len(leaf) == 0), None)
    if first is not None and first.tag == "mo":  # nothing stands before it
        first.set("lspace", "0em")
    *_, name, last = [root, *root[0][0].iter()]
    if name.text == APPLIED and last.tag == "mspace":  # a name by itself, which is applied to nothing
        last.set("width", "0em")
    for element in list(root.iter()):
        if element.tag in ROWS:
            _room_before_names(element)
        if element.tag in ROOTS:
            _room_under(element)
    for operator in root.findall(".//mtable[@class='tml-jot']//mtd[@class='tml-left']/mrow/*[1]"):
        if operator.get("form") == "prefix" and operator.text in "+−±⋅":  # the second line of a sum, and no sign
            operator.set("form", "infix")
    for dots in [operator for operator in root.iter("mo") if operator.text in ("…", "⋯")]:
        dots.tag = "mi"
    for element in [element for element in root.iter() if element.tag in SCRIPTS]:
        for place, script in list(enumerate(element))[1:]:
            for operator in script.iter("mo"):
                if operator is not script and not operator.get("fence"):
                    operator.attrib = {"lspace": "0em", "rspace": "0em"} | operator.attrib
            if script.get("mathsize"):  # its size is one of the index, not of the line
                element[place] = ElementTree.Element("mrow")
                element[place].append(script)
    return ElementTree.tostring(root, "unicode")


def _room_before_names(row: ElementTree.Element) -> None:
    """A thin space in ``y_k ln a``: Temml puts it behind a letter or a number only."""
    for place, (before, name) in reversed(list(enumerate(pairwise(list(row)), start=1))):
        named = name.tag == "mrow" and len(name) > 1 and name[0].tag == "mi" and name[1].text == APPLIED
        if named and before.tag not in ("mo", "mspace") and "".join(before.itertext()):
            row.insert(place, ElementTree.Element("mspace", {"width": "0.1667em"}))


def _room_under(root: ElementTree.Element) -> None:
    """Make what stands under a root at least as high as the font's smallest sign for it.

    Chromium hangs the sign from the bar, so that over a small letter it would reach far below the line.
    """
    content = list(root) if root.tag == "msqrt" else [root[0]]
    for element in content:
        root.remove(element)
    row = ElementTree.Element("mrow")
    row.extend([ElementTree.Element("mspace", {"height": "0.7em", "depth": "0.18em"}), *content])
    root.insert(0, row)


def is_long(made: str) -> bool:
    """Whether a formula in a sentence may be wider than a phone, so that it needs a box that scrolls."""
    return len(re.sub(r"<annotation.*?</annotation>|<[^>]+>|&[#\w]+;", "", made)) > LONG


def lines(tex: str) -> str:
    r"""TeX of a block, as Sphinx reads it: ``\\`` begins a line, an empty line an equation of its own."""
    parts = [part.strip() for part in tex.split("\n\n") if part.strip()]
    parts = [rf"\begin{{split}}{part}\end{{split}}" if r"\\" in part else part for part in parts]
    return parts[0] if len(parts) == 1 else r"\begin{aligned}" + r"\\".join(parts) + r"\end{aligned}"


def _made(self: HTML5Translator, node: nodes.Element, tex: str, display: bool) -> str:
    try:
        return mathml(tex, display)
    except BadFormula as error:
        logger.warning("%s, in the formula %s", error, tex, location=node, type="mathml")
        return f"<code>{self.encode(tex)}</code>"


def inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula that stands in a sentence."""
    made = _made(self, node, node.astext().strip(), display=False)
    classes = f"{CLASSES} long" if is_long(made) else CLASSES
    self.body += [self.starttag(node, "span", "", CLASS=classes), made, "</span>"]
    raise nodes.SkipNode


def block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula that stands alone, its number first, as Sphinx does for MathJax."""
    self.body.append(self.starttag(node, "div", CLASS=CLASSES))
    if node["number"] and not node["nowrap"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    tex = node.astext().strip()
    made = _made(self, node, tex if node["nowrap"] else lines(tex), display=True)
    self.body += ['<div class="formula">', made, "</div></div>\n"]
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer; ``html_math_renderer: mathml`` chooses it."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

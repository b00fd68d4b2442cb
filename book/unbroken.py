"""Sphinx extension: no line ends between a formula and the bracket, comma or stop beside it, on a page or on paper."""

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

OPENING, CLOSING = re.compile(r"[(\[“‘]+$"), re.compile(r"[.,;:!?)\]”’…]+")


class Unbroken(SphinxPostTransform):
    """A browser may end the line on either side of a formula, which is to it what a picture is."""

    default_priority = 900

    def run(self, **kwargs: Any) -> None:
        """Put each formula that stands in a sentence into one span with the marks beside it."""
        for formula in list(self.document.findall(nodes.math)):
            parent, at = formula.parent, formula.parent.index(formula)
            before, after = (parent[k] if 0 <= k < len(parent) else None for k in (at - 1, at + 1))
            opening = OPENING.search(before) if isinstance(before, nodes.Text) else None
            closing = CLOSING.match(after) if isinstance(after, nodes.Text) else None
            if not opening and not closing:
                continue
            whole = nodes.inline(classes=["unbroken"])
            parent[at] = whole
            whole += [nodes.Text(opening[0])] if opening else []
            whole += formula
            if closing:
                whole += nodes.Text(closing[0])
                parent[at + 1] = nodes.Text(after[closing.end() :])
            if opening:
                parent[at - 1] = nodes.Text(before[: opening.start()])


def setup(app: Sphinx) -> dict[str, Any]:
    """Change the text before it is written."""
    app.add_post_transform(Unbroken)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

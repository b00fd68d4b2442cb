"""A Sphinx extension: an equation that a page names in code font gets its number, and a link to where it stands.

Jupyter does not number equations, so a notebook names one of another page by its label, `eq-dW`, which stands behind
the formula there. On the site the label is not shown, and the number is: so here the name becomes "(6.7)".
"""

import re

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx

LABEL = re.compile(r"eq-[\w-]+")


def number_equations(app: Sphinx, doctree: nodes.document) -> None:
    """Ask Sphinx for the number of each equation that is named; what is no equation stays as it is."""
    for name in list(doctree.findall(nodes.literal)):
        label = name.astext()
        if LABEL.fullmatch(label) and not isinstance(name.parent, nodes.reference):
            asked = pending_xref(refdomain="math", reftype="eq", reftarget=label, refdoc=app.env.docname)
            name.replace_self(asked)
            asked += name


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("doctree-read", number_equations)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""Live figures: each computes in the reader's browser, and is a still picture with a text trace everywhere else.

Each function returns an object that a notebook shows; called with nothing it draws a good example. To add a figure,
write ``js/NAME.js`` (the custom element ``backprop-NAME`` over ``js/core.js``, ``js/page.js`` and ``js/element.js``; the last
one says what to define), ``NAME.py`` (the still, the trace, the function, its settings checked by ``settings``), and here
its import and its name in ``__all__``. On a page the figure begins with a ``p`` of class ``title``; ``start`` gives
``this.live`` an ``aria-label``; a slider or a choice moves it; what it draws is put into a node by ``draw.into``, and last
comes a ``pre`` with the trace, letter for letter, written in ``this.later``. Numbers are written by ``plain`` and ``show``,
which a script calls ``format`` and ``show``. The still fits a phone: a ``drawing.document`` about as high as it is wide,
whose alternative says in a sentence or two what can be seen. Its own tests are ``test_NAME.py`` in ``tests/figures`` and
``tests/book``.

>>> print(nudge().trace.splitlines()[0])
One neuron: activation sigmoid, loss squared_error
"""

from .broadcast import broadcast
from .bugs import bugs
from .chain import chain
from .converter import converter
from .cost import cost
from .descent import descent
from .epsilon import epsilon
from .flow import flow
from .forks import forks
from .graph import graph
from .live import LiveFigure
from .nudge import nudge
from .saturation import saturation
from .shapes import shapes
from .train import train

__all__ = [
    "LiveFigure", "broadcast", "bugs", "chain", "converter", "cost", "descent", "epsilon", "flow", "forks", "graph",
    "nudge", "saturation", "shapes", "train",
]  # fmt: skip

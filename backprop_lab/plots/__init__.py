"""Still figures: each takes models or arrays, draws them with Matplotlib and returns its axes.

Every figure is drawn on white, so that it reads on a light and on a dark page alike, and tells nothing by colour
alone: what a colour says, a line style, a marker or a label says too. To add one, write a function that draws on the
axes of ``style.figure(height)`` and returns them, and name it here. The notebook that shows it gives the text alternative, in the metadata of its cell.
"""

from .diamonds import diamond
from .downhill import dead_ends, loss_map
from .layer_by_layer import sizes_by_layer
from .learning import loss_curves, pictures
from .losses_outputs import confident_and_wrong
from .notations import notations
from .numerical_gradients import secants
from .one_neuron import activation_curves, chain, loss_tangent
from .questions import questions
from .rows_and_columns import rows_and_columns
from .two_in_a_row import two_in_a_row
from .two_paths import fork, two_nudges
from .why_fast import seconds_of_a_gradient

__all__ = [
    "activation_curves", "chain", "confident_and_wrong", "dead_ends", "diamond", "fork", "loss_curves", "loss_map",
    "loss_tangent", "notations", "pictures", "questions", "rows_and_columns", "secants", "seconds_of_a_gradient", "sizes_by_layer", "two_in_a_row",
    "two_nudges",
]  # fmt: skip

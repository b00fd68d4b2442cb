"""Still figures: each takes models or arrays, draws them with Matplotlib and returns its axes.

Every figure is drawn on white, so that it reads on a light and on a dark page alike, and tells nothing by colour
alone: what a colour says, a line style, a marker or a label says too. To add one, write a function that returns its
axes and name it here. The notebook that shows it gives the text alternative, in the metadata of its cell.
"""

from .downhill import dead_ends, loss_map
from .numerical_gradients import secants
from .one_neuron import activation_curves, chain, loss_tangent
from .rows_and_columns import rows_and_columns
from .two_in_a_row import two_in_a_row
from .two_paths import fork, two_nudges

__all__ = [
    "activation_curves", "chain", "dead_ends", "fork", "loss_map", "loss_tangent", "rows_and_columns", "secants",
    "two_in_a_row", "two_nudges",
]  # fmt: skip

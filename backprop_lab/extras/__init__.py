"""Checks of the extra notebooks, which have no points: they print what holds and what does not, and one thing to try.

Each module belongs to one notebook, ``exercises/extra_NAME.ipynb``: ``vanishing`` (tuning vanishing gradients), ``l2``
(L2 regularisation) and ``row_convention`` (the backward pass for examples in rows). Nothing here is used in grading.
"""

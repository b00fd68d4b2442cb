"""Checks of the extra notebooks, which have no points: they print what holds and what does not, and one thing to try.

Each notebook, ``exercises/extra_NAME.ipynb``, has a module of checks: ``vanishing`` (tuning vanishing gradients, with the
nets of ``deep_nets``), ``l2`` (L2 regularisation) and ``row_convention`` (the backward pass for examples in rows).
Nothing here is used in grading.
"""

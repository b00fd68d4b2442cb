"""pytest --nbval compares the text of stored outputs here, not their HTML or images."""

from backprop_lab.checking.nbval_text import pytest_collectstart  # noqa: F401

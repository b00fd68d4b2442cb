"""Panels: questions that a reader puts to the library itself, with sliders and buttons, where a kernel runs.

Each function returns a ``Panel``: controls in JupyterLab, Binder and Colab, and everywhere else a still picture with a
text trace of its first frame. Called with nothing it brings a good example. Nothing in the library imports this room,
and it imports ipywidgets only when there are controls to make. To add a panel, write ``NAME_model.py`` (settings in,
numbers and a ``Frame`` out, no controls), ``NAME.py`` (the function and its controls) and one line here.

>>> print(break_backward().trace.splitlines()[0])
This panel needs a running kernel: open this chapter in JupyterLab, Binder or Colab.
"""

from .break_backward import break_backward
from .compare_optimisers import compare_optimisers
from .panel import Panel
from .train import train

__all__ = ["Panel", "break_backward", "compare_optimisers", "train"]

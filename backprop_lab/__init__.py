"""backprop_lab: the library behind the book, from one neuron to graded exercises."""

__version__ = "0.1.0"

"""What a submission finds under the name ``backprop_lab`` in the sandbox: a check that does nothing."""

__version__ = "0"


def check(*args, **kwargs):
    """Do nothing: the grader checks."""


def __getattr__(name):
    raise ImportError(f"backprop_lab.{name}: not available in graded code: write it yourself")

"""What nbval compares of a stored output: its text.

A figure and a check are also stored or shown as HTML or as an image, and both change with every script, style and
font that draws them. What they say is in ``text/plain``, which is compared. A ``conftest.py`` beside the notebooks
imports the hook from here.
"""

from typing import Any


def pytest_collectstart(collector: Any) -> None:
    """Take HTML and images out of what nbval compares."""
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += ("text/html", "image/svg+xml", "image/png")

"""What nbval compares of a stored output: its text.

A figure is also stored as HTML and as an image, and both change with every script, style and font that draws them.
What they say is in `text/plain`, which is compared; how they look is for the tests in a browser.
"""


def pytest_collectstart(collector) -> None:
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += ("text/html", "image/svg+xml", "image/png")

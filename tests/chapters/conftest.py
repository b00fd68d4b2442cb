import matplotlib
import pytest


@pytest.fixture(autouse=True)
def _no_window():
    """What a chapter draws opens no window, and does not stay."""
    from matplotlib import pyplot

    before = matplotlib.get_backend()
    matplotlib.use("agg")
    yield
    pyplot.close("all")
    matplotlib.use(before)

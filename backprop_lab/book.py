"""Where the published book is. The one place that knows its address."""

ADDRESS = "https://backprop-lab.github.io/backprop-lab"


def link(chapter: str, equation: str) -> str:
    """Address of an equation in a chapter.

    >>> link("02_one_neuron", "eq-three-factors")
    'https://backprop-lab.github.io/backprop-lab/chapters/02_one_neuron.html#equation-eq-three-factors'
    """
    return f"{ADDRESS}/chapters/{chapter}.html#equation-{equation}"

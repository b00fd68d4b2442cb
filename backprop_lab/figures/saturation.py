"""The "saturation" figure of chapter "Losses and outputs": a sigmoid output under two losses.

The error signal is δ = ∂L/∂a · σ'(z) (eq-output-delta). Where the neuron is sure, σ'(z) is nearly 0 and takes the
squared error's δ with it. Cross-entropy's ∂L/∂a grows exactly as σ'(z) shrinks, and what is left is
δ = a − y (eq-bce-logits-delta).
"""

from .live import LiveFigure
from .saturation_reading import LARGEST, MOST_STEPS, RATES, Reading
from .saturation_still import still
from .saturation_words import alt, trace
from .settings import number, whole


def saturation(z: float = -4.0, y: float = 1.0, *, learning_rate: float = 0.5, steps: int = 40) -> LiveFigure:
    """A sigmoid output neuron at one z: its two factors, its δ and its first steps, under two losses side by side.

    Parameters
    ----------
    z : float
        The pre-activation, −40 to 40. The neuron has the input x = 1, and starts at w = z, b = 0.
    y : float
        The target, 0 to 1; between the two it is a soft label.
    learning_rate : float
        η of gradient descent on w and b, 0.01 to 4. Above 4 a step of cross-entropy could jump over the target and
        land farther off.
    steps : int
        How many are taken, 0 to 200.

    Returns
    -------
    LiveFigure
        Shown as a live figure on a page, as the trace elsewhere.

    Raises
    ------
    TypeError
        If z, y or learning_rate is no number, or steps no whole number.
    ValueError
        If one of them is out of its range.

    Examples
    --------
    >>> figure = saturation(z=-4.0, y=1.0)
    >>> print("\\n".join(line for line in figure.trace.splitlines() if "(eq-" in line))
      δ = ∂L/∂a · σ'(z) = -0.017345 (eq-output-delta)
      δ = ∂L/∂a · σ'(z) = a − y = -0.982014 (eq-bce-logits-delta)
    """
    reading = Reading(
        number("saturation", "z", z, (-LARGEST, LARGEST)),
        number("saturation", "y", y, (0.0, 1.0)),
        number("saturation", "learning_rate", learning_rate, RATES),
        whole("saturation", "steps", steps, (0, MOST_STEPS)),
    )
    setting = {"z": reading.z, "y": reading.y, "learning_rate": reading.learning_rate, "steps": reading.steps}
    return LiveFigure(
        "backprop-saturation",
        ("predict.js", "saturation_numbers.js", "saturation.js"),
        setting,
        still(reading),
        alt(reading),
        trace(reading),
    )

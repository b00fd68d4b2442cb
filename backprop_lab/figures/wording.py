"""How the figures write numbers, the same in Python and in the browser (``format`` and ``show`` in js/).

A trace uses ``plain`` (six digits, a hyphen for minus, so that it can be copied into code); a picture uses ``show``.
"""

import math

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def raised(number: int) -> str:
    """A whole number as a superscript.

    >>> raised(-12)
    '⁻¹²'
    """
    return str(number).translate(_RAISED)


def lowered(number: int) -> str:
    """A whole number as a subscript.

    >>> lowered(21)
    '₂₁'
    """
    return str(number).translate(_LOWERED)


def of_layer(l: int) -> str:
    """The number of a layer behind its symbol.

    >>> f"W{of_layer(2)}"
    'W⁽²⁾'
    """
    return f"⁽{raised(l)}⁾"


def ten_to(power: int) -> str:
    """A power of ten as the mark of an axis.

    >>> ten_to(0), ten_to(1), ten_to(-4)
    ('1', '10', '10⁻⁴')
    """
    return "1" if power == 0 else "10" if power == 1 else f"10{raised(power)}"


def plain(value: float, digits: int = 6) -> str:
    """A number in so many significant digits, never as a negative zero.

    >>> plain(-0.13981071), plain(-0.0), plain(2.0), plain(float("inf")), plain(4.2483542e-18, 3)
    ('-0.139811', '0', '2', '∞', '4.25e-18')
    """
    if math.isnan(value):
        return "undefined"
    if math.isinf(value):
        return "-∞" if value < 0 else "∞"
    return "0" if value == 0 else f"{value:.{digits}g}"


def show(value: float, digits: int = 4) -> str:
    """The same as a printed page writes it.

    >>> show(-0.13981071), show(-4.2483542e-18), show(1e-10)
    ('−0.1398', '−4.248·10⁻¹⁸', '10⁻¹⁰')
    """
    if math.isnan(value):
        return plain(value)  # the one word here with an e that is no power of ten
    mantissa, _, power = plain(value, digits).partition("e")
    mantissa = mantissa.replace("-", "−")
    if not power:
        return mantissa
    return ("" if mantissa == "1" else f"{mantissa}·") + f"10{raised(int(power))}"

"""What the cost figure reads: the counts of ``backprop_lab.cost`` for a network given by its sliders.

Counts are whole numbers of any length, and are written without a float on the way, so that Python and
``js/cost_numbers.js`` round alike.
"""

from dataclasses import dataclass, replace

from .. import cost as counts
from ..layers import count as parameters
from .wording import ten_to

SCHEMES = ("central", "forward")
AGAINST = ("depth", "width")
LARGEST = {"depth": 20, "width": 64, "inputs": 1000, "outputs": 1000, "batch": 10_000}
WAYS = ("forward", "backward", "path", "differences")
EXACT_BELOW = 10**9


@dataclass(frozen=True)
class Reading:
    """A network of ``depth`` layers, its hidden ones ``width`` wide, and ``batch`` examples."""

    depth: int
    width: int
    inputs: int
    outputs: int
    batch: int
    scheme: str = "central"
    biases: bool = False

    @property
    def sizes(self) -> tuple[int, ...]:
        return (self.inputs, *[self.width] * (self.depth - 1), self.outputs)

    @property
    def parameters(self) -> int:
        return parameters(self.sizes)

    @property
    def costs(self) -> dict[str, counts.Cost]:
        """Keyed by the four ways."""
        sizes, m = self.sizes, self.batch
        return {
            "forward": counts.forward(sizes, m),
            "backward": counts.backward(sizes, m),
            "path": counts.path_sums(sizes, m, biases=self.biases),
            "differences": counts.finite_differences(sizes, m, self.scheme),
        }

    def multiplications(self, way: str) -> int:
        return self.costs[way].multiplications

    @property
    def paths(self) -> dict[int, int]:
        """From one parameter of layer l to the loss."""
        return counts.paths(self.sizes)

    def at(self, name: str, value: int) -> "Reading":
        """The same with another depth or width."""
        return replace(self, **{name: value})

    @property
    def deeper(self) -> "Reading":
        """One hidden layer more."""
        return self.at("depth", self.depth + 1)

    @property
    def overtaken(self) -> int | None:
        """The depth from which on the path sum costs more than the differences; None where it does not up to 20."""
        dearer = [
            r.multiplications("path") > r.multiplications("differences")
            for r in (self.at("depth", depth) for depth in range(1, LARGEST["depth"] + 1))
        ]
        if not dearer[-1]:
            return None
        return max((depth for depth, more in enumerate(dearer, 1) if not more), default=0) + 1


def times(above: int, below: int, digits: int = 3) -> str:
    """How many times a whole number is in another, in so many digits, half rounded up; powers of ten from 10⁴ on.

    >>> times(69510, 530), times(5, 4, 2), times(10**38 + 1, 3), times(99996, 10)
    ('131', '1.3', '3.33·10³⁷', '10⁴')
    """
    power = len(str(above)) - len(str(below))
    if above * 10 ** max(0, -power) < below * 10 ** max(0, power):
        power -= 1
    shift = digits - 1 - power
    above, below = above * 10 ** max(0, shift), below * 10 ** max(0, -shift)
    mantissa = (2 * above + below) // (2 * below)
    if mantissa == 10**digits:
        mantissa, power = mantissa // 10, power + 1
    figures = str(mantissa)
    if -3 <= power < 4:
        return _pointed(figures, power)
    mantissa = _pointed(figures, 0)
    return ("" if mantissa == "1" else f"{mantissa}·") + ten_to(power)


def _pointed(figures: str, power: int) -> str:
    """Digits with the point after so many places, and no zeros at the end behind it."""
    if power < 0:
        return f"0.{'0' * (-power - 1)}{figures}".rstrip("0")
    whole, rest = figures[: power + 1].ljust(power + 1, "0"), figures[power + 1 :].rstrip("0")
    return f"{int(whole):,}" + (f".{rest}" if rest else "")


def told(count: int) -> str:
    """A count: exact up to 10⁹, in four digits and a power of ten from there on.

    >>> told(69510), told(12345678901)
    ('69,510', '1.235·10¹⁰')
    """
    return f"{count:,}" if count < EXACT_BELOW else times(count, 1, 4)

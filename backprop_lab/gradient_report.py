"""What a gradient check says: how far two gradients are apart, where, and whether a kink or rounding explains it."""

from dataclasses import dataclass

import numpy as np

# The largest relative error to accept, by scheme and by the precision of the forward pass.
TOLERANCE = {
    ("central", "float64"): 1e-7,
    ("central", "float32"): 1e-2,
    ("forward", "float64"): 1e-6,
    ("forward", "float32"): 1e-2,
    ("complex", "float64"): 1e-10,
    ("complex", "float32"): 1e-4,
}


def relative_error(g: np.ndarray, reference: np.ndarray) -> float:
    """max|g − r| / max|r|: how far the worst entry is off, in units of the largest entry of the reference.

    Entry by entry a relative error means little: where the true entry is 0 any error is infinite. Two arrays of
    zeros agree: their error is 0.

    Raises
    ------
    ValueError
        If the shapes differ.

    >>> relative_error(np.array([1.0, 0.0]), np.array([1.0, 1e-9])) < 1e-8
    True
    >>> relative_error(np.zeros(3), np.zeros(3))
    0.0
    """
    g, reference = np.asarray(g, dtype=float), np.asarray(reference, dtype=float)
    if g.shape != reference.shape:
        raise ValueError(f"g has shape {g.shape}, expected {reference.shape}, the shape of the reference")
    difference, scale = np.max(np.abs(g - reference), initial=0.0), np.max(np.abs(reference), initial=0.0)
    if difference == 0:
        return 0.0
    return float(difference / scale) if scale > 0 else float("inf")


@dataclass(frozen=True)
class Kink:
    """An entry whose nudge carries a pre-activation over the kink of its activation.

    Parameters
    ----------
    entry : str
        Such as ``"b[1][2, 0]"``.
    unit : str
        The pre-activation, such as ``"z[1][2, 4] = 3e-07"``, and how many more there are.
    across, beside : float
        The slope of the difference, which is taken across the kink; and of the complex step, which moves nothing along
        the real axis and so stays on the side where θ is.
    """

    entry: str
    unit: str
    across: float
    beside: float


@dataclass(frozen=True)
class Row:
    """One parameter: its worst entry, and what may explain it.

    Parameters
    ----------
    name : str
    error : float
        ``relative_error`` of the whole parameter.
    worst : tuple of int
        The index of the worst entry; () for a single number.
    got, numerical : float
        The gradient on trial and the numerical one, there.
    size, off : int
        How many entries the parameter has, and how many of them are off by more than the tolerance.
    rounding : float
        How far apart rounding alone may bring the two, in the unit of the gradient.
    kinks : tuple of Kink
        Entries for which the difference is not to be trusted; they were judged by the complex step.
    settled : bool
        True if the complex step judged all of it, since rounding hid it from the differences.
    """

    name: str
    error: float
    worst: tuple[int, ...]
    got: float
    numerical: float
    size: int = 1
    off: int = 1
    rounding: float = 0.0
    kinks: tuple[Kink, ...] = ()
    settled: bool = False

    @property
    def where(self) -> str:
        """The worst entry by name, such as ``W[2][3, 1]``."""
        return entry_name(self.name, self.worst)

    @property
    def lost_in_rounding(self) -> bool:
        """True if rounding alone could have made the gap: it speaks neither for the gradient nor against it."""
        return abs(self.got - self.numerical) <= self.rounding

    @classmethod
    def of(
        cls,
        name: str,
        got: np.ndarray,
        numerical: np.ndarray,
        tolerance: float,
        rounding: float = 0.0,
        kinks: tuple[Kink, ...] = (),
    ) -> "Row":
        """Compare the gradient of one parameter, of any shape, with the numerical one of the same shape."""
        gap = np.abs(got - numerical)
        gap = np.where(np.isnan(gap), np.inf, gap)
        worst = tuple(int(i) for i in np.unravel_index(int(np.argmax(gap)), gap.shape))
        off = int((gap > max(tolerance * np.max(np.abs(numerical)), rounding)).sum())
        error = relative_error(got, numerical)
        return cls(name, error, worst, float(got[worst]), float(numerical[worst]), gap.size, off, rounding, kinks)


@dataclass(frozen=True)
class Report:
    """What a gradient check found: one line for each parameter, and the worst entry of each."""

    rows: tuple[Row, ...]
    tolerance: float
    epsilon: float
    scheme: str
    note: str = ""

    @property
    def passed(self) -> bool:
        """True if every error is a number within the tolerance."""
        return all(row.error <= self.tolerance for row in self.rows)

    @property
    def wrong(self) -> tuple[str, ...]:
        """The worst entry of every parameter that is wrong beyond rounding, by name."""
        return tuple(row.where for row in self.rows if not row.error <= self.tolerance and not row.lost_in_rounding)

    def __str__(self) -> str:
        lines = [f"{self.scheme} differences, ε = {self.epsilon:.0e}, tolerance {self.tolerance:.0e}"]
        for row in self.rows:
            judge = " (by the complex step: rounding hides it from these differences)" if row.settled else ""
            numbers = f"got {row.got:.6g}, numerically {row.numerical:.6g}{judge}"
            if row.error <= self.tolerance:
                lines.append(f"✓ {row.name}: agrees{judge}")
            elif row.lost_in_rounding:
                lines.append(
                    f"? {row.name}: undecided; at {row.where}: {numbers},\n    a gap that rounding alone can make "
                    f"(up to {row.rounding:.0e}); use scheme='complex'"
                )
            else:
                many = f"; {row.off} of {row.size} entries are off" if row.size > 1 else ""
                lines.append(f"✗ {row.name}: relative error {row.error:.1e}{many}")
                lines.append(f"    {'worst ' if row.size > 1 else ''}at {row.where}: {numbers}")
            lines += [
                f"≈ {kink.entry}: a kink, not a mistake: the nudge carries {kink.unit} over 0;\n"
                f"    across it the slope is {kink.across:.6g}, on this side of it {kink.beside:.6g}"
                for kink in row.kinks
            ]
        return "\n".join([*lines, self.note] if self.note else lines)


def entry_name(name: str, index: tuple[int, ...]) -> str:
    """``W[2]`` and (3, 1) give ``W[2][3, 1]``; a single number keeps its name.

    >>> entry_name("W[2]", (3, 1)), entry_name("w", ())
    ('W[2][3, 1]', 'w')
    """
    return f"{name}[{', '.join(map(str, index))}]" if index else name

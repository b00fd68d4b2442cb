"""What the epsilon figure says in words: the reading at one ε, the alt text and the trace.

``js/epsilon_numbers.js`` says the same sentences; a browser test compares the traces character by character. What is
printed stops a digit short of what rounding may have done, so that no machine's last bit shows.
"""

import math
from collections.abc import Callable

from .epsilon_reading import DIGITS, Reading
from .reading import Difference
from .wording import plain, show

TRACED = (1.0, 0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-8, 1e-10, 1e-12, 1e-14, 1e-16)
RULES = {"central": "∛u", "forward": "√u", "complex": "u²"}


def measured(d: Difference, write: Callable[[float, int], str] = plain) -> str:
    """A difference in those digits that are no rounding, six at the most; a dash where there are none."""
    return write(d.value, max(1, min(6, d.digits_left - 1))) if d.digits_left else "–"


def agreement(exact: float, d: Difference) -> str:
    """In how many digits a difference agrees: its relative error is below 10 to minus so many, as far as rounding lets."""
    if math.isfinite(d.value) and not d.digits_left:
        return "lost in rounding"
    gap, scale = abs(d.value - exact), max(abs(exact), abs(d.value))
    digits = d.digits_left if gap == 0 else max(0, min(d.digits_left, math.floor(-math.log10(gap / scale))))
    if digits == 0:
        return "no digit agrees"
    return "1 digit agrees" if digits == 1 else f"{digits}{'+' if digits >= 12 else ''} digits agree"


def told(r: Reading, scheme: str, epsilon: float, write: Callable[[float, int], str] = show) -> list[str]:
    """The reading at one ε: what rounding leaves of it, and which of the two errors dominates."""
    if r.vanishes(scheme, epsilon):
        return [
            f"In {r.dtype}, x + ε rounds to x: the nudge vanishes, and there is no slope to read.",
            "A larger ε is needed.",
        ]
    cut, lost = r.truncation(scheme, epsilon), r.rounding(scheme, epsilon)
    if scheme == "complex":
        head = "The complex step takes no difference, so no digits cancel: only truncation is left of the two errors."
        if r.function.kink is not None:
            return [head, "It sees one side of the kink only."]
        if cut == 0:
            return [head, "Here f‴ = 0, so truncation is 0 as well."]
        small = cut <= r.u * abs(r.exact)
        return [
            head,
            "Truncation is below the last digit: ε is small enough, and may be as small as one likes."
            if small
            else f"Truncation is about {write(cut, 2)}: a smaller ε is better here.",
        ]
    head = f"The two values of f agree in about {r.shared(scheme, epsilon)} of {DIGITS[r.dtype]} digits."
    if r.crosses(scheme, epsilon):
        return [
            head,
            f"The nudge reaches the kink at x = {write(r.function.kink, 6)}: the two lines do not hold, and a smaller ε is needed.",
        ]
    sizes = f"Truncation is {f'about {write(cut, 2)}' if cut else '0'}, rounding about {write(lost, 2)}."
    if cut == lost:
        return [head, sizes, "They are alike."]
    if cut > lost:
        return [head, sizes, "Truncation dominates: a smaller ε is better here."]
    return [head, sizes, "Rounding dominates: a larger ε is better here."]


def best(r: Reading, scheme: str, write: Callable[[float, int], str] = plain) -> str:
    """The rule of thumb, and where the two lines of this function cross."""
    rule = f"{scheme}: {RULES[scheme]} = {write(r.best(scheme), 2)}"
    if scheme == "complex":
        return f"{rule}, as small as one likes"
    crossing = r.crossing(scheme)
    if math.isnan(crossing):
        return f"{rule}; the two lines do not cross here"
    return f"{rule}; the two lines cross at ε = {write(crossing, 2)}"


def alt(r: Reading, scheme: str, epsilon: float) -> str:
    """What the still shows, for who does not see it."""
    f, slope, _, _ = r.known
    d = r.difference(scheme, epsilon)
    read = "" if r.vanishes(scheme, epsilon) else f" {measured(d, show)}, {agreement(r.exact, d)}."
    return (
        f"Errors of three differences of f(x) = {r.function.formula} at x = {show(r.x, 6)} against ε, in {r.dtype}, both "
        f"axes logarithmic. f(x) = {show(f)}, f′(x) = {show(slope)}. From ε = 1 down, the forward difference's error falls "
        "with ε and the central one's with ε², until rounding, u |f| / ε, lifts them again; the complex step's stays low. "
        f"Best ε by the rule of thumb: {'; '.join(f'{s} {RULES[s]} = {show(r.best(s), 2)}' for s in ('forward', 'central'))}. "
        f"Read at ε = {show(epsilon)}, {scheme}:{read} {' '.join(told(r, scheme, epsilon))}"
    )


def trace(r: Reading, scheme: str, epsilon: float) -> str:
    """The whole figure as text: three differences at twelve ε, the best ε, and the reading."""
    f, slope, second, third = r.known
    lines = [
        f"Differences of f(x) = {r.function.formula} at x = {plain(r.x)}, in {r.dtype} (u = {plain(r.u, 3)})",
        f"f = {plain(f)}, f′ = {plain(slope)}, f″ = {plain(second)}, f‴ = {plain(third)}",
    ]
    for each in ("forward", "central", "complex"):
        lines += ["", f"{each.capitalize()} difference" if each != "complex" else "Complex step"]
        for e in TRACED:
            d = r.difference(each, e)
            said = "x + ε rounds to x" if r.vanishes(each, e) else f"{measured(d)} ({agreement(slope, d)})"
            lines.append(f"  ε = {e:g}: {said}")
    lines += ["", "Best ε", *(f"  {best(r, each)}" for each in ("forward", "central", "complex"))]
    lines += ["", f"Read at ε = {plain(epsilon)}, {scheme}", *told(r, scheme, epsilon, plain)]
    return "\n".join(lines)

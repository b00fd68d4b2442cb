"""The still of the saturation figure: four charts, the two products on one scale, and the conclusion.

It is drawn 440 wide, so that its text is still readable on a phone, and with the marks of ``js/saturation.js``: the
squared error in ink with squares, cross-entropy in colour with discs; forward solid, backward dashed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .drawing import FAR, TICKS, arrow, document, signed_log, text, wrapped
from .saturation_reading import ENTROPY, KINDS, SQUARED, Reading
from .saturation_words import TITLES, conclusion, learned, product
from .wording import show

WIDTH, HEIGHT = 166, 118
LEFT, RIGHT = 50, 262
MIDDLE, HALF = 220, 200
COLOURS = {SQUARED: ("--ink", "--ink"), ENTROPY: ("--forward", "--backward")}


@dataclass(frozen=True)
class Plane:
    """A chart: where its frame stands, and which numbers are at its edges."""

    x: float
    y: float
    across: tuple[float, float]
    up: tuple[float, float]

    def at(self, u: float, v: float) -> tuple[float, float]:
        (u0, u1), (v0, v1) = self.across, self.up
        return self.x + (u - u0) / (u1 - u0) * WIDTH, self.y + HEIGHT - (v - v0) / (v1 - v0) * HEIGHT

    def frame(self, title: str, name: str, middle: str = "") -> str:
        """Title, axes, and numbers at both ends of each and in the middle; ``middle`` replaces the last one's."""
        (u0, u1), (v0, v1) = self.across, self.up
        half_u, half_v = (u0 + u1) / 2, (v0 + v1) / 2
        floor = self.at(u0, max(v0, min(v1, 0.0)))[1]
        said = f'<path d="M{self.x} {self.y}V{self.y + HEIGHT}M{self.x} {floor:.1f}h{WIDTH}" stroke="var(--line)"/>'
        said += text(self.x - 36, self.y - 12, title, "small strong")
        for v, lower in ((v0, 2), (half_v, 4), (v1, 8)):
            said += text(self.x - 5, self.at(u0, v)[1] + lower, show(v), "soft small", "end")
        for u, anchor in ((u0, "start"), (half_u, "middle"), (u1, "end")):
            said += text(
                self.at(u, v0)[0],
                self.y + HEIGHT + 15,
                middle if u == half_u and middle else show(u),
                "soft small",
                anchor,
            )
        return said + text(self.at(half_u * 0.5 + u1 * 0.5, v0)[0], self.y + HEIGHT + 15, name, "symbol", "middle")

    def line(self, us: Sequence[float], vs: Sequence[float], colour: str, width: float, dashes: str = "") -> str:
        d = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in (self.at(u, v) for u, v in zip(us, vs, strict=True)))
        how = f' stroke-dasharray="{dashes}"' if dashes else ""
        return f'<path d="{d}" fill="none" stroke="var({colour})" stroke-width="{width:g}"{how}/>'

    def here(self, u: float) -> str:
        x = self.at(u, self.up[0])[0]
        return f'<path d="M{x:.1f} {self.y}v{HEIGHT}" stroke="var(--line)" stroke-dasharray="1 3"/>'


def still(r: Reading) -> str:
    """The picture as one SVG document, with nothing in it that differs between two runs."""
    parts = [
        text(14, 26, f"A sigmoid output at z = {show(r.z)}, target y = {show(r.y)}", "strong"),
        text(14, 45, f"a = σ(z) = {show(r.a)}, σ'(z) = {show(r.slope)}", "soft small"),
        _values(r, Plane(LEFT, 88, (-r.far, r.far), (0, 1))),
        _over_z(r, Plane(RIGHT, 88, (-r.far, r.far), (0, r.far)), "loss", "L: the two losses", r.loss),
        _over_z(r, Plane(LEFT, 264, (-r.far, r.far), (-1, 1)), "delta", "δ = ∂L/∂z of both", r.delta),
        _steps(r, Plane(RIGHT, 264, (0, max(10, r.steps)), (0, 1))),
        _key(418),
        _lanes(r, 436),
    ]
    y = 606
    for said in (conclusion(r), *learned(r)):
        for line in wrapped(said, 60):
            parts.append(text(14, y, line, "strong" if said == conclusion(r) else "soft"))
            y += 20
        y += 4
    return document(y, "".join(parts))


def _values(r: Reading, plane: Plane) -> str:
    """a forward, σ' backward."""
    c = r.curves
    said = plane.frame("a = σ(z) solid, σ'(z) dashed", "z") + plane.here(r.z)
    said += plane.line(plane.across, (r.y, r.y), "--ink", 1.5, "2 4")
    said += plane.line(c["z"], c["a"], "--forward", 2.5) + plane.line(c["z"], c["slope"], "--backward", 2, "6 4")
    for value, colour in ((r.a, "--forward"), (r.slope, "--backward")):
        x, y = plane.at(r.z, value)
        said += (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="var(--ground)" stroke="var({colour})" stroke-width="2"/>'
        )
    return said


def _over_z(r: Reading, plane: Plane, what: str, title: str, value: object) -> str:
    """Both losses or both δ over z; what is dashed flows backward."""
    back = what == "delta"
    said = plane.frame(title, "z") + plane.here(r.z)
    for kind in KINDS:
        dashes = "" if not back else "6 4" if kind == ENTROPY else "2 3"
        colour, width = COLOURS[kind][back], 2.5 if kind == ENTROPY else 2
        said += plane.line(r.curves["z"], r.curves[f"{what} {kind}"], colour, width, dashes)
    return said + "".join(_mark(kind, *plane.at(r.z, value(kind)), COLOURS[kind][back]) for kind in KINDS)


def _steps(r: Reading, plane: Plane) -> str:
    """a against the steps of both paths, with a mark at every step where they are few."""
    said = plane.frame("a after each step", "step") + plane.line(plane.across, (r.y, r.y), "--ink", 1.5, "2 4")
    for kind in KINDS:
        a, colour = r.paths[kind].a, COLOURS[kind][0]
        every = -(-len(a) // 15)
        said += plane.line(range(len(a)), a, colour, 2)
        said += "".join(_mark(kind, *plane.at(k, a[k]), colour, 3) for k in range(0, len(a), every))
    return said


def _key(y: float) -> str:
    said, marks = "", ((14, ENTROPY, "--forward"), (142, SQUARED, "--ink"))
    for x, kind, colour in marks:
        said += _mark(kind, x + 5, y - 4, colour) + text(x + 16, y, TITLES[kind], "small")
    return (
        said
        + f'<path d="M264 {y - 4}h24" stroke="var(--ink)" stroke-width="1.5" stroke-dasharray="2 4"/>'
        + text(296, y, "target y", "small")
    )


def _lanes(r: Reading, top: float) -> str:
    """∂L/∂a · σ'(z) = δ under each loss as a move on one signed logarithmic scale: the same factor, another start."""
    said, bottom = "", top + 146
    for tick in TICKS:
        x = MIDDLE + HALF * signed_log(tick)
        said += f'<path d="M{x:.1f} {top + 20} V{bottom - 8}" stroke="var({"--faint" if tick else "--line"})"/>'
        anchor = {-100.0: "start", 100.0: "end"}.get(tick, "middle")
        said += text(x, top + 14, show(tick), "soft small", anchor)
    for kind, y in zip(reversed(KINDS), (top + 42, top + 104), strict=True):
        first, last = r.dL_da(kind), r.delta(kind)
        start, end = (MIDDLE + HALF * signed_log(value) for value in (first, last))
        said += text(14, y - 2, f"{TITLES[kind]}: ∂L/∂a · σ'(z) = δ", "small")
        said += text(426, y - 2, product(r, kind), "small strong", "end")
        said += f'<path d="M{start:.1f} {y + 7}v18" stroke="var(--backward)" stroke-width="2"/>'
        if abs(first) > FAR:  # torn, where the scale ends and the number does not
            said += f'<path d="M{start - 4:.1f} {y + 20}l8 -8M{start - 4:.1f} {y + 25}l8 -8" stroke="var(--ground)" stroke-width="2.5"/>'
        if abs(end - start) > 16:
            said += arrow([(start, y + 16), (end + (6 if end < start else -6), y + 16)], "--backward", dashed=True)
        said += _mark(kind, end, y + 16, COLOURS[kind][1])
    return said


def _mark(kind: str, x: float, y: float, colour: str, size: float = 4.5) -> str:
    if kind == ENTROPY:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" fill="var({colour})"/>'
    return (
        f'<rect x="{x - size:.1f}" y="{y - size:.1f}" width="{2 * size:g}" height="{2 * size:g}" '
        f'fill="var(--ground)" stroke="var({colour})" stroke-width="1.8"/>'
    )

"""A backward pass with one mistake, the gradient check that it has to pass, and what training makes of it."""

from dataclasses import dataclass, replace

import numpy as np

from ..figures.bugs_cases import BASE, GIVEN, HIDDEN, STEPS, WEIGHTS, Triple, at, curve, examples, measure
from ..figures.bugs_cases import ENDS as _ENDS
from ..figures.bugs_words import CLUES, NAMES, effect, finding
from ..figures.bugs_wrong import BUGS, Wrong
from ..figures.drawing import WIDTH, document, text, wrapped
from ..figures.wording import plain, show, ten_to
from ..gradient_report import Report, Row
from ..network_check import check_network
from .chart import Curve, curves
from .panel import Frame

LOW, HIGH = -12, 3  # decades of the bars


@dataclass(frozen=True)
class Setting:
    """What the controls say."""

    bug: str
    net: str
    hidden: str
    end: str
    learning_rate: float
    steps: int


class BreakModel:
    """Settings in; two reports of the gradient check, two losses and a frame out.

    Parameters
    ----------
    setting : Setting
    own : triple of Parameters, X and Y, optional
        The reader's own network, for the name ``"as given"``.

    Attributes
    ----------
    reading : bugs_cases.Reading
        The right gradient, and the wrong one, or why NumPy refuses it.
    right, wrong : gradient_report.Report
        What the check says of each; ``wrong`` is None where the shapes refuse the mistake.
    losses : pair of lists
        Of 60 steps of gradient descent with either; a list ends where the loss leaves every bound.

    Example
    -------
    >>> model = BreakModel(Setting("P8", "3-5-4-2", "tanh", "sigmoid, cross-entropy", 0.5, 30), None)
    >>> model.right.passed, model.wrong.passed
    (True, False)
    >>> [row.name for row in model.wrong.rows if row.error > model.wrong.tolerance]
    ['b[1]', 'b[2]', 'b[3]']
    """

    def __init__(self, setting: Setting, own: Triple | None) -> None:
        self.setting, self.own = setting, own
        self._measure()

    def nets(self) -> list[str]:
        """The networks to choose from."""
        return [GIVEN] if self.own is not None else list(examples())

    def hidden(self) -> list[str]:
        """What the hidden layers may be."""
        return [*([GIVEN] if self.own is not None else []), *HIDDEN]

    def ends(self) -> list[str]:
        """The outputs that the targets allow: cross-entropy only where they lie between 0 and 1."""
        within = self.own is None or bool(((self.own[2] >= 0) & (self.own[2] <= 1)).all())
        fitting = [end for end, (_, loss) in _ENDS.items() if within or loss == "squared_error"]
        return [*([GIVEN] if self.own is not None else []), *fitting]

    def at_home(self, bug: str) -> dict[str, str]:
        """The settings at which this mistake can be seen."""
        if self.own is not None:
            return {}
        home = BASE | CLUES[bug][3]
        return {name: str(home[name]) for name in ("net", "hidden", "end")}

    def change(self, **settings: object) -> str:
        """Take new settings, measure, and say what came of it."""
        before = self.setting
        self.setting = replace(self.setting, **settings)
        try:
            self._measure()
        except BaseException:
            self.setting = before
            raise
        return self.said()

    def _measure(self) -> None:
        s = self.setting
        given = self.own if self.own is not None else examples()[s.net]
        place = BASE | {"hidden": s.hidden, "end": s.end, "m": given[1].shape[1], "weights": WEIGHTS[0]}
        net = at(given, place)
        with np.errstate(over="ignore", invalid="ignore"):
            reading = measure(s.bug, net)
            right = check_network(*net, reading.right)
            wrong = None if reading.wrong is None else check_network(*net, as_vector(reading.wrong))
            losses = curve(net, None, s.learning_rate), [] if wrong is None else curve(net, s.bug, s.learning_rate)
        self.reading, self.right, self.wrong, self.losses = reading, right, wrong, losses

    def said(self) -> str:
        """The verdict of the check on the wrong gradient, in a sentence."""
        bug = self.setting.bug
        if self.wrong is None:
            return f"{bug}: {finding(self.reading)}"
        off = failing(self.wrong)
        if not off:
            return f"{bug}: the check passes, for here the mistake changes nothing. {CLUES[bug][1]}"
        return f"{bug}: the check finds {len(off)} of {len(self.wrong.rows)} arrays wrong: {', '.join(off)}."

    def at_step(self) -> list[str]:
        """Both losses after so many steps."""
        k = self.setting.steps
        return [
            f"{show(losses[k])} after step {k}" if k < len(losses) else f"out of bounds by step {k}"
            for losses in self.losses
        ]

    def frame(self) -> Frame:
        """The picture, and its words."""
        s = self.setting
        name, paper = NAMES[s.bug]
        shape = "-".join(map(str, self.reading.params.sizes))
        place = f"Network {shape}, hidden {s.hidden}, output {s.end}, m = {self.reading.X.shape[1]}"
        y, parts = 6, []
        for sentence, kind in ((f"{s.bug}: {name}", "strong"), (paper, "soft small"), (place, "soft small")):
            for line in wrapped(sentence, 52 if kind == "strong" else 64):
                y += 19
                parts.append(text(16, y, line, kind))
        drawn, y = _rows(self.right, self.wrong, y + 26)
        parts.append(drawn)
        effected = effect(*self.losses) if self.wrong is not None else ""
        for sentence, kind in ((self.said(), "strong"), (effected, "")):
            for line in wrapped(sentence, 54) if sentence else []:
                y += 19
                parts.append(text(16, y, line, kind))
            y += 5
        shown = [
            Curve(f"{which} gradient", said, losses)
            for which, said, losses in zip(("right", "wrong"), self.at_step(), self.losses, strict=True)
            if losses
        ]
        drawn, y = curves(f"loss L, logarithmic, η = {show(s.learning_rate)}", "steps", shown, y + 24, at=s.steps)
        parts.append(drawn)
        losses = " ".join(f"Loss with the {c.name}: {c.said}." for c in shown)
        alt = (
            f"The gradient check of a network {shape} for the mistake {s.bug}, {name}: relative error of each array, "
            f"with the right gradient and with the wrong one. {self.said()} {losses} {effected}"
        )
        return Frame(document(y + 12, "".join(parts)), alt.strip(), self._text(place, effected))

    def _text(self, place: str, effected: str) -> str:
        s = self.setting
        name, paper = NAMES[s.bug]
        checked = str(self.wrong) if self.wrong is not None else f"No report: {self.reading.problem}."
        lines = [f"Mistake {s.bug}: {name}", paper, place, "", "The check of the wrong gradient", checked, ""]
        lines += ["The check of the right gradient", str(self.right), "", "Relative error: right, wrong"]
        for i, row in enumerate(self.right.rows):
            wrong = "none" if self.wrong is None else _agreed(self.wrong.rows[i], self.wrong)
            lines.append(f"  {row.name}: {_agreed(row, self.right)}, {wrong}")
        lines += ["", self.said(), CLUES[s.bug][0], "", f"Gradient descent, η = {plain(s.learning_rate)}"]
        for which, losses in zip(("right", "wrong"), self.losses, strict=True):
            if losses:
                told = sorted({0, s.steps, STEPS})
                after = (f"step {k}: {plain(losses[k], 4) if k < len(losses) else 'out of bounds'}" for k in told)
                lines.append(f"  {which}  {', '.join(after)}")
        return "\n".join([*lines, *([effected] if effected else [])])


def as_vector(wrong: Wrong) -> np.ndarray:
    """The gradient in the layout of ``params.vector``: W1, b1, W2, b2, …

    >>> as_vector(Wrong({}, {1: np.array([[1.0, 2.0]])}, {1: np.array([[3.0]])})).tolist()
    [1.0, 2.0, 3.0]
    """
    return np.concatenate([part.ravel() for l in wrong.dW for part in (wrong.dW[l], wrong.db[l])])


def failing(report: Report) -> list[str]:
    """The arrays that the check finds wrong beyond rounding, by name."""
    return [row.name for row in report.rows if not row.error <= report.tolerance and not row.lost_in_rounding]


def _agreed(row: Row, report: Report) -> str:
    # The digits below the tolerance are those of rounding, and another processor has others.
    return f"below {plain(report.tolerance)}" if row.error <= report.tolerance else plain(row.error, 2)


def _rows(right: Report, wrong: Report | None, top: float) -> tuple[str, float]:
    """For each array two bars on a scale of decades: hatched for the right gradient, full for the wrong one."""
    left, wide = 64, WIDTH - 64 - 128

    def across(error: float) -> float:
        if error <= 0:
            return 0.0
        return wide * min(1.0, max(0.01, (np.log10(min(error, 1e300)) - LOW) / (HIGH - LOW)))

    said = [text(16, top, "relative error of each array, logarithmic", "strong small")]
    top += 18
    bottom = top + 8 + 24 * len(right.rows)
    for power in (-12, -9, -6, -3, 0, 3):
        x = left + wide * (power - LOW) / (HIGH - LOW)
        said.append(f'<path d="M{x:.1f} {top + 4}V{bottom}" stroke="var(--faint)"/>')
        said.append(text(x, top, ten_to(power), "soft small", "middle"))
    limit = left + wide * (np.log10(right.tolerance) - LOW) / (HIGH - LOW)
    said.append(f'<path d="M{limit:.1f} {top + 4}V{bottom}" stroke="var(--ink)" stroke-dasharray="5 3"/>')
    for i, row in enumerate(right.rows):
        y = top + 10 + 24 * i
        said.append(text(16, y + 13, row.name, "small"))
        said.append(_bar(left, y, across(row.error), "--forward", full=False))
        if wrong is None:
            said.append(text(WIDTH - 16, y + 13, "no gradient", "small strong", "end"))
            continue
        found = wrong.rows[i]
        agrees = found.error <= wrong.tolerance
        verdict = "✓ agrees" if agrees else "? rounding" if found.lost_in_rounding else f"✗ {show(found.error, 2)}"
        said.append(_bar(left, y + 9, across(found.error), "--backward", full=True))
        said.append(text(WIDTH - 16, y + 13, verdict, "small" if agrees else "small strong", "end"))
    y = bottom + 18
    said.append(_bar(left, y - 9, 20, "--forward", full=False) + text(left + 26, y, "right gradient", "small soft"))
    said.append(_bar(left + 118, y - 9, 20, "--backward", full=True) + text(left + 144, y, "wrong", "small soft"))
    said.append(f'<path d="M{left + 196} {y - 4}h20" stroke="var(--ink)" stroke-dasharray="5 3"/>')
    said.append(text(left + 222, y, f"tolerance {show(right.tolerance)}", "small soft"))
    return "".join(said), y + 8


def _bar(x: float, y: float, wide: float, colour: str, *, full: bool) -> str:
    fill = f"var({colour})" if full else "var(--ground)"
    return (
        f'<rect x="{x}" y="{y}" width="{wide:.1f}" height="8" fill="{fill}" stroke="var({colour})" stroke-width="1.2"/>'
    )


__all__ = ["BUGS", "BreakModel", "Setting", "as_vector", "failing"]

"""What the descent figure says in words: outcome of each path, the limits of η, the alt text and the trace.

``js/descent.js`` says the same sentences; a browser test compares the traces character by character.
"""

import math

from .descent_paths import STOP, SURFACES, Path, Setting, limit
from .wording import plain, show

TITLES = {"gradient_descent": "gradient descent", "momentum": "momentum", "adam": "Adam"}
RULES = {
    "gradient_descent": "θ ← θ − η g",
    "momentum": "v ← β v − η g, θ ← θ + v",
    "adam": "θ ← θ − η m̂ / (√v̂ + ε)",
}
TOLD = (1, 2, 3, 5, 10, 20, 50, 100, 200)
NOTES = {
    "saddle": "At w = 0, b = 0 the gradient is 0, and yet it is no minimum: along b the loss falls to both sides.",
    "two_minima": "There are two minima, and the left one is lower. Which one is reached depends on the start, on η "
    "and on the optimiser: each of them only sees the slope where it stands.",
}


def tidy(value: float, floor: float) -> float:
    """A number, or 0 where it is smaller than what rounding leaves of it."""
    return 0.0 if abs(value) < floor else value


def counted(steps: int) -> str:
    """A number of steps with its noun.

    >>> counted(1), counted(2)
    ('1 step', '2 steps')
    """
    return f"{steps} step{'' if steps == 1 else 's'}"


def loss_shown(value: float) -> str:
    """A loss as a picture writes it."""
    return show(tidy(value, 1e-12))


def outcome(setting: Setting, path: Path) -> str:
    """One sentence: whether and when the loss left the picture, or how far down it came."""
    title, last = TITLES[path.name], path.losses[-1]
    name, n = title[0].upper() + title[1:], len(path.losses) - 1
    left, outside = path.left_picture(setting), path.left_map(setting)
    if left is not None:
        if not last <= STOP:
            return f"{name}: the loss left the picture at step {left}. It diverges."
        if last > setting.top:
            return f"{name}: the loss left the picture at step {left}; L = {show(last)} after {counted(n)}."
        return f"{name}: the loss left the picture at step {left} and came back; L = {loss_shown(last)} after {counted(n)}."
    if outside is not None:
        back = " and came back" if max(map(abs, path.points[-1])) <= setting.far else ""
        return f"{name}: it left the map at step {outside}{back}; L = {loss_shown(last)} after {counted(n)}."
    return f"{name}: L = {loss_shown(last)} after {counted(n)}."


def conclusion(setting: Setting, paths: list[Path]) -> str:
    """The one sentence on top: who diverges, or who is lowest."""
    if setting.steps == 0:
        return f"No step yet. At the start L = {loss_shown(paths[0].losses[0])}."
    gone = [TITLES[path.name] for path in paths if path.losses[-1] > setting.top]
    if gone:
        verb = "have" if len(gone) > 1 else "has"
        said = f"Up, not down: {' and '.join(gone)} {verb} left the picture at η = {show(setting.learning_rate)}."
        return said
    best = min(paths, key=lambda path: path.losses[-1])
    least = loss_shown(best.losses[-1])
    after = counted(setting.steps)
    if len(paths) == 1:
        return f"After {after} of {TITLES[best.name]} L = {least}; it was {loss_shown(best.losses[0])} at the start."
    return f"After {after} {TITLES[best.name]} has come lowest: L = {least}."


def limits(setting: Setting) -> list[str]:
    """For the bowl, how large η may be, and whether it is."""
    said = []
    if setting.surface != "bowl":
        return said
    said.append(f"The largest curvature of this bowl is λ_max = κ = {show(setting.elongation)}.")
    for name, formula in (("gradient_descent", "2/λ_max"), ("momentum", "2 (1 + β)/λ_max")):
        most = limit(setting, name)
        if name in setting.shown:
            eta = setting.learning_rate
            where = "below it" if eta < most else "above it" if eta > most else "exactly there"
            title = TITLES[name][0].upper() + TITLES[name][1:]
            said.append(f"{title} converges for η < {formula} = {show(most)}; η = {show(eta)} is {where}.")
    if "adam" in setting.shown:
        said.append(
            "Adam divides by the size of the gradient: each step is about η long in w and in b, however steep it is."
        )
    return said


def notes(setting: Setting) -> list[str]:
    """What to look for on this surface."""
    if setting.surface == "neuron":
        said = f"Each point of the map is one neuron; its loss is the mean over {setting.X.shape[1]} examples."
        flat = " Far out the sigmoid saturates: the loss is nearly flat there, and the steps of gradient descent are short."
        return [said + (flat if setting.params.activations[1] == "sigmoid" else "")]
    return limits(setting) or [NOTES[setting.surface]]


def described(setting: Setting) -> str:
    """The surface in a line."""
    surface = SURFACES[setting.surface]
    if setting.surface == "neuron":
        p = setting.params
        return f"{surface.title}: activation {p.activations[1]}, loss {p.loss}, {setting.X.shape[1]} examples"
    kappa = f", κ = {plain(setting.elongation)}" if setting.surface == "bowl" else ""
    return f"{surface.title}: L = {surface.formula}{kappa}"


def alt(setting: Setting, paths: list[Path]) -> str:
    """What the still shows, for who does not see it: its numbers and its conclusion."""
    return (
        f"A map of a loss of w and b, {described(setting)}. From w = {show(setting.w)}, b = {show(setting.b)}, where "
        f"L = {loss_shown(paths[0].losses[0])}, with learning rate η = {show(setting.learning_rate)} and momentum "
        f"β = {show(setting.beta)}. {' '.join(outcome(setting, path) for path in paths)} "
        f"{' '.join(limits(setting))}{' ' if setting.surface == 'bowl' else ''}{conclusion(setting, paths)}"
    )


def trace(setting: Setting, paths: list[Path]) -> str:
    """The paths as text: the start, some steps of each, and what came of it."""
    g = setting.gradient(setting.w, setting.b)
    lines = [
        f"A loss of two parameters, {described(setting)}",
        f"η = {plain(setting.learning_rate)}, β = {plain(setting.beta)}, {counted(setting.steps)}",
        "",
        f"Start: w = {plain(setting.w)}, b = {plain(setting.b)}",
        f"  L = {_loss(paths[0].losses[0])}, ∂L/∂w = {_place(g[0])}, ∂L/∂b = {_place(g[1])}, |g| = {_place(math.hypot(*g))}",
    ]
    for path in paths:
        n = len(path.losses) - 1
        lines += ["", f"{TITLES[path.name]}: {RULES[path.name]}"]
        for k in [k for k in TOLD if k < n] + ([n] if n else []):
            (w, b), loss = path.points[k], path.losses[k]
            lines.append(f"  step {k}: w = {_place(w)}, b = {_place(b)}, L = {_loss(loss)}")
        lines.append(f"  {outcome(setting, path)}")
    return "\n".join([*lines, "", *notes(setting), conclusion(setting, paths)])


def _place(value: float) -> str:
    return plain(tidy(value, 1e-6), 5)


def _loss(value: float) -> str:
    return plain(tidy(value, 1e-12), 5)

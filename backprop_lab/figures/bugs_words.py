"""What the bug clinic says: the sign of each bug, when it hides, the findings, the alt text and the trace.

``js/bugs.js`` takes the table of bugs from the figure's setting, and writes the other sentences itself; a test compares
the two traces letter by letter.
"""

from .bugs_cases import BASE, STEPS, Comparison, Reading
from .bugs_wrong import BUGS
from .wording import of_layer, plain, show

SHOWN_STEPS = (0, 10, 20, 30)

# Name and paper of the catalogue of the exercises, which a figure must not import; a test holds the two equal.
NAMES = {
    "O1": ("no σ' at the output", "δ⁽ᴸ⁾ = ∂L/∂a⁽ᴸ⁾ instead of ∂L/∂a⁽ᴸ⁾ ⊙ σ'(z⁽ᴸ⁾)"),
    "O2": ("σ' at a, at the output", "σ'(a⁽ᴸ⁾) instead of σ'(z⁽ᴸ⁾)"),
    "O4": ("sigmoid' without (1 − a)", "σ' = a instead of a(1 − a)"),
    "O7": ("sign flipped", "y − a instead of a − y, or W + η ∂L/∂W instead of W − η ∂L/∂W"),
    "O10": ("factor 2 or ½", "2(a − y) or ½(a − y) instead of a − y"),
    "H1": ("no σ' in a hidden layer", "δ⁽ˡ⁾ = W⁽ˡ⁺¹⁾ᵀδ⁽ˡ⁺¹⁾ instead of W⁽ˡ⁺¹⁾ᵀδ⁽ˡ⁺¹⁾ ⊙ σ'(z⁽ˡ⁾)"),
    "H2": ("σ' at a, in a hidden layer", "σ'(a⁽ˡ⁾) instead of σ'(z⁽ˡ⁾)"),
    "H3": ("tanh' without the square", "tanh' = 1 − a instead of 1 − a²"),
    "H4": ("sigmoid' used for tanh", "a(1 − a) instead of 1 − a²"),
    "H6": ("W not transposed", "W δ instead of Wᵀδ"),
    "H9": (
        "error passed back without its σ'",
        "e⁽ˡ⁾ = W⁽ˡ⁺¹⁾ᵀe⁽ˡ⁺¹⁾ instead of W⁽ˡ⁺¹⁾ᵀδ⁽ˡ⁺¹⁾, where δ⁽ˡ⁺¹⁾ = e⁽ˡ⁺¹⁾ ⊙ σ'(z⁽ˡ⁺¹⁾)",
    ),
    "H11": ("|W| instead of W", "|W|ᵀδ instead of Wᵀδ"),
    "H13": ("ReLU' that is always 1", "1[a ≥ 0] instead of 1[z > 0]"),
    "H14": ("the ReLU in place of its slope", "max(z, 0) instead of 1[z > 0]"),
    "P1": ("∂L/∂W transposed", "a⁽ˡ⁻¹⁾δ⁽ˡ⁾ᵀ instead of δ⁽ˡ⁾a⁽ˡ⁻¹⁾ᵀ"),
    "P2": ("a of the layer itself in ∂L/∂W", "δ⁽ˡ⁾a⁽ˡ⁾ᵀ instead of δ⁽ˡ⁾a⁽ˡ⁻¹⁾ᵀ"),
    "P3": ("z instead of a in ∂L/∂W", "δ⁽ˡ⁾z⁽ˡ⁻¹⁾ᵀ instead of δ⁽ˡ⁾a⁽ˡ⁻¹⁾ᵀ"),
    "P7": ("one sum for every bias", "the sum of all entries of Δ⁽ˡ⁾ instead of one sum for each row"),
    "P8": ("∂L/∂b = 0", "∂L/∂b = 0 instead of δ (summed over the examples of a batch)"),
    "P9": ("1/m missing", "a sum over the examples instead of their mean"),
    "P10": ("1/m twice", "(1/m) Δ⁽ˡ⁾A⁽ˡ⁻¹⁾ᵀ with a Δ⁽ˡ⁾ that holds 1/m already, instead of Δ⁽ˡ⁾A⁽ˡ⁻¹⁾ᵀ"),
    "P11": (
        "1/m again in the hidden layers",
        "one more 1/m in a hidden layer's Δ⁽ˡ⁾, ∂L/∂W⁽ˡ⁾ or ∂L/∂b⁽ˡ⁾ instead of the one from Δ⁽ᴸ⁾",
    ),
    "P14": ("only the last example", "the last column of Δ instead of the sum over all columns"),
}
IDENTITY_END = {"end": "identity, squared error"}
SQUARE, RELU = {"net": "4-4-4-4"}, {"hidden": "relu"}
# code: the sign that tells it · when it cannot be seen · a place where it vanishes · a place where it shows.
CLUES: dict[str, tuple[str, str, dict[str, object], dict[str, object]]] = {
    "O1": (
        "Already the last layer is wrong, and every layer is too large: a factor below 1 is missing before the way back begins. The direction stays close, with a cosine near 1.",
        "Hidden where the output is the identity: there σ' = 1.",
        IDENTITY_END, {},
    ),
    "O2": (
        "Already the last layer is wrong, too large where the network is sure: a lies between 0 and 1, so σ'(a) lies between 0.197 and 0.25, however flat the sigmoid is at z. Cosines stay near 1.",
        "Hidden where the output is the identity: its slope is 1 at every point.",
        IDENTITY_END, {},
    ),
    "O4": (
        "Already the last layer is wrong, and too large by 1/(1 − a): little where a prediction is near 0, much where it is near 1. No single ratio fits.",
        "Hidden where the output is no sigmoid.",
        IDENTITY_END, {},
    ),
    "O7": (
        "Every entry changes its sign and keeps its size: ratio −1, cosine −1, and the loss climbs.",
        "It shows in every network whose gradient is not zero.", {}, {},
    ),
    "O10": (
        "The ratio is exactly 2 in every entry, whatever the batch: the direction is right, and the step is twice as long.",
        "It shows in every network. Training hides it: it acts like a learning rate twice as large.", {}, {},
    ),
    "H1": (
        "The last layer is right, the layers before it are wrong: their entries are too large, more with each layer, for each lacks its σ'.",
        "Hidden where the hidden layers are the identity: there σ' = 1.",
        {"hidden": "identity"}, {},
    ),
    "H2": (
        "The last layer is right, the layers before it are off by a little, with cosines near 1.",
        "Hidden where the hidden layers are ReLUs or the identity: their slope at a is their slope at z.",
        RELU, {},
    ),
    "H3": (
        "The last layer is right. Before it, units with a near −1 are far too large: 1 − a is 2 where the true slope is 0.",
        "Hidden where no hidden layer is a tanh.",
        {"hidden": "sigmoid"}, {},
    ),
    "H4": (
        "The last layer is right. Before it, entries have the wrong size and many the wrong sign: a(1 − a) is negative where tanh is.",
        "Hidden where the hidden layers are sigmoids: there a(1 − a) is the slope.",
        {"hidden": "sigmoid"}, {},
    ),
    "H6": (
        "The last layer is right, the layers before it have little in common with the right ones. In a network whose layers differ in width, the shapes refuse it.",
        "Hidden where W is symmetric: there W = Wᵀ. The first step of training ends that, and the curves part.",
        {**SQUARE, "weights": "symmetric"}, SQUARE,
    ),
    "H9": (
        "The last layer is right. Each layer before it lacks the σ' of all layers behind it, and has only its own.",
        "Hidden where every layer behind the first is the identity.",
        {"hidden": "identity", **IDENTITY_END}, {},
    ),
    "H11": (
        "The last layer is right. Before it, errors that came back through negative weights have the wrong sign.",
        "Hidden where no weight is negative, until a step of training makes one so.",
        {"weights": "non-negative"}, {},
    ),
    "H13": (
        "The last layer is right. Before it, units whose ReLU is off for some examples get a gradient from these too: rows that should be empty are filled.",
        "Hidden where every unit is on for every example, or where there is no ReLU.",
        {"hidden": "tanh"}, RELU,
    ),
    "H14": (
        "The last layer is right. Before it, rows that should be empty stay empty, and the others are scaled by how far their unit is on.",
        "Hidden where there is no ReLU.",
        {"hidden": "tanh"}, RELU,
    ),
    "P1": (
        "Every ∂L/∂b is right, and every ∂L/∂W is its mirror image about the diagonal: the same numbers in other places.",
        "Hidden only where ∂L/∂W is symmetric. In a network that is not square, the shape gives it away.", {}, SQUARE,
    ),
    "P2": (
        "Every ∂L/∂b is right and every ∂L/∂W is wrong, also that of layer 1.",
        "It shows in every network. In a network that is not square, the shape gives it away.", {}, SQUARE,
    ),
    "P3": (
        "Every ∂L/∂b is right, and so is ∂L/∂W of layer 1, whose input X has no z. The other ∂L/∂W are wrong.",
        "Hidden where the hidden layers are the identity: there z = a. With tanh near 0 it is small.",
        {"hidden": "identity"}, {},
    ),
    "P7": (
        "Every ∂L/∂W is right, and the ∂L/∂b of one layer are all equal.",
        "Hidden where a layer has one unit.",
        {"net": "3-1-1-1"}, {},
    ),
    "P8": (
        "Every ∂L/∂W is right, and the column of ∂L/∂b is empty.",
        "It shows in every network, unless the check leaves out the biases.", {}, {},
    ),
    "P9": (
        "The ratio is exactly m in every entry: take another batch size, and the ratio follows.",
        "Hidden where m = 1: the sum of one example is its mean.",
        {"m": 1}, {},
    ),
    "P10": (
        "The ratio is exactly 1/m in every entry: take another batch size, and the ratio follows.",
        "Hidden where m = 1: 1/m = 1.",
        {"m": 1}, {},
    ),
    "P11": (
        "The last layer is right. In the layers before it, the ratio is exactly 1/m in every entry.",
        "Hidden where m = 1: 1/m = 1.",
        {"m": 1}, {},
    ),
    "P14": (
        "Every layer is wrong, and no single ratio fits. Each ∂L/∂W is one product of two vectors: its rows are multiples of one another.",
        "Hidden where m = 1: the last example is all there is.",
        {"m": 1}, {},
    ),
}  # fmt: skip


def table() -> dict[str, dict[str, object]]:
    """The bugs for the setting: what the page needs to know and to say of each."""
    return {
        code: dict(zip(("name", "paper"), NAMES[code], strict=True))
        | dict(zip(("sign", "hides", "hide", "home"), CLUES[code], strict=True))
        for code in BUGS
    }


def numbered(layers: list[int]) -> str:
    """Layers by name.

    >>> numbered([3]), numbered([3, 2, 1])
    ('layer 3', 'layers 1, 2 and 3')
    """
    said = [str(l) for l in sorted(layers)]
    return f"layer {said[0]}" if len(said) == 1 else f"layers {', '.join(said[:-1])} and {said[-1]}"


def finding(reading: Reading) -> str:
    """What the numbers say by themselves, without the name of the bug."""
    if reading.wrong is None:
        return f"No gradient at all: {reading.problem}. The shapes find this bug for you."
    if reading.whole.error == 0:
        return "Wrong and right agree in every entry: here the bug cannot be seen."
    if reading.whole.ratio is not None:
        return f"Every entry of every layer is {show(reading.whole.ratio)} times the right one."
    right = [layer.l for layer in reading.layers if layer.all.error == 0]
    wrong = [layer for layer in reading.layers if layer.all.error > 0]
    are = "is" if len(right) == 1 else "are"
    said = f"{numbered(right).capitalize()} {are} right, the rest is wrong." if right else "No layer is right."
    if all(layer.b.error == 0 for layer in wrong):
        said += " Only ∂L/∂W is wrong: every ∂L/∂b is right."
    elif all(layer.W.error == 0 for layer in wrong):
        said += " Only ∂L/∂b is wrong: every ∂L/∂W is right."
    ratios = [layer.all.ratio for layer in wrong]
    if None not in ratios and max(ratios) - min(ratios) <= 1e-9 * abs(ratios[0]):
        said += f" In {numbered([layer.l for layer in wrong])} every entry is {show(ratios[0])} times the right one."
    return said


def effect(right: list[float], wrong: list[float]) -> str:
    """What the mistake does to training, from the two curves."""
    if len(right) <= STEPS:
        return f"With the right gradient the loss leaves every bound after {_steps(len(right))}: η is too large."
    if len(wrong) <= STEPS:
        return f"With the wrong gradient the loss leaves every bound after {_steps(len(wrong))}."
    start, a, b = right[0], right[-1], wrong[-1]
    numbers = f"{show(b, 2)} after {STEPS} steps, {show(a, 2)} with the right gradient"
    if abs(a - b) <= 1e-9 * abs(a):
        return f"Both curves are one: {show(a, 3)} after {STEPS} steps."
    if b > start:
        return f"With the wrong gradient the loss climbs from {show(start, 3)} to {numbers}."
    if b <= 1.1 * a:
        return f"The wrong gradient trains all the same: {numbers}. A loss that falls proves no gradient."
    return f"The wrong gradient trains too, but falls behind: {numbers}."


def _steps(k: int) -> str:
    return f"{k} step{'' if k == 1 else 's'}"


def numbers_of(c: Comparison, write) -> tuple[str, str, str]:
    """Error, cosine and ratio as they are shown."""
    return write(c.error, 3), write(c.cosine, 3), "varies" if c.ratio is None else write(c.ratio, 4)


def place_said(place: dict[str, object]) -> str:
    return f"Network {place['net']}, hidden {place['hidden']}, output {place['end']}, m = {place['m']}, weights {place['weights']}"


def head(bug: str, words: dict) -> list[str]:
    return [f"Bug {bug}: {words['name']}", words["paper"]]


def trace(reading: Reading, place: dict[str, object], curves: tuple[list[float], list[float]], eta: float) -> str:
    """Both gradients entry by entry, the numbers by layer, the two losses, and what they say."""
    words = table()[reading.bug]
    lines = [*head(reading.bug, words), place_said(place), ""]
    if reading.wrong is not None:
        for layer in reading.layers:
            lines.append("Layer {}: error {}, cosine {}, ratio {}".format(layer.l, *numbers_of(layer.all, plain)))
        lines.append("All layers: error {}, cosine {}, ratio {}".format(*numbers_of(reading.whole, plain)))
    lines += [finding(reading), words["sign"], words["hides"], ""]
    for l in range(reading.params.depth, 0, -1):
        lines.append(f"∂L/∂W{of_layer(l)} | ∂L/∂b{of_layer(l)}")
        for which, g in (("right", reading.right), ("wrong", reading.wrong)):
            if g is None:
                continue
            for row, bias in zip(g.dW[l], g.db[l], strict=True):
                lines.append(f"  {which}  {' '.join(plain(v, 3) for v in row)} | {plain(bias[0], 3)}")
    lines += ["", f"Loss after {', '.join(map(str, SHOWN_STEPS))} steps, η = {plain(eta)}"]
    for which, losses in zip(("right", "wrong"), curves, strict=True):
        if losses:
            lines.append(
                f"  {which}  {', '.join(plain(losses[k], 4) if k < len(losses) else 'out of bounds' for k in SHOWN_STEPS)}"
            )
    if curves[1]:
        lines.append(effect(*curves))
    return "\n".join(lines)


def alt(reading: Reading, place: dict[str, object], curves: tuple[list[float], list[float]]) -> str:
    """What the still shows, for who does not see it."""
    words = table()[reading.bug]
    said = f"The right and the wrong gradient of a network {place['net']} as maps, layer by layer, for bug {reading.bug}, {words['name']}. "
    if reading.wrong is not None:
        for layer in reading.layers:
            said += "Layer {}: error {}, cosine {}, ratio {}. ".format(layer.l, *numbers_of(layer.all, show))
    said += finding(reading) + " " + words["sign"]
    return said + (f" {effect(*curves)}" if curves[1] else "")


__all__ = ["BASE", "CLUES", "alt", "effect", "finding", "numbers_of", "place_said", "table", "trace"]

"""Where things stand in the book: its address, its chapters, and the equations that other rooms point to.

A chapter that is still to be written has its name and its labels already, so that exercises can point to it. An
equation with a section is in a chapter that stands; tests hold the label and the section against it.
"""

from dataclasses import dataclass

# Where the book is published. `backprop-lab release` writes this line: it follows from `repository` in _config.yml.
ADDRESS = "https://backprop-lab.github.io/backprop-lab"

# File stem in chapters/: title.
CHAPTERS = {
    "00_how_to_use": "How to use this book",
    "01_downhill": "Downhill: what a gradient is for",
    "02_one_neuron": "One neuron, three factors",
    "03_numerical_gradients": "Trust, but check: numerical gradients",
    "04_two_neurons": "Two neurons in a row",
    "05_forks": "Forks: when influence takes two paths",
    "06_two_layers": "Two layers in matrices",
    "07_l_layers": "L layers: the δ recursion",
    "08_batches": "Batches",
    "09_losses_outputs": "Losses and outputs",
    "10_why_fast": "Why it is fast",
    "11_learning": "Learning: gradients to updates",
    "12_vanishing_exploding": "Vanishing and exploding",
    "13_bug_clinic": "The bug clinic",
    "14_graphs_autodiff": "Any graph: a tiny autodiff",
    "15_other_peoples_code": "Reading other people's code",
}


@dataclass(frozen=True)
class Place:
    """Where an equation is derived: the chapter, and the heading under which it stands, if it stands already."""

    chapter: str
    section: str = ""


_FACTORS = "The three factors"
_SLOPE = "Second factor: how the activation answers to z"
_RATES = "Third factor: how z answers to the weight, the bias and the input"
_BOTH_PASSES = "By hand: the complete pass, with every shape"
EQUATIONS = {
    "eq-gradient-descent": Place("01_downhill", "Gradient descent"),
    "eq-neuron": Place("02_one_neuron", "The story: one neuron that is off"),
    "eq-three-factors": Place("02_one_neuron", _FACTORS),
    "eq-squared-error-derivative": Place("02_one_neuron", "First factor: how the loss answers to the activation"),
    "eq-bce-derivative": Place("02_one_neuron", "Binary cross-entropy"),
    "eq-sigmoid-derivative": Place("02_one_neuron", _SLOPE),
    "eq-tanh-derivative": Place("02_one_neuron", "tanh"),
    "eq-relu-derivative": Place("02_one_neuron", "relu, and a point without a derivative"),
    "eq-linear-rates": Place("02_one_neuron", _RATES),
    "eq-one-neuron-gradients": Place("02_one_neuron", _RATES),
    "eq-central-difference": Place("03_numerical_gradients", "The central difference: an error like ε²"),
    "eq-best-epsilon": Place("03_numerical_gradients", "The best nudge"),
    "eq-relative-error": Place("03_numerical_gradients", "How far apart are two gradients?"),
    "eq-central-entry": Place("03_numerical_gradients", "A whole list of parameters"),
    "eq-five-factors": Place("04_two_neurons", "The five factors"),
    "eq-four-gradients": Place("04_two_neurons", "The other three gradients"),
    "eq-two-deltas": Place("04_two_neurons", "The shared front, computed once"),
    "eq-path-sum": Place("05_forks", "All paths"),
    "eq-dW": Place("06_two_layers", "Weights: a column times a row"),
    "eq-db": Place("06_two_layers", "Biases"),
    "eq-transpose-back": Place("06_two_layers", "Back: the index stands in the wrong place"),
    "eq-two-layer-forward": Place("06_two_layers", _BOTH_PASSES),
    "eq-two-layer-backward": Place("06_two_layers", _BOTH_PASSES),
    "eq-forward": Place("07_l_layers", "Forward: compute and keep"),
    "eq-output-delta": Place("07_l_layers", "At the output"),
    "eq-hidden-delta": Place("07_l_layers", "Where the transpose comes from"),
    "eq-batch-loss": Place("08_batches", "One loss for all of them"),
    "eq-batch-start": Place("08_batches", "Backward: the 1/m enters once"),
    "eq-batch-delta": Place("08_batches", "Columns do not mix"),
    "eq-batch-gradients": Place("08_batches", "A weight is used m times"),
    "eq-softmax": Place("09_losses_outputs", "From any numbers to probabilities"),
    "eq-softmax-jacobian": Place("09_losses_outputs", "The Jacobian, from indices"),
    "eq-cross-entropy": Place("09_losses_outputs", "One of K: cross-entropy"),
    "eq-cross-entropy-derivative": Place("09_losses_outputs", "Back through it: one path for each output"),
    "eq-softmax-ce": Place("09_losses_outputs", "The collapse: a − y once more"),
    "eq-bce-logits": Place("09_losses_outputs", "From logits"),
    "eq-bce-logits-delta": Place("09_losses_outputs", "From logits"),
    "eq-count-paths": Place("10_why_fast", "How many paths?"),
    "eq-count-path-sums": Place("10_why_fast", "What summing them takes"),
    "eq-count-backward": Place("10_why_fast", "What a backward pass takes"),
    "eq-count-passes": Place("10_why_fast", "Nudges: a pass for every parameter"),
    "eq-all-gradients-first": Place("11_learning", "All gradients first, then all updates"),
    "eq-local-rules": Place("14_graphs_autodiff", "Local rules"),
    "eq-graph-sum": Place("14_graphs_autodiff", "Shares are added"),
    "eq-graph-order": Place("14_graphs_autodiff", "The rule"),
}


def link(label: str) -> str:
    """Address of an equation.

    >>> link("eq-three-factors").removeprefix(ADDRESS)
    '/chapters/02_one_neuron.html#equation-eq-three-factors'
    """
    return f"{ADDRESS}/chapters/{EQUATIONS[label].chapter}.html#equation-{label}"


def where(label: str) -> str:
    """Where an equation is derived, in words.

    >>> where("eq-three-factors")
    'chapter 2, “One neuron, three factors”, section “The three factors” (eq-three-factors)'
    """
    place = EQUATIONS[label]
    section = f", section “{place.section}”" if place.section else ""
    return f"chapter {int(place.chapter[:2])}, “{CHAPTERS[place.chapter]}”{section} ({label})"

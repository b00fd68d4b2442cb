"""Slips in a training loop: in the step, in the gradients and when they are made, and in the record of the loss.

Some of these wrong gradients train: the loss falls with them too. Where tests show that on every fixture, it is said.
"""

from . import training_runs as runs
from .mistake import Mistake, known
from .training_runs import OneMore, Recorded, Trained, each_entry, of, of_deltas

STILL_FALLS = "The loss still falls, and yet these are not the gradients of the loss."

GRADIENT_ADDED = each_entry(lambda letter, l, array, gradient, lr: array + lr * gradient)
NO_RATE = each_entry(lambda letter, l, array, gradient, lr: array - gradient)
DIVIDED = each_entry(lambda letter, l, array, gradient, lr: array - gradient / lr)
SQUARED = each_entry(lambda letter, l, array, gradient, lr: array - lr * lr * gradient)
NO_BIASES = each_entry(lambda letter, l, array, gradient, lr: array * 1 if letter == "b" else array - lr * gradient)
NO_WEIGHTS = each_entry(lambda letter, l, array, gradient, lr: array * 1 if letter == "W" else array - lr * gradient)
BIASES_ADDED = each_entry(lambda letter, l, array, gradient, lr: array + lr * gradient * (1 if letter == "b" else -1))
SHRUNK = each_entry(lambda letter, l, array, gradient, lr: array - lr * array)
ONLY_THE_STEP = each_entry(lambda letter, l, array, gradient, lr: -lr * gradient)
ONLY_THE_STEP_AWAY = each_entry(lambda letter, l, array, gradient, lr: lr * gradient)
NOT_LAYER_1 = each_entry(lambda letter, l, array, gradient, lr: array * 1 if l == 1 else array - lr * gradient)


def not_the_last(params, grads, lr):
    """The output layer stays as it is."""
    last, right = max(params["W"]), runs.right_update(params, grads, lr)
    return {letter: {**table, last: params[letter][last] * 1} for letter, table in right.items()}


UPDATES = (
    GRADIENT_ADDED, NO_RATE, DIVIDED, SQUARED, NO_BIASES, NO_WEIGHTS, BIASES_ADDED, SHRUNK, ONLY_THE_STEP,
    ONLY_THE_STEP_AWAY, NOT_LAYER_1, not_the_last,
)  # fmt: skip
STEPS = (
    known(
        "O7", of(GRADIENT_ADDED),
        what="The step goes up the slope, not down: the gradient is added.",
        why="The gradient points to where the loss grows, so the step goes the other way.",
        paper="W + η ∂L/∂W instead of W − η ∂L/∂W",
        advice="Take a loss of one weight, L = w², at w = 1, and do one step on paper: is w nearer to 0 afterwards?",
    ),
    Mistake(
        "R1", of(BIASES_ADDED),
        "The step of the biases goes up the slope, not down.",
        "A bias is a parameter like the others, and its gradient points to where the loss grows too.",
        "b + η ∂L/∂b instead of b − η ∂L/∂b",
        "Compare your line for b with your line for W, sign by sign.",
    ),
    Mistake(
        "R2", of(NO_RATE),
        "The learning rate is left out.",
        "The gradient says how steep the loss is, and η how far to go; without it the step is as long as the slope is steep.",
        "W − ∂L/∂W instead of W − η ∂L/∂W",
        "Call your function with η = 0: what must come out, and what does?",
    ),
    Mistake(
        "R3", (of(DIVIDED), of(SQUARED)),
        "The learning rate does not come in once, as a factor.",
        "The step is η times the gradient: twice the η is twice the step.",
        "η², or a division by η, instead of η",
        "Call your function with some η and with twice of it: is the second step twice as long?",
    ),
    Mistake(
        "R4", of(NO_BIASES),
        "The biases stay as they are.",
        "b is a parameter, and has a gradient of its own.",
        "b instead of b − η ∂L/∂b",
        "Compare every array of your answer with the one that went in: which of them did not move?",
    ),
    Mistake(
        "R5", of(NO_WEIGHTS),
        "The weights stay as they are.",
        "W is what training is about, and has a gradient of its own.",
        "W instead of W − η ∂L/∂W",
        "Compare every array of your answer with the one that went in: which of them did not move?",
    ),
    Mistake(
        "R6", of(SHRUNK),
        "The parameters themselves are subtracted, not their gradients.",
        "The step goes down the slope of the loss, and only the gradient knows that slope.",
        "W − η W instead of W − η ∂L/∂W",
        "Call your function with gradients of zeros: what must come out, and what does?",
    ),
    Mistake(
        "R7", (of(ONLY_THE_STEP), of(ONLY_THE_STEP_AWAY)),
        "The step alone is returned, not the parameters after it.",
        "The new parameters are the old ones and the step.",
        "−η ∂L/∂W instead of W − η ∂L/∂W",
        "Call your function with gradients of zeros: what must come out, and what does?",
    ),
    known(
        "H12", of(NOT_LAYER_1),
        what="Layer 1 stays as it is.",
        why="Every layer from 1 to L has weights and a bias, and each of them takes its step.",
        paper="the update for l = 2 … L instead of l = 1 … L",
        advice="Print the number of every layer that your loop visits.",
    ),
    Mistake(
        "T1", of(not_the_last),
        "The output layer stays as it is.",
        "Every layer from 1 to L has weights and a bias, and each of them takes its step.",
        "the update for l = 1 … L − 1 instead of l = 1 … L",
        "Print the number of every layer that your loop visits.",
    ),
)  # fmt: skip
GRADIENTS = (
    known(
        "U1", Trained(runs.updated_weights),
        what=f"The backward pass uses weights that are updated already. {STILL_FALLS}",
        why="δ⁽ˡ⁾ is carried back through W⁽ˡ⁺¹⁾ as it was in the forward pass, and once that is updated the result belongs "
        "to no point at all; that the loss falls shows how little a falling loss proves.",
        advice="Print an entry of W⁽ᴸ⁾ right before each call of hidden_delta, and once more before the forward pass.",
    ),
    known(
        "U3", Trained(runs.piled_up),
        what=f"The gradients of earlier steps are still in the sum. {STILL_FALLS}",
        why="Each step needs the gradient at the present parameters alone, so every backward pass starts from nothing.",
        paper="Σ of ∂L/∂W over all steps so far, instead of ∂L/∂W of this step",
        advice="Train for two steps and print one entry of ∂L/∂W in each: where is it set back?",
    ),
    known(
        "U4", (Trained(runs.first_cache), Trained(runs.first_gradients)),
        what=f"Every step works with the z and a of the first forward pass. {STILL_FALLS}",
        why="After a step the parameters are others, and so are z and a: each step begins with a forward pass of its own.",
        paper="the gradient at the first parameters, in every step, instead of that at the present ones",
        advice="Print one entry of a⁽ᴸ⁾ in every step: does it move?",
    ),
    known(
        "O7", Trained(runs.scaled(lambda run: -1)),
        what="The sign is flipped: training climbs.",
        paper="Y − A instead of A − Y, or W + η ∂L/∂W instead of W − η ∂L/∂W",
        advice="Print your losses: do they fall or grow?",
    ),
    known(
        "P9", Trained(runs.scaled(lambda run: run.Y.shape[1])),
        what="The factor 1/m is missing: every step is m times too long.",
    ),
    known(
        "P10", Trained(runs.scaled(lambda run: 1 / run.Y.shape[1])),
        what="The steps are divided by m once too often.",
        paper="a second 1/m beside the one in ∂L/∂A",
    ),
    known("O1", Trained(of_deltas(lambda dL_da, params, cache, L: dL_da, runs.carried))),
    known("H7", Trained(of_deltas(
        runs.sloped,
        lambda params, cache, delta, l: runs.sloped(params["W"][l].T @ delta, params, cache, l),
    ))),
    known("H8", Trained(of_deltas(
        runs.sloped,
        lambda params, cache, delta, l: runs.entry_by_entry(
            params["W"][l + 1].T @ delta, runs.slope(params["activation"][l], cache["z"][l + 1])
        ),
    ))),
    known("P2", Trained(of_deltas(runs.sloped, runs.carried, lambda cache, l: cache["a"][l]))),
    known("P3", Trained(of_deltas(
        runs.sloped, runs.carried, lambda cache, l: cache["z"][l - 1] if l > 1 else cache["a"][0]
    ))),
    known("P16", Trained(runs.upside_down)),
    known(
        "H12", Trained(runs.without("Wb", lambda L: [1])),
        what=f"Layer 1 is never trained. {STILL_FALLS}",
        why="The layers above learn to make do with what layer 1 happens to give them; but it has weights too.",
        paper="gradients for l = L … 2 instead of l = L … 1",
        advice="Compare W⁽¹⁾ before and after training: does it move?",
    ),
    Mistake(
        "T1", Trained(runs.without("Wb", lambda L: [L])),
        "The output layer is never trained.",
        "δ⁽ᴸ⁾ stands before the walk back begins, but the weights and the bias of layer L need their gradients too.",
        "gradients for l = L − 1 … 1 instead of l = L … 1",
        "Compare W⁽ᴸ⁾ before and after training: does it move?",
    ),
    known(
        "P8", Trained(runs.without("b", lambda L: list(range(1, L + 1)))),
        what=f"The biases are never trained. {STILL_FALLS}",
        advice="Compare b⁽¹⁾ before and after training: does it move?",
    ),
    Mistake(
        "R8", Trained(count=lambda steps: steps - 1),
        "One step is missing.",
        "`steps` counts updates: after training for one step the parameters have moved once.",
        "steps − 1 updates instead of steps",
        "Train for one step and compare the parameters: did they move?",
    ),
    Mistake(
        "R9", Trained(count=lambda steps: steps + 1),
        "There is one step too many.",
        "`steps` counts updates: after training for one step the parameters have moved once, and for none not at all.",
        "steps + 1 updates instead of steps",
        "Print the number of the step beside each update.",
    ),
    Mistake(
        "R10", Trained(untouched=True),
        "The parameters that are returned are those that were handed in.",
        "What training gives is the parameters after the last update, under the key \"params\".",
        "θ before the first step instead of θ after the last",
        "Compare W⁽¹⁾ of your answer with the one that was handed over: did it move?",
    ),
)  # fmt: skip
RECORDS = (
    Mistake(
        "R8", Recorded(lambda u, losses: losses[:-1]),
        "The loss after the last step is missing.",
        "`steps` updates lie between steps + 1 points, and the last of them is the one that the parameters are left at.",
        "steps losses, each before its update, instead of steps + 1",
        "After how many updates was the last number of your list computed?",
    ),
    Mistake(
        "R12", Recorded(lambda u, losses: losses[1:]),
        "The loss before the first step is missing.",
        "`steps` updates lie between steps + 1 points, and the first of them is the start: without it nobody sees what "
        "the first step did.",
        "steps losses, each after its update, instead of steps + 1",
        "After how many updates was the first number of your list computed?",
    ),
    Mistake(
        "R13", Recorded(lambda u, losses: [losses[0]] * len(losses)),
        "Every loss on record is that of the first forward pass.",
        "After an update the parameters are others, so the loss has to be computed again.",
        "L at the first parameters, in every entry, instead of L at those of the step",
        "Print your list: does it move?",
    ),
    Mistake(
        "R9", (OneMore(), Recorded(lambda u, losses: [*losses, losses[-1]])),
        "There is one loss too many.",
        "`steps` updates lie between steps + 1 points, and each of them has one loss.",
        "steps + 2 losses instead of steps + 1",
        "Train for one step: how many losses are there to record, and how many do you?",
    ),
    known(
        "P9", Recorded(lambda u, losses: [u.Y.shape[1] * loss for loss in losses]),
        what="The losses are summed over the examples, where their mean is asked for.",
        advice="Put every example into X and Y twice: the mean stays the same; does your loss?",
    ),
    known(
        "O10", (Recorded(lambda u, losses: [2 * loss for loss in losses]),
                Recorded(lambda u, losses: [loss / 2 for loss in losses])),
        why="The squared error of this book is ½‖a − y‖², with one ½.",
        paper="‖a − y‖² or ¼‖a − y‖² instead of ½‖a − y‖²",
        advice="Work out the loss by hand for one example with a single output that is off by 2.",
    ),
    known(
        "P13", (Recorded(lambda u, losses: [loss / u.Y.shape[0] for loss in losses]),
                Recorded(lambda u, losses: [2 * loss / u.Y.shape[0] for loss in losses])),
    ),
)  # fmt: skip

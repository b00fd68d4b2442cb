"""The mistakes that no single answer shows, in words: those of the catalogue, with the parameter that they concern."""

from ..exercises.mistake import Mistake, known
from .state import Fault

USED_AGAIN = {
    "what": "What an earlier call returned is changed by a later one.",
    "why": "The function hands out an array or a list that it uses again: one thing under two names.",
    "paper": "the first answer holds other numbers after the second call, instead of its own",
    "advice": "Keep the answer of one call, call the function again with other inputs, and print the one that you kept.",
}
OF_ITSELF = {
    "what": "The same arguments do not always give the same answer.",
    "why": "Something else has a say: a variable of the notebook that changed between two calls, or chance.",
    "paper": "two answers to one question instead of one",
    "advice": "Call it twice with the same arguments and print which number differs first: where does it come from?",
}


def state_mistake(fault: Fault) -> Mistake:
    """What the catalogue says of a fault, with the parameter that it concerns."""
    code, parameter = fault.code, fault.parameter
    words = {}
    if code == "U7":
        words = OF_ITSELF
    elif code == "U2" and not parameter:
        words = USED_AGAIN
    elif parameter:
        words["what"] = f"The function changes {parameter}, which it was handed."
        if code == "U4":
            words["what"] = (
                f"The function works with the {parameter} of another call, not with the one that it is handed."
            )
        if code == "U5":
            words["paper"] = f"other numbers in {parameter} after the call instead of the same"
    return known(code, lambda u: None, **words)

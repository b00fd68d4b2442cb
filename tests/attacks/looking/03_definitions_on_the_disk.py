"""Tries: to read the exercise's definition, with all formulas, where the checkout is.
Must: it is not in the room.
"""

from tests.attacks.writing import earns_if

CELLS = [earns_if('assert "product" in open("CHECKOUT/backprop_lab/exercises/e01_one_neuron.py").read()')]

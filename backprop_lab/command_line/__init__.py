"""The front door ``backprop-lab``: one file for each of its users."""

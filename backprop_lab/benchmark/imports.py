"""What importing the package costs over NumPy, in fresh processes and with compiled bytecode, as after an installation."""

import os
import subprocess
import sys
import tempfile

import numpy as np

ALLOWED = 30e-3  # seconds
MATHEMATICS = (
    "activations", "losses", "neuron", "two_layer", "network", "workspace", "gradient_check", "optimisers", "schedules",
    "training", "cost", "autodiff", "convert", "data",
)  # fmt: skip
STATEMENTS = {
    "the package": "import backprop_lab",
    "one room": "from backprop_lab import network",
    "all of the mathematics": f"from backprop_lab import {', '.join(MATHEMATICS)}",
}


def over_numpy(statement: str, processes: int = 15) -> np.ndarray:
    """Seconds that a statement takes where NumPy is loaded already, one number for each fresh process."""
    program = f"import numpy, time; start = time.perf_counter(); {statement}; print(time.perf_counter() - start)"
    with tempfile.TemporaryDirectory() as compiled:
        # Wherever bytecode is kept, or not kept, on this machine: here it is, after a first process that is not counted.
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment = kept | {"PYTHONPYCACHEPREFIX": compiled}
        seconds = [
            float(
                subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env=environment).stdout
            )
            for _ in range(processes + 1)
        ]
    return np.array(seconds[1:])


def report(processes: int = 15) -> tuple[str, bool]:
    """Text with medians and quartiles, and whether all of them stay below what is allowed."""
    lines, within = [], True
    for name, statement in STATEMENTS.items():
        lower, median, upper = 1e3 * np.percentile(over_numpy(statement, processes), (25, 50, 75))
        within &= bool(median <= 1e3 * ALLOWED)
        lines.append(f"{name}: {median:.1f} ms over NumPy (quartiles {lower:.1f} – {upper:.1f})")
    return "\n".join([*lines, f"at most {1e3 * ALLOWED:g} ms allowed: {'kept' if within else 'NOT kept'}"]), within

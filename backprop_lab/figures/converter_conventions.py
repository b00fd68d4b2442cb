"""The four conventions of the converter figure as words: formulas, lines of NumPy, names, and what the sides count.

The browser takes these words from the figure's setting, so that they stand here once. What the formulas *compute* is in
``converter_reading.py`` and once more in ``js/converter_reading.js``.
"""

from dataclasses import asdict, dataclass
from typing import Any

# The steps, in the order of a backward pass.
STEPS = ("forward", "Δ", "∂L/∂W", "∂L/∂b")
# The arrays that can be followed, by the names of this book; 2 marks the next layer.
ARRAYS = ("X", "W", "b", "Z", "A", "W2", "D2", "D", "dW", "db")
BACK = ("D2", "D", "dW", "db")
# side -> how a page writes it
SIDES = {"in": "n₀", "out": "n₁", "next": "n₂", "m": "m", "one": "1", "1+in": "1 + n₀", "1+out": "1 + n₁"}


@dataclass(frozen=True)
class Convention:
    """One way to write a layer. Entries of the tables have the names of ARRAYS as keys.

    Parameters
    ----------
    label, short : str
        For the menu, and for a heading.
    says : str
        What changes and what does not, in one sentence.
    note : str
        What else a reader has to know; ``{n}`` and ``{ratio}`` stand for n₂ and 2/n₂.
    formulas, code : tuple of str
        One for each of STEPS. The code runs: ``derivative`` is that of the activation.
    names : dict
        How the array is written there.
    sides : dict
        What its sides count, in the order of its shape; one side is an array with one axis.
    same : dict
        What the array is, compared with this book's.
    """

    label: str
    short: str
    says: str
    note: str
    formulas: tuple[str, ...]
    code: tuple[str, ...]
    names: dict[str, str]
    sides: dict[str, tuple[str, ...]]
    same: dict[str, str]


NAMES = {
    "X": "X", "W": "W", "b": "b", "Z": "Z", "A": "A", "W2": "W⁽²⁾", "D2": "Δ⁽²⁾", "D": "Δ", "dW": "∂L/∂W",
    "db": "∂L/∂b",
}  # fmt: skip
_COLUMNS = {
    "X": ("in", "m"), "W": ("out", "in"), "b": ("out", "one"), "Z": ("out", "m"), "A": ("out", "m"),
    "W2": ("next", "out"), "D2": ("next", "m"), "D": ("out", "m"), "dW": ("out", "in"), "db": ("out", "one"),
}  # fmt: skip
_ROWS = {name: sides[::-1] if "m" in sides else sides for name, sides in _COLUMNS.items()} | {
    "b": ("out",),
    "db": ("out",),
}
_DATA = ("X", "Z", "A", "D2", "D")
_SAME = dict.fromkeys(ARRAYS, "the same")
_LYING = dict.fromkeys(_DATA, "on its side: an example is a row")
_FLAT = dict.fromkeys(("b", "db"), "the same numbers with one axis instead of two")
_TURNED = dict.fromkeys(("W", "W2", "dW"), "transposed")

CONVENTIONS = {
    "columns": Convention(
        "columns (this book)", "columns (this book)",
        "Nothing changes: this is how the book writes it, an example a column and W of shape (out, in).",
        "",
        ("Z = W X + b", "Δ = (W⁽²⁾ᵀ Δ⁽²⁾) ⊙ σ′(Z)", "∂L/∂W = Δ Xᵀ", "∂L/∂b = Δ 1"),
        (
            "Z = W @ X + b", "delta = (W2.T @ delta2) * derivative(Z)", "dL_dW = delta @ X.T",
            "dL_db = delta.sum(axis=1, keepdims=True)",
        ),
        NAMES, _COLUMNS, _SAME,
    ),
    "rows": Convention(
        "rows (PyTorch)", "rows (PyTorch)",
        "W is the same, and so is its gradient; X, Z, A and Δ lie on their side, and b has one axis.",
        "PyTorch's MSELoss takes the mean over all m · n_L entries and has no ½: it is 2/n_L times our squared error, "
        "here 2/{n} = {ratio}, and so are its gradients.",
        ("Z = X Wᵀ + b", "Δ = (Δ⁽²⁾ W⁽²⁾) ⊙ σ′(Z)", "∂L/∂W = Δᵀ X", "∂L/∂b = 1ᵀ Δ"),
        (
            "Z = X @ W.T + b", "delta = (delta2 @ W2) * derivative(Z)", "dL_dW = delta.T @ X",
            "dL_db = delta.sum(axis=0)",
        ),
        NAMES, _ROWS, _SAME | _LYING | _FLAT,
    ),
    "keras": Convention(
        "rows, W as (in, out) (Keras, CS231n, d2l)", "rows, (in, out) (Keras)",
        "W is transposed, here K for kernel, and its gradient too; X, Z, A and Δ lie on their side, and b has one axis.",
        "Keras' mean_squared_error takes the mean over the outputs too and has no ½: it is 2/n_L times our squared "
        "error, here 2/{n} = {ratio}, and so are its gradients.",
        ("Z = X K + b", "Δ = (Δ⁽²⁾ K⁽²⁾ᵀ) ⊙ σ′(Z)", "∂L/∂K = Xᵀ Δ", "∂L/∂b = 1ᵀ Δ"),
        (
            "Z = X @ K + b", "delta = (delta2 @ K2.T) * derivative(Z)", "dL_dK = X.T @ delta",
            "dL_db = delta.sum(axis=0)",
        ),
        NAMES | {"W": "K", "W2": "K⁽²⁾", "dW": "∂L/∂K"},
        _ROWS | {"W": ("in", "out"), "W2": ("out", "next"), "dW": ("in", "out")},
        _SAME | _LYING | _FLAT | _TURNED,
    ),
    "theta": Convention(
        "bias inside Θ", "bias inside Θ",
        "b is the first column of Θ, and an input 1 is put in front of X; W is the rest of Θ, and Z, A and Δ stay.",
        "Θ₋ is Θ without its first column: no error goes back to the input 1, which nothing can move.",
        ("Z = Θ [1; X]", "Δ = (Θ₋⁽²⁾ᵀ Δ⁽²⁾) ⊙ σ′(Z)", "∂L/∂Θ = Δ [1; X]ᵀ", "∂L/∂b: column 1 of ∂L/∂Θ"),
        (
            "Z = Theta @ np.vstack([np.ones(m), X])", "delta = (Theta2[:, 1:].T @ delta2) * derivative(Z)",
            "dL_dTheta = delta @ np.vstack([np.ones(m), X]).T", "dL_db = dL_dTheta[:, :1]",
        ),
        NAMES | {"X": "[1; X]", "W": "Θ", "b": "Θ", "W2": "Θ⁽²⁾", "dW": "∂L/∂Θ", "db": "∂L/∂Θ"},
        _COLUMNS | {
            "X": ("1+in", "m"), "W": ("out", "1+in"), "b": ("out", "1+in"), "W2": ("next", "1+out"),
            "dW": ("out", "1+in"), "db": ("out", "1+in"),
        },
        _SAME | {
            "X": "a row of ones in front, then X", "b": "the first column", "db": "the first column",
            "W": "all but the first column", "W2": "all but the first column", "dW": "all but the first column",
        },
    ),
}  # fmt: skip

# Where an array is only a part of what the convention keeps: the first row or column of it is something else.
AFTER_FIRST = {"theta": {"X": "row", "W": "column", "W2": "column", "dW": "column", "b": "column", "db": "column"}}


def as_words() -> dict[str, Any]:
    """All of it as plain dicts and lists, for the setting.

    >>> as_words()["rows"]["formulas"][0]
    'Z = X Wᵀ + b'
    """
    return {key: asdict(words) | {"first": AFTER_FIRST.get(key, {})} for key, words in CONVENTIONS.items()}

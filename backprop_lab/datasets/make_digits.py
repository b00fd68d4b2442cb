"""Make digits.npz, the 8×8 digits of chapter "Learning: gradients → updates", out of scikit-learn's copy of them.

It was run once; the library reads the file and never needs scikit-learn. To make it again, byte for byte::

    pip install scikit-learn
    python backprop_lab/datasets/make_digits.py

What changes: pixels 0…16 are stored as bytes, one example a column. Nothing is left out, reordered or rescaled.
The data are not ours: LICENSE-digits.md, beside this file, says whose they are.
"""

from pathlib import Path

import numpy as np


def make(path: Path) -> None:
    """Write ``pixels`` (64, 1797) and ``labels`` (1797,), both as unsigned bytes, to an .npz file."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    pixels, labels = digits.data.astype(np.uint8).T, digits.target.astype(np.uint8)
    assert (digits.data == pixels.T).all(), "the pixels are no whole numbers between 0 and 255"
    np.savez_compressed(path, pixels=np.ascontiguousarray(pixels), labels=labels)


if __name__ == "__main__":
    target = Path(__file__).with_name("digits.npz")
    make(target)
    print(f"{target.name}: {target.stat().st_size} bytes")

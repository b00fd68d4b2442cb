"""Tries: to steer the instructor's terminal by its name: clear it, write a title, ring, go back, turn the reading direction.
Must: what steers is written as what it is, everywhere.
"""

from tests.attacks.writing import notebook_of

ALONE = True


def submission(folder):
    for name in (
        "\x1b[2Jm",
        "\x1b]0;was-here\x07m",
        "m\rn",
        "m\b\b",
        "m\x9b2J",
        "\u202em",
        "\u2066m",
        "m\u200b",
        "\u2028m",
        "\x7fm",
    ):
        (folder / f"{name}.ipynb").write_text(notebook_of(["def dz_db(): return 0.0"]))

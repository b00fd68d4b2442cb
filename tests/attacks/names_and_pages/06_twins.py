"""Tries: to have a neighbour's name but for what cannot be seen: its composition, its case, a width, a space.
Must: each of them has a record and a page.
"""

from tests.attacks.writing import notebook_of

ALONE = True


def submission(folder):
    for name in (
        "Jos\u00e9",
        "Jose\u0301",
        "JOSE\u0301",
        "jos\u00e9",
        "m",
        "M",
        "\uff4d",
        "m ",
        "m\u00a0",
        "\u043c",
        "m.",
        "m%20",
        "m\u200b",
    ):
        (folder / f"{name}.ipynb").write_text(notebook_of(["def dz_db(): return 0.0"]))

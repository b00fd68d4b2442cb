"""Tries: to be a formula in the table of grades, with spaces, tabs and breaks in front.
Must: no cell of the table begins like a formula.
"""

from tests.attacks.writing import notebook_of

ALONE = True


def submission(folder):
    for name in (
        "=1+1",
        "+cmd",
        "-2",
        "@SUM(1)",
        " =1+1",
        "\t=1",
        "\n=1",
        "\r=1",
        '=HYPERLINK("x";"y")',
        "\uff1d1+1",
        "m,15,15,graded\nn",
        '"m',
    ):
        (folder / f"{name}.ipynb").write_text(notebook_of(["def dz_db(): return 0.0"]))

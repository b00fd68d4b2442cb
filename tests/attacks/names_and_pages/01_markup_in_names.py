"""Tries: to put markup into its name, its file's name and its folder's, for the page and the terminal.
Must: it is text everywhere.
"""

from tests.attacks.writing import notebook_of

ALONE = True
NAMES = (
    "<script>alert(1)<",
    "<img src=x onerror=alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "[red]m",
    "[bold",
    "]m[",
    "[link=file:m]m",
    '"><svg onload=alert(1)>',
    "&lt;b&gt;",
    "javascript:alert(1)",
)


def submission(folder):
    for name in NAMES:
        (folder / f"{name}.ipynb").write_text(notebook_of(["def dz_db(): return 0.0"]))
    (folder / "<b>m").mkdir()
    (folder / "<b>m" / "e01<script>.ipynb").write_text(notebook_of(["def dz_db(): return 0.0"]))

"""Tries: to claim by metadata an exercise that asks for less, or all of them, or one that does not exist.
Must: the exercise is one of ours, and its own functions are asked for.
"""

from tests.attacks.writing import honest, notebook_of

ALONE, STATUSES = True, ("not attempted", "unknown exercise", "graded")
AT_MOST = 15


def submission(folder):
    for k, told in enumerate(
        ({"exercise": "e03"}, {"exercise": "e99"}, {"exercise": ["e01", "e03"]}, {"exercise": "../e01"}, "e01", None)
    ):
        (folder / f"m_{k}.ipynb").write_text(notebook_of(honest("e01"), {"backprop_lab": told}))

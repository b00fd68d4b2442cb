"""Tries: to hand in what is nearly a notebook: cut off, of other types, of numbers and nesting without end, not UTF-8.
Must: each has a record that says that it could not be read.
"""

from tests.attacks.writing import notebook_of

ALONE, STATUSES = True, ("unreadable", "unknown exercise", "not attempted", "graded")
WRONG = {
    "empty": "",
    "cut": notebook_of(["x = 1"])[:-9],
    "open": "[" * 1_000_000,
    "braces": '{"a":' * 100_000,
    "number": "1" * 1_000_000,
    "version": '{"cells": [], "metadata": {}, "nbformat": 1e400, "nbformat_minor": -1}',
    "old": '{"worksheets": [{"cells": [{"cell_type": "code", "input": "def dz_db(): return 0.0", "language": "python"}]}], "metadata": {}, "nbformat": 3, "nbformat_minor": 0}',
    "older": '{"worksheets": 3, "nbformat": 2, "metadata": {}}',
    "first": '{"cells": [1], "nbformat": 1}',
    "null": "null",
    "text": '"cells"',
    "cells": '{"cells": {"0": {}}, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    "twice": '{"cells": [], "cells": 3, "nbformat": 4}',
    "surrogate": notebook_of(["x = '\ud800'", "def dz_db(): return 0.0"]),
    "zero": notebook_of(["x = '\0'"]),
    "nan": '{"nbformat": NaN, "cells": Infinity}',
}


def submission(folder):
    for name, text in WRONG.items():
        (folder / f"m_{name}_e01.ipynb").write_text(text, encoding="utf-8")
    (folder / "m_bytes_e01.ipynb").write_bytes(b"\xff\xfe{\0}\0" + bytes(range(256)))

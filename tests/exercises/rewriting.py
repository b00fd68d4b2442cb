"""What a student would have written: a right function of a test with lines changed."""

import inspect
from collections.abc import Callable
from typing import Any


def rewritten(function: Callable, *changes: tuple[str, str], **names: Any) -> Callable:
    """The function with lines changed. It sees what its own file holds; ``names`` are globals of its own."""
    text = inspect.getsource(function)
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    module = {**function.__globals__, **names}
    exec(text, module)
    return module[function.__name__]

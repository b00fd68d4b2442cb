"""Which cells of a notebook compute a gradient: by what they assign and define, so that none can be forgotten."""

import ast
import re

# dL_dw, da_dz, dL_dW1; delta, delta2; dW, db1; and any name that speaks of a gradient or of the way back.
NAME = re.compile(r"^(d[A-Za-z]+\d*_d[A-Za-z]\w*|d[WbZA]\d*|.*(backward|grad|delta).*)$")


def computed(source: str) -> set[str]:
    """Names of gradients that this source assigns or defines, anywhere in it; empty for a cell that computes none.

    >>> sorted(computed("z = w * x\\ndL_dz = a - y\\ndef backward(cache):\\n    deltas[2], dW1 = 1, 2"))
    ['backward', 'dL_dz', 'dW1', 'deltas']
    >>> computed("from backprop_lab.gradient_check import numerical_gradient\\nprint(dL_dw)")
    set()
    """
    found = set()
    for node in ast.walk(ast.parse(_plain(source))):
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.id if isinstance(node, ast.Name) else node.attr)
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name):
            found.add(node.value.id)
    return {name for name in found if NAME.match(name)}


def _plain(source: str) -> str:
    """Without what only a notebook understands."""
    return "\n".join(line for line in source.splitlines() if not line.lstrip().startswith(("%", "!")))

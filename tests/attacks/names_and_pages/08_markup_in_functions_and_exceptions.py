"""Tries: to put markup and formulas into everything that is told of its code: types of exceptions, of values, of names.
Must: of types those of Python's own are told, and of all else that it is of another kind.
"""

CELLS = [
    """
Evil = type("<script>alert(1)</script>", (Exception,), {"__module__": "<b>", "__qualname__": "=1+1"})
class Meta(type):
    __name__ = property(lambda self: "<script>alert(2)</script>")
class Hidden(Exception, metaclass=Meta): pass
def dL_da(*args): raise Evil("<script>alert(3)</script>")
def da_dz(*args): raise Hidden()
dz_dw = type("<script>alert(4)</script>", (), {})()
def dz_db(): raise type("ValueError<", (ValueError,), {})("x")
def neuron_forward(*args): return {"<script>alert(5)</script>": Evil}
""",
    "raise Evil('in a cell')",
    "raise type('NotImplementedError ' * 9999, (Exception,), {})",
]

"""What a submission finds under the name ``matplotlib`` in the sandbox: everything can be called, nothing is drawn."""

import sys
import types


class Nothing(types.ModuleType):
    """Any attribute, any call, any item gives nothing again."""

    __path__ = ()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return NOTHING

    def __call__(self, *args, **kwargs):
        return NOTHING

    def __getitem__(self, key):
        return NOTHING

    def __iter__(self):
        # `fig, ax = plt.subplots()` is the one unpacking that notebooks share.
        return iter((NOTHING, NOTHING))

    def __enter__(self):
        return NOTHING

    def __exit__(self, *args):
        return False


NOTHING = Nothing("matplotlib")
for _name in ("matplotlib", "matplotlib.pyplot", "matplotlib.patches", "matplotlib.colors", "matplotlib.animation"):
    sys.modules[_name] = NOTHING

"""What a submission finds in the sandbox in place of packages that are not there.

Packages that draw or show (Matplotlib, IPython) are imported and called freely, and do nothing: a plot costs no
points. ``backprop_lab`` can be imported too; its ``check`` does nothing, and using anything else of it raises an
error that says why. This file runs inside the sandbox, and imports the standard library alone.
"""

import importlib.machinery
import types

SILENT = ("matplotlib", "mpl_toolkits", "IPython", "ipywidgets")
REFUSED = "not available in graded code: write it yourself"


class Nothing(types.ModuleType):
    """Any attribute, call or item gives nothing again."""

    __path__ = ()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing(f"{self.__name__}.{name}")

    def __call__(self, *args, **kwargs):
        return Nothing(f"{self.__name__}()")

    def __getitem__(self, key):
        return self

    def __iter__(self):
        # `fig, ax = plt.subplots()` is the one unpacking that notebooks share.
        return iter((self, self))

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return False


class Refused(types.ModuleType):
    """Can be imported and handed around; calling it raises."""

    __path__ = ()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "check" and self.__name__ == "backprop_lab":
            return lambda *args, **kwargs: None
        return Refused(f"{self.__name__}.{name}")

    def __call__(self, *args, **kwargs):
        raise ImportError(f"{self.__name__}: {REFUSED}")


class Finder:
    """Makes a stand-in for any module of these packages; asked last, so that what is really there is found first.

    It is finder and loader by its methods: ``importlib.abc`` would take a tenth of the worker's start.
    """

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in (*SILENT, "backprop_lab"):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return (Refused if spec.name.startswith("backprop_lab") else Nothing)(spec.name)

    def exec_module(self, module):
        pass

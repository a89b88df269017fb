"""CPython's modules as if they lay in this package: `from cpyembed.lib import scipy`.

`import cpyembed.lib.scipy.fft as fft` works too. PyPy's own modules of the same name stay what
they are.
"""

import sys
from importlib.machinery import ModuleSpec

from cpyembed.hook import CPythonLoader

PREFIX = __name__ + "."
__path__ = []  # makes the import system ask for what lies below


class LibFinder:
    """Answers for `cpyembed.lib.NAME` with CPython's NAME."""

    def find_spec(self, fullname, path=None, target=None):
        if not fullname.startswith(PREFIX):
            return None
        return ModuleSpec(fullname, CPythonLoader(fullname[len(PREFIX):]), origin="CPython")

    def invalidate_caches(self):
        """Nothing is cached here; importlib asks every finder."""


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError("module %r has no attribute %r" % (__name__, name))
    import importlib
    return importlib.import_module(PREFIX + name)


def __dir__():
    import cpyembed
    names = cpyembed.import_module("pkgutil").iter_modules()
    return sorted({str(module.name) for module in names})


if not any(isinstance(f, LibFinder) for f in sys.meta_path):
    sys.meta_path.insert(0, LibFinder())

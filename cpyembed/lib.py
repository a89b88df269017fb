"""CPython's modules as if they lay in this package: `from cpyembed.lib import scipy`.

`import cpyembed.lib.scipy.fft as fft` works too. PyPy's own modules of the same name stay what
they are.

A package of CPython's is in `sys.modules` as a `Package` of PyPy's: the import system makes the
names of its submodules from its `__name__`, and from CPython's module it would get
`xml.dom`, PyPy's. What a program gets is always CPython's own module.
"""

import importlib
import sys
import types
from importlib.machinery import ModuleSpec

from cpyembed.hook import numpypys

PREFIX = __name__ + "."
__path__ = []  # makes the import system ask for what lies below


class Outside(types.ModuleType):
    """A package whose submodules are CPython's: as its attributes they are themselves."""

    def __setattr__(self, name, value):
        if isinstance(value, Package):
            value = value.__cpython__
        super().__setattr__(name, value)


class Package(Outside):
    """What the import system sees of a package of CPython's, which is `__cpython__`."""

    def __getattr__(self, name):
        if name == "__cpython__":                   # not set yet
            raise AttributeError(name)
        original = self.__cpython__
        if name == "__all__" and not hasattr(original, name):
            return [public for public in vars(original) if not public.startswith("_")]
        return getattr(original, name)


class LibLoader:
    """Loads CPython's module `name`; see CPythonLoader for what it may not write on."""

    def __init__(self, name):
        self.name = name

    def create_module(self, spec):
        return Package(spec.name)

    def exec_module(self, package):
        import cpyembed
        try:
            found = numpypys(self.name) or cpyembed.import_module(self.name)
        except ModuleNotFoundError as error:
            if error.name == self.name and "." in self.name:
                error.name = package.__spec__.name      # `from package import name` looks at it
            raise
        package.__cpython__ = found
        if hasattr(found, "__path__"):
            package.__path__ = []
        else:
            sys.modules[package.__spec__.name] = found

    def __repr__(self):
        return "<loader of CPython's %s>" % self.name


class LibFinder:
    """Answers for `cpyembed.lib.NAME` with CPython's NAME."""

    def find_spec(self, fullname, path=None, target=None):
        if not fullname.startswith(PREFIX):
            return None
        return ModuleSpec(fullname, LibLoader(fullname[len(PREFIX):]), origin="CPython")

    def invalidate_caches(self):
        """Nothing is cached here; importlib asks every finder."""


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError("module %r has no attribute %r" % (__name__, name))
    found = importlib.import_module(PREFIX + name)
    return found.__cpython__ if isinstance(found, Package) else found


def __dir__():
    import cpyembed
    names = cpyembed.import_module("pkgutil").iter_modules()
    return sorted({str(module.name) for module in names})


sys.modules[__name__].__class__ = Outside
if not any(isinstance(f, LibFinder) for f in sys.meta_path):
    sys.meta_path.insert(0, LibFinder())

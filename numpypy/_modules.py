"""`numpypy.linalg` and its like: modules whose names are those of CPython's, made when used."""

import sys
import types
from importlib.machinery import ModuleSpec

import cpyembed
from numpypy._crossing import back, wrapped

_PUBLIC = ("char", "core", "ctypeslib", "dtypes", "emath", "exceptions", "f2py", "fft", "lib",
           "linalg", "ma", "matlib", "polynomial", "random", "rec", "strings", "testing", "typing",
           "version")


class Module(types.ModuleType):
    """A module of numpypy over one of CPython's NumPy: functions give numpypy's arrays."""

    def __getattr__(self, name):
        original = self.__dict__["__cpython__"]
        if name == "__all__":
            return [str(item) for item in original.__all__]
        try:
            value = getattr(original, name)
        except AttributeError:
            raise AttributeError("module %r has no attribute %r" % (self.__name__, name)) from None
        value = _attribute(value)
        setattr(self, name, value)
        return value

    def __dir__(self):
        return sorted({*self.__dict__, *map(str, dir(self.__dict__["__cpython__"]))})


def _attribute(value):
    if isinstance(value, cpyembed.Object):
        if type(value).__qualname__ == "module":
            name = str(value.__name__)
            if name.partition(".")[0] == "numpy":
                return module("numpypy" + name[len("numpy"):], value)
            return value
        own = own_class(value)
        if own is not None:
            return own
    return wrapped(value)


def own_class(value):
    """numpypy's class for NumPy's own (an Object), or None."""
    if type(value).__qualname__ not in ("type", "_DTypeMeta"):
        return None
    import numpypy
    if str(value.__module__) != "numpy":
        return None
    found = numpypy.__dict__.get(str(value.__name__))
    return found if isinstance(found, type) else None


def module(name, original):
    """The module `name`, made once."""
    if name not in sys.modules:
        made = Module(name, original.__doc__)
        made.__dict__["__cpython__"] = original
        made.__path__ = []
        made.__package__ = name
        made.__spec__ = ModuleSpec(name, finder, origin="CPython", is_package=True)
        sys.modules[name] = made
    return sys.modules[name]


class Finder:
    """Finds and makes `numpypy.linalg` and everything below it."""

    def find_spec(self, fullname, path=None, target=None):
        parts = fullname.split(".")
        if parts[0] != "numpypy" or len(parts) < 2 or parts[1] not in _PUBLIC:
            return None
        return ModuleSpec(fullname, self, origin="CPython", is_package=True)

    def create_module(self, spec):
        original = _original("numpy" + spec.name[len("numpypy"):])
        made = Module(spec.name, original.__doc__)
        made.__dict__["__cpython__"] = original
        return made

    def exec_module(self, module):
        pass

    def invalidate_caches(self):
        """Nothing is cached here."""


def _original(name):
    try:
        return cpyembed.import_module(name)
    except ModuleNotFoundError:                 # numpy.emath is numpy.lib.scimath
        package, _, last = name.rpartition(".")
        original = getattr(cpyembed.import_module(package), last, None)
        if original is None:
            raise
        return original


finder = Finder()


def find():
    """Let `import numpypy.linalg` find it."""
    if finder not in sys.meta_path:
        sys.meta_path.insert(0, finder)


def attribute(name):
    """The attribute `name` of CPython's NumPy, as numpypy's. AttributeError if it has none."""
    import importlib

    from numpypy._crossing import numpy
    if name in _PUBLIC:
        return importlib.import_module("numpypy." + name)
    value = getattr(numpy(), name)
    if isinstance(value, cpyembed.Object) and type(value).__qualname__ == "ufunc":
        import numpypy
        from numpypy._ufuncs import ufunc
        own = str(value.__name__)               # np.conj is np.conjugate
        return ufunc(name) if own == name else getattr(numpypy, own)
    if isinstance(value, cpyembed.Object):
        from numpypy import _reductions
        found = _reductions.function(value, name)
        if found is not None:
            return found
    return _attribute(value) if isinstance(value, cpyembed.Object) else back(value)

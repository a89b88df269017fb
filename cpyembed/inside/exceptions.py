"""Runs in CPython: the classes that stand for PyPy's exception classes.

`__pypy__` of an instance is the PyPy exception. What CPython's does not have comes from there.
"""

pypy = None


def begin(services):
    global pypy
    pypy = services


def make_exception(name, module, qualname, bases):
    """A class for PyPy's exception class of that name."""
    namespace = {"__module__": module, "__qualname__": qualname,
                 "__getattr__": attribute_of_original, "__str__": str_of_original,
                 "__reduce_ex__": reduce_original}
    return type(name, bases, namespace)


def attribute_of_original(self, name):
    original = self.__dict__.get("__pypy__")
    if original is None or name.startswith("__"):
        raise AttributeError("%r object has no attribute %r" % (type(self).__name__, name))
    return pypy.attribute_of(original, name)


def str_of_original(self):
    original = self.__dict__.get("__pypy__")
    if original is None:
        return Exception.__str__(self)
    return pypy.str_of(original)


def reduce_original(self, protocol):
    import pickle
    raise pickle.PicklingError("%s is an exception of PyPy's side: pickle it in PyPy"
                               % type(self).__name__)

"""Classes of PyPy derived from `numpypy.ndarray`, and their twins in CPython.

An instance crosses as an instance of its class's twin, a subclass of NumPy's ndarray that is made
when it is first needed. So NumPy itself decides what an operation gives: an instance of the class,
or a plain array. An instance of the twin comes back as one of the class, with
`__array_finalize__` called on what it came from. The twin leads `__array_ufunc__`,
`__array_function__` and `__array_wrap__` to those of the class.
"""

import importlib

import cpyembed
from numpypy._crossing import array, back, ndarray, numpy

_native_view = ndarray.view
_twins = {}                     # class -> its twin, an Object

# In CPython. `_source` is the PyPy instance that an array comes from, `_is_source` is set on the
# array that stands for it.
_MAKE = """
import numpy

def make(name, base, priority):
    class twin(base):
        _source = None
        _is_source = False

        def __array_finalize__(self, obj):
            self._source = getattr(obj, "_source", None)

    if priority is not None:
        twin.__array_priority__ = priority
    twin.__name__ = twin.__qualname__ = name
    return twin

def lead(twin, special, function):
    setattr(twin, special, function and (lambda *args, **keywords: function(*args, **keywords)))

def plain(array):
    return array.view(numpy.ndarray)

def instance(plain, twin, source):
    made = plain.view(twin)
    made._source, made._is_source = source, True
    return made
"""
_there = {}                     # the functions above
_SPECIAL = ("__array_ufunc__", "__array_function__", "__array_wrap__")


class _Bare(ndarray):
    """What an instance is before it gets its class: `__array_finalize__` is called once, later."""

    def __array_finalize__(self, obj):
        pass


def instance(cls, plain, parent):
    """An instance of a subclass on a plain array's memory, finalized with `parent`."""
    made = _native_view(plain, _Bare)
    made.__class__ = cls
    made.__array_finalize__(parent)
    return made


def is_derived(cls):
    """Whether it is a class of PyPy derived from ndarray."""
    return isinstance(cls, type) and cls is not ndarray and issubclass(cls, ndarray)


def __init_subclass__(cls, **keywords):
    """From here on instances of the new class cross as those of a twin."""
    super(ndarray, cls).__init_subclass__(**keywords)
    cpyembed._convert_to_cpython(cls, _cross)


def _cross(value):
    if not _there:
        cpyembed.exec(_MAKE, _there)
    plain = cpyembed.Object(_native_view(value, ndarray))
    return cpyembed._raw_call(_there["instance"], plain, twin(type(value)), cpyembed.ref(value))


def twin(cls):
    """The twin of a class of PyPy's (an Object)."""
    if cls not in _twins:
        base = next(base for base in cls.__mro__[1:] if issubclass(base, ndarray))
        original = numpy().ndarray if base is ndarray else twin(base)
        found = cpyembed._raw_call(_there["make"], cls.__name__, original,
                                   vars(cls).get("__array_priority__"))
        cpyembed._convert_to_pypy(found, lambda value: _arrive(cls, value))
        for special in _SPECIAL:
            if special in vars(cls):
                _there["lead"](found, special, _leading(special, getattr(cls, special)))
        _twins[cls] = found
    return _twins[cls]


def _arrive(cls, value):
    source = value._source
    if value._is_source:
        return source
    return instance(cls, array(cpyembed._raw_call(_there["plain"], value)), source)


def _leading(special, method):
    """What the twin calls: the method of the class, with numpypy's functions and PyPy's classes
    in its arguments."""
    if method is None:
        return None
    if special == "__array_ufunc__":
        return lambda self, ufunc, *args, **keywords: method(self, _own(ufunc), *args, **keywords)
    if special == "__array_function__":
        return lambda self, function, types, args, keywords: method(
            self, _own(function), tuple([_class(item) for item in types]), args,
            dict(keywords.items()))
    return method


def _own(function):
    """numpypy's function for NumPy's."""
    module = str(getattr(function, "__module__", None) or "numpy")
    try:
        found = importlib.import_module("numpypy" + module[len("numpy"):])
        return getattr(found, str(function.__name__))
    except (ImportError, AttributeError):
        return function


def _class(twin):
    for cls, found in _twins.items():
        if found is twin:
            return cls
    return ndarray if twin is numpy().ndarray else twin


def __array_ufunc__(self, *args, **keywords):
    """As NumPy's: what a ufunc does with a subclass that has no method of its own."""
    return numpy().ndarray.__array_ufunc__(self, *args, **keywords)


def __array_function__(self, *args, **keywords):
    """As NumPy's, likewise."""
    return numpy().ndarray.__array_function__(self, *args, **keywords)


def __array_wrap__(self, array, context=None, return_scalar=False):
    """As NumPy's: the array as one of this class."""
    if type(self) is ndarray and type(array) is ndarray:
        return array[()] if return_scalar and not array.shape else array
    more = (None, True) if return_scalar else ()
    return numpy().ndarray.__array_wrap__(self, array, *more)


def view(self, dtype=None, type=None):
    """view(dtype=None, type=None): another array on the same memory, with other elements, or of
    another class."""
    if type is None and (dtype is ndarray or is_derived(dtype)):
        dtype, type = None, dtype
    if type is None and dtype is None:
        return _native_view(self, self.__class__)
    keywords = {} if dtype is None else {"dtype": dtype}
    if type is not None and type is not ndarray and not is_derived(type):
        return back(cpyembed.Object(self).view(type=type, **keywords))
    if dtype is None:
        plain = _native_view(self, ndarray)
    else:
        made = cpyembed.Object(self).view(dtype)
        plain = _native_view(made, ndarray) if is_derived(made.__class__) else back(made)
    if type is None:
        return made
    return plain if type is ndarray else instance(type, plain, self)

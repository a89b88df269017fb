"""CPython's NumPy, and its values as numpypy's.

Arguments need nothing: a numpypy array crosses as an ndarray on the same memory, at any depth of
lists, tuples and dicts. Results come back here: `back` makes numpypy's arrays, scalars and dtypes
of NumPy's wherever numpypy has the dtype, and leaves everything else an `Object`.
"""

from _numpypy.multiarray import dtype as native_dtype
from _numpypy.multiarray import ndarray

import cpyembed

# NumPy's names of the dtypes that both sides have and mean the same by.
NAMES = ("bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64",
         "float16", "float32", "float64", "complex64", "complex128")
SCALARS = {name: native_dtype(name).type for name in NAMES}
CHARS = frozenset("?bBhHiIlLqQefdFD")

_numpy = None


def numpy():
    """CPython's NumPy, an Object; starts CPython on first use. ImportError if it has none."""
    global _numpy
    if _numpy is None:
        _numpy = cpyembed.import_module("numpy")
    return _numpy


def is_started():
    """Whether CPython's NumPy has been asked for."""
    return _numpy is not None


def back(value):
    """`value`, a result of CPython's NumPy, as numpypy's: arrays on the same memory, scalars,
    dtypes; those in tuples and lists too. What numpypy has nothing like stays as it is."""
    cls = type(value)
    try:
        convert = _converters[cls]
    except KeyError:
        convert = _converters[cls] = _converter(cls)
    return value if convert is None else convert(value)


_converters = {}


def _converter(cls):
    """The function that brings back an instance of `cls`; None if it is to stay as it is."""
    if cls is tuple:
        return _tuple
    if issubclass(cls, (float, complex)):
        scalar = SCALARS.get(cls.__qualname__) if cls.__module__ == "numpy" else None
        if scalar is None or cls is scalar:
            return None
        plain = float if issubclass(cls, float) else complex
        return lambda value: scalar(plain(value))
    if issubclass(cls, cpyembed.Object):
        return _object_converter(cls)
    return None


def _object_converter(cls):
    if cls.__module__ == "numpy":
        if cls.__qualname__ == "ndarray":
            return array
    if cls.__module__ == "numpy.dtypes":
        return dtype
    if cls.__module__ in ("builtins", "cpyembed") and cls.__qualname__ == "list":
        return _list
    return None


def array(value):
    """The numpypy array on the memory of an Object of an ndarray; the Object if there is none."""
    try:
        return cpyembed._asarray(value)
    except TypeError:
        return value


def dtype(value):
    """numpypy's dtype for an Object of NumPy's; the Object if there is none."""
    return native_dtype(value.str) if value.char in CHARS else value


def _tuple(value):
    return tuple([back(item) for item in value])


def _list(value):
    return [back(item) for item in value]


class Function:
    """A function of CPython's NumPy that gives numpypy arrays. CPython gets the function itself."""

    def __init__(self, function, name=None):
        self.__cpython__ = function             # what crosses in its place
        self.__name__ = self.__qualname__ = name or str(function.__name__)
        home = getattr(function, "__module__", None)
        self.__module__ = "numpypy" + (home[len("numpy"):] if type(home) is str
                                       and home.partition(".")[0] == "numpy" else "")

    def __call__(self, *args, **keywords):
        result = self.__cpython__(*args, **keywords)
        if "out" in keywords:
            return _given(keywords["out"], result)
        return back(result)

    def __getattr__(self, name):
        if name.startswith("__") and name not in ("__doc__", "__wrapped__", "__signature__"):
            raise AttributeError(name)
        return wrapped(getattr(self.__cpython__, name))

    @property
    def __doc__(self):
        return self.__cpython__.__doc__

    def __repr__(self):
        return repr(self.__cpython__)

    def __reduce__(self):
        return self.__name__

    # A callback from NumPy (`__array_function__`) is given NumPy's own function: it finds this one.

    def __eq__(self, other):
        return self is other or isinstance(other, cpyembed.Object) and self.__cpython__ is other

    def __hash__(self):
        return hash(self.__cpython__)

    def __get__(self, instance, owner=None):
        return self         # not a method, as NumPy's functions in C are none

    def __dir__(self):
        return sorted({*object.__dir__(self), *dir(self.__cpython__)})


def _given(out, result):
    """What a function returns that was given `out`: that very array."""
    if type(out) is tuple:
        if len(out) == 1:
            return _given(out[0], result)
        return tuple([back(item) if given is None else given
                      for given, item in zip(out, result)])
    return back(result) if out is None else out


def wrapped(value):
    """An attribute of a module of CPython's NumPy as numpypy's module has it."""
    if not isinstance(value, cpyembed.Object):
        return back(value)
    kind = type(value)
    if kind.__qualname__ in _FUNCTIONS:
        return Function(value)
    return back(value)


_FUNCTIONS = frozenset(["_ArrayFunctionDispatcher", "function", "builtin_function_or_method",
                        "cython_function_or_method", "method", "fused_cython_function"])


def register(any_dtype):
    """Tell cpyembed what NumPy's name for numpypy's classes is, and how a dtype crosses; from here
    on ndarrays arrive as numpypy's arrays."""
    from cpyembed.native import values
    cpyembed._arrays_arrive(True, True, True)
    for cls in {base for scalar in SCALARS.values() for base in scalar.__mro__}:
        if cls.__module__ == "numpy":
            name = "bool" if cls.__name__ == "bool_" else cls.__name__
            values.add_class(cls, "numpy", name)
    values.add_class(ndarray, "numpy", "ndarray")
    values.add_class(any_dtype, "numpy", "dtype")
    values.add_class(native_dtype, "numpy", "dtype")
    values.add_converter(native_dtype, lambda dtype: cpyembed._raw_call(numpy().dtype, dtype.str))

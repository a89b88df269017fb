"""Dtypes and scalar types: micronumpy's where it has them, CPython's otherwise."""

from numpypy._crossing import CHARS, SCALARS, back, native_dtype, numpy

_known = {float: native_dtype("float64"), int: native_dtype("int64"), bool: native_dtype("bool"),
          complex: native_dtype("complex128"), None: native_dtype("float64")}
_known.update((scalar, native_dtype(name)) for name, scalar in SCALARS.items())


def native(spec):
    """micronumpy's dtype for what NumPy takes as one; None if it has none that NumPy has too."""
    if type(spec) is native_dtype:
        return spec if spec.char in CHARS else None
    if type(spec) is str or spec is None or type(spec) is type:
        if spec not in _known:
            _known[spec] = _parse(spec)
        return _known[spec]
    char = getattr(spec, "char", None)          # a dtype of CPython's
    return _parse(spec.str) if type(char) is str and char in CHARS else None


def _parse(spec):
    try:
        found = native_dtype(spec)
    except (TypeError, ValueError):
        return None
    if found.char in "qQ":              # of the two integers of eight bytes, int64's
        return native_dtype(found.str)
    return found if found.char in CHARS else None


class _AnyDtype(type):
    """`dtype` stands for two classes: micronumpy's, and CPython's for what that does not have."""

    def __call__(cls, dtype, *args, **keywords):
        found = None if args or keywords else native(dtype)
        return back(numpy().dtype(dtype, *args, **keywords)) if found is None else found

    def __instancecheck__(cls, value):
        return type(value) is native_dtype or isinstance(value, numpy().dtype)

    def __subclasscheck__(cls, other):
        return other is cls or other is native_dtype or issubclass(other, numpy().dtype)

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(native_dtype, name)


class dtype(metaclass=_AnyDtype):
    """dtype(spec, align=False, copy=False): the type of an array's elements.

    spec: what NumPy takes. TypeError for anything else.
    """

    __module__ = "numpypy"

    def __init_subclass__(cls, **keywords):
        raise TypeError("type 'numpy.dtype' is not an acceptable base type")


def scalar_types():
    """The abstract and the concrete scalar types by NumPy's names (dict of str to class)."""
    types = dict(SCALARS)
    for scalar in SCALARS.values():
        for base in scalar.__mro__:
            if base.__module__ == "numpy":
                types.setdefault(base.__name__, base)
    types["bool_"] = types["bool"]
    types.update(byte=types["int8"], ubyte=types["uint8"], short=types["int16"],
                 ushort=types["uint16"], intc=types["int32"], uintc=types["uint32"],
                 int_=types["int64"], uint=types["uint64"], intp=types["int64"],
                 uintp=types["uint64"], long=types["int64"], ulong=types["uint64"],
                 half=types["float16"], single=types["float32"], double=types["float64"],
                 csingle=types["complex64"], cdouble=types["complex128"])
    return types

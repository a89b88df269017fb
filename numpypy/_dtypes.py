"""Dtypes and scalar types: micronumpy's where it has them, CPython's otherwise."""

import operator
import types

import cpyembed
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
        if found is not None:
            return found
        made = numpy().dtype(dtype, *args, **keywords)
        return made if "metadata" in keywords else back(made)       # micronumpy's have none

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


    def __class_getitem__(cls, item):
        return types.GenericAlias(cls, item)


# ---- what micronumpy's dtypes lack, or do otherwise ---------------------------------------------


_SPECIFIES = (cpyembed.Object, str, list, tuple, dict, type)     # what may stand for a dtype


def _comparison(name):
    special = "__%s__" % name
    own, operation = getattr(native_dtype, special), getattr(operator, special)
    if_same = name in ("eq", "le", "ge")

    def method(self, other):
        if other is self:
            return if_same
        found = native(other)
        if found is not None:
            return own(self, found)
        if isinstance(other, _SPECIFIES) or hasattr(other, "dtype"):
            return operation(cpyembed.Object(self), other)
        return NotImplemented
    return method


def _text(special, form):
    own = getattr(native_dtype, special)
    return lambda self: own(self) if self.isnative else form % self.str


def _times(self, count):
    return back(cpyembed.Object(self) * count)


def complete():
    """Give micronumpy's dtype what NumPy's have."""
    made = {"__%s__" % name: _comparison(name) for name in ("eq", "ne", "lt", "le", "gt", "ge")}
    for special, form in (("__repr__", "dtype('%s')"), ("__str__", "%s")):
        made[special] = _text(special, form)
    made.update(
        __bool__=lambda self: True, __mul__=_times, __rmul__=_times,
        __class_getitem__=classmethod(lambda cls, item: dtype[item]),
        ndim=property(lambda self: 0), isalignedstruct=property(lambda self: False))
    for name, value in made.items():
        setattr(native_dtype, name, value)


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

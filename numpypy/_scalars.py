"""Completes micronumpy's scalars: NumPy's attributes, and NumPy 2's promotion in operators."""

import operator
import types

import cpyembed
from numpypy._crossing import SCALARS, back, ndarray

there = cpyembed.Object         # the scalar in CPython

METHODS = (
    "__copy__ __deepcopy__ all any argmax argmin argsort astype bit_count byteswap choose clip"
    " compress cumprod cumsum diagonal dump dumps fill flatten getfield is_integer max mean min"
    " nonzero prod put ravel repeat reshape resize round searchsorted setfield setflags sort"
    " squeeze std sum swapaxes take to_device tofile tobytes trace transpose var view"
    " __array_namespace__ __array_wrap__ __setstate__ __sizeof__").split()
ATTRIBUTES = ("base data denominator device flat numerator __array_interface__"
              " __array_struct__").split()
OPERATORS = "add sub mul truediv floordiv mod pow lshift rshift and or xor".split()
COMPARISONS = "eq ne lt le gt ge".split()
ADDITIVE = ("add", "sub", "mul")

# micronumpy does not round what it makes of float16.
_FLOATS = frozenset(SCALARS[name] for name in ("float32", "float64"))
_NOT_HERE = frozenset(SCALARS[name] for name in ("bool", "float16"))
_BOUNDS = {SCALARS["%sint%d" % (sign, bits)]: (0 if sign else -2**(bits - 1),
                                                2**bits - 1 if sign else 2**(bits - 1) - 1)
           for sign in ("", "u") for bits in (8, 16, 32, 64)}


def _same(self, other):
    """`other` as a number of self's type, if NumPy computes in that type; else None."""
    cls, kind = type(self), type(other)
    if kind is cls:
        return None if cls in _NOT_HERE else other
    if cls in _FLOATS:
        if kind is float or kind is int and -2**53 <= other <= 2**53:
            return cls(other)
    elif kind is int and cls in _BOUNDS:
        lowest, highest = _BOUNDS[cls]
        if lowest <= other <= highest:
            return cls(other)
    return None


def _operator(operation, native):
    """`scalar OP other`, with the operator as a function."""
    def method(self, other):
        if native is not None:
            number = _same(self, other)
            if number is not None:
                return native(self, number)
        return back(operation(there(self), other))
    return method


def _turned(operation):
    return lambda self, other: operation(other, self)


def _comparison(name, native):
    operation = getattr(operator, "__%s__" % name)

    def method(self, other):
        number = _same(self, other)
        if number is not None:
            return native(self, number)
        if other is None and name in ("eq", "ne"):
            return name == "ne"
        return back(operation(there(self), other))
    return method


# What a loop over the elements of an array does most must compile to the bare operation: tests of
# types against constants, and no more.

_float64, _int64 = SCALARS["float64"], SCALARS["int64"]


def _of_float64(native, general):
    def method(self, other):
        kind = type(other)
        if (kind is float or kind is _float64 or kind is _int64
                or kind is int and -2**53 <= other <= 2**53):
            return native(self, other)
        return general(self, other)
    return method


def _of_int64(native, general):
    def method(self, other):
        kind = type(other)
        if (kind is _int64 or kind is int and -2**63 <= other < 2**63
                or kind is float or kind is _float64):
            return native(self, other)
        return general(self, other)
    return method


def _of_bits(native, general):
    def method(self, other):
        kind = type(other)
        if kind is _int64 or kind is int and -2**63 <= other < 2**63:
            return native(self, other)
        return general(self, other)
    return method


def _divided(fast, general):
    """Division by zero is NumPy's: it may warn."""
    def method(self, other):
        kind = type(other)
        if (kind is float or kind is _float64 or kind is int) and other:
            return fast(self, other)
        return general(self, other)
    return method


def _of_divisor(fast, general):
    """Division by zero may warn; by -1, the lowest int64 has no quotient that is one."""
    def method(self, other):
        kind = type(other)
        if (kind is int or kind is _int64) and (other > 0 or other < -1):
            return fast(self, other)
        return general(self, other)
    return method


def _of_dividend(fast, general):
    """The same, with self as what divides."""
    def method(self, other):
        return fast(self, other) if self > 0 or self < -1 else general(self, other)
    return method


def _of_shift(native, general):
    def method(self, other):
        return native(self, other) if type(other) is int and 0 <= other < 63 else (
            general(self, other))
    return method


def _of_positive(fast, general):
    """A power of zero or of a negative number may warn, unless the exponent is a natural one."""
    def method(self, other):
        if self > 0.0 or type(other) is int and other >= 0:
            return fast(self, other)
        return general(self, other)
    return method


def _of_bool(name):
    operation = getattr(operator, "__%s__" % name)
    return lambda self: back(operation(there(self)))


def _divide(native):
    def __truediv__(self, other):
        if type(self) in _FLOATS:
            number = _same(self, other)
            if number is not None and number != 0:
                return native(self, number)
        return back(there(self) / other)
    return __truediv__


def _method(name):
    return lambda self, *args, **keywords: back(getattr(there(self), name)(*args, **keywords))


def _attribute(name):
    return property(lambda self: back(getattr(there(self), name)))


def __repr__(self):
    return repr(there(self))


def __str__(self):
    return str(there(self))


def __format__(self, spec):
    return format(there(self), spec)


def __round__(self, ndigits=None):
    return back(round(there(self)) if ndigits is None else round(there(self), ndigits))


def __divmod__(self, other):
    return back(divmod(there(self), other))


def __rdivmod__(self, other):
    return back(divmod(other, there(self)))


def __getitem__(self, index):
    return back(there(self)[index])


def __iter__(self):
    raise TypeError("'numpy.%s' object is not iterable" % type(self).__name__)


def __class_getitem__(cls, item):
    return types.GenericAlias(cls, item)


def __complex__(self):
    return complex(self.item())


def __array__(self, dtype=None, *, copy=None):
    made = back(there(self).__array__())        # NumPy's of None is float64
    return made if dtype is None else made.astype(dtype)


def __reduce__(self):
    return _unpickled, (self.dtype.name, self.item())


def _unpickled(name, value):
    return SCALARS[name](value)


def _constructor(name, own):
    """`float32(value)`: what micronumpy does not understand, NumPy converts."""
    scalar = SCALARS[name]

    def __new__(cls, *args):
        try:
            return own(cls, *args)
        except (TypeError, ValueError, NotImplementedError):
            if cls is not scalar or len(args) != 1:
                raise
        import numpypy
        return numpypy.asarray(args[0]).astype(name)[()]
    return __new__


def _bool_constructor(own):
    """`bool_(value)`: micronumpy reads an array's elements as if they were numbers."""
    def __new__(cls, *args):
        if len(args) == 1 and isinstance(args[0], ndarray):
            return args[0].astype("bool")[()]
        return own(cls, *args)
    return __new__


completed = set()               # the names that are not, or not always, micronumpy's


def complete():
    """Give micronumpy's scalar types what NumPy's have."""
    generic = next(base for base in SCALARS["float64"].__mro__ if base.__name__ == "generic")
    made = {name: _method(name) for name in METHODS}
    made.update((name, _attribute(name)) for name in ATTRIBUTES)
    own = dict(vars(generic))
    for name in OPERATORS:
        special, reflected = "__%s__" % name, "__r%s__" % name
        operation, additive = getattr(operator, special), name in ADDITIVE
        made[special] = _operator(operation, own[special] if additive else None)
        made[reflected] = _operator(_turned(operation), own[reflected] if additive else None)
    made["__truediv__"] = _divide(own["__truediv__"])
    made.update(("__%s__" % name, _comparison(name, own["__%s__" % name]))
                for name in COMPARISONS)
    for function in (__repr__, __str__, __format__, __round__, __divmod__, __rdivmod__,
                     __complex__, __getitem__, __iter__, __array__, __reduce__):
        made[function.__name__] = function
    made["__class_getitem__"] = classmethod(__class_getitem__)
    for name, value in made.items():
        setattr(generic, name, value)
    completed.update(made)
    for scalar in SCALARS.values():
        scalar.__reduce__ = __reduce__
    for name, scalar in SCALARS.items():
        scalar.__new__ = _constructor(name, scalar.__new__)
    SCALARS["bool"].__new__ = _bool_constructor(SCALARS["bool"].__new__)
    for name in ("float16", "float32"):         # float64 is a float, and has it
        SCALARS[name].as_integer_ratio = _method("as_integer_ratio")
    for name in ("neg", "pos"):
        setattr(SCALARS["bool"], "__%s__" % name, _of_bool(name))
    for name in (*ADDITIVE, "radd", "rsub", "rmul", *COMPARISONS):
        name = "__%s__" % name
        setattr(_float64, name, _of_float64(own[name], made[name]))
        setattr(_int64, name, _of_int64(own[name], made[name]))
    for name in ("__truediv__", "__mod__"):
        fast = _of_float64(own[name], made[name])
        setattr(_float64, name, _divided(fast, made[name]))
    for name in ("__and__", "__rand__", "__or__", "__ror__", "__xor__", "__rxor__"):
        setattr(_int64, name, _of_bits(own[name], made[name]))
    for name in ("__floordiv__", "__mod__"):
        fast = _of_bits(own[name], made[name])
        setattr(_int64, name, _of_divisor(fast, made[name]))
    for name in ("__rfloordiv__", "__rmod__"):
        fast = _of_bits(own[name], made[name])
        setattr(_int64, name, _of_dividend(fast, made[name]))
    fast = _of_int64(own["__truediv__"], made["__truediv__"])
    _int64.__truediv__ = _divided(fast, made["__truediv__"])
    for name in ("__lshift__", "__rshift__"):
        setattr(_int64, name, _of_shift(own[name], made[name]))
    _float64.__pow__ = _of_positive(_of_float64(own["__pow__"], made["__pow__"]), made["__pow__"])
    del SCALARS["bool"].__index__
    for name in ("__div__", "__rdiv__", "__hex__", "__oct__", "tostring"):
        if name in vars(generic):
            delattr(generic, name)

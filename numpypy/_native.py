"""The names of numpypy over micronumpy, PyPy's built-in array module `_numpypy`."""

import math as _math

from _numpypy import umath as _umath
from _numpypy.multiarray import (
    arange,
    array,
    can_cast,
    concatenate,
    count_nonzero,
    dot,
    dtype,
    empty,
    empty_like,
    ndarray,
    promote_types,
    result_type,
    where,
    zeros,
)

pi, e, inf, nan, newaxis = _math.pi, _math.e, _math.inf, _math.nan, None

__all__ = ["arange", "array", "asarray", "can_cast", "concatenate", "count_nonzero", "dot", "dtype",
           "e", "empty", "empty_like", "full", "inf", "linspace", "nan", "ndarray", "newaxis",
           "ones", "pi", "promote_types", "result_type", "where", "zeros",
           "zeros_like"]

_UFUNCS = [
    "absolute", "add", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh",
    "bitwise_and", "bitwise_not", "bitwise_or", "bitwise_xor", "ceil", "conj", "conjugate",
    "copysign", "cos", "cosh", "deg2rad", "degrees", "divide", "equal", "exp", "exp2", "expm1",
    "fabs", "floor", "floor_divide", "fmax", "fmin", "fmod", "greater", "greater_equal", "imag",
    "invert", "isfinite", "isinf", "isnan", "left_shift", "less", "less_equal", "log", "log10",
    "log1p", "log2", "logaddexp", "logaddexp2", "logical_and", "logical_not", "logical_or",
    "logical_xor", "maximum", "minimum", "mod", "multiply", "negative", "not_equal", "power",
    "rad2deg", "radians", "real", "reciprocal", "right_shift", "rint", "sign", "signbit", "sin",
    "sinh", "sqrt", "square", "subtract", "tan", "tanh", "true_divide", "trunc",
]
_SCALARS = [
    "bool_", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16",
    "float32", "float64", "longdouble", "complex64", "complex128",
]

for _name in _UFUNCS:
    globals()[_name] = getattr(_umath, _name)
for _name in _SCALARS:
    globals()[_name] = dtype(_name.rstrip("_")).type
__all__ += _UFUNCS + _SCALARS
abs = absolute = _umath.absolute
__all__.append("abs")


def asarray(obj, dtype=None):
    """`obj` as a numpypy array, without a copy where that can be.

    obj: a numpypy array; an Object of CPython with the buffer protocol (an ndarray, a memoryview,
    a pandas column's values), which gives a view of its memory; or anything that `array` takes.
    dtype: what `array` takes; the elements are copied if theirs is another.
    TypeError for a CPython buffer whose elements numpypy has no dtype for.
    """
    import cpyembed
    if isinstance(obj, cpyembed.Object):
        obj = cpyembed.asarray(obj)
    if dtype is None:
        return obj if isinstance(obj, ndarray) else array(obj)
    return array(obj, dtype=dtype, copy=False)


def full(shape, fill_value, dtype=None):
    """A new array of `shape` (int or tuple of ints), every element `fill_value`."""
    result = empty(shape, array(fill_value).dtype if dtype is None else dtype)
    result.fill(fill_value)
    return result


def ones(shape, dtype=float):
    """A new array of `shape` (int or tuple of ints), every element one."""
    return full(shape, 1, dtype)


def zeros_like(a, dtype=None):
    """A new array of zeros with the shape of `a`, and its dtype unless `dtype` is given."""
    return zeros(a.shape, a.dtype if dtype is None else dtype)


def linspace(start, stop, num=50, endpoint=True):
    """`num` (int) float64 numbers from `start` to `stop`, at equal distances; the last one is
    `stop` itself unless `endpoint` is false. ValueError for a negative `num`."""
    if num < 0:
        raise ValueError("linspace() of a negative number of samples, %d" % num)
    parts = num - 1 if endpoint else num
    step = (stop - start) / parts if parts > 0 else 0.0
    result = arange(0, num, dtype=float) * step + start
    if endpoint and num > 1:
        result[-1] = stop
    return result

"""Sums and their like: one number of a whole float64 or int64 array, by NumPy's own loops.

With an axis, a dtype, an `out`, or an array with gaps, NumPy is asked.
"""

import math

from numpypy import _ufuncs
from numpypy._crossing import SCALARS, Function, native_dtype, ndarray

ZERO, ONE, FIRST = range(3)     # what a reduction starts from, as `cpyembed._loops` counts it

_FLOAT = native_dtype("float64")
_ZERO = SCALARS["float64"](0.0)


def _reducing(function, start):
    def reduce(array):
        loops = _ufuncs.loops(function)
        return None if loops is None else loops.reduce(array, start)
    return reduce


_total = _reducing("add", ZERO)


def _mean(array):
    if array.dtype is not _FLOAT:
        return None
    total = _total(array)
    return None if total is None else total / array.size


def _variance(array):
    mean = _mean(array)
    if mean is None or array.ndim != 1:
        return None
    apart = _ufuncs.loops("subtract")(array, mean)
    squares = None if apart is None else _ufuncs.loops("multiply")(apart, apart)
    return None if squares is None else _mean(squares)


def _deviation(array):
    variance = _variance(array)
    return None if variance is None else _ZERO + math.sqrt(variance)


def dot(first, second):
    """The product of two vectors; None if NumPy is to be asked."""
    if type(first) is ndarray and type(second) is ndarray:
        loops = _ufuncs.loops("vecdot")
        if loops is not None:
            return loops.pair(first, second)
    return None


# By the names of the array's methods. Each takes the array and gives the scalar, or None.
METHODS = {"sum": _total, "prod": _reducing("multiply", ONE), "max": _reducing("maximum", FIRST),
           "min": _reducing("minimum", FIRST), "mean": _mean, "var": _variance, "std": _deviation}
FUNCTIONS = {**METHODS, "amax": METHODS["max"], "amin": METHODS["min"]}


class Reduction(Function):
    """A function of NumPy's module, of which this file knows the plainest case."""

    def __init__(self, function, name):
        super().__init__(function, name)
        self._plainly = FUNCTIONS[name]

    def __call__(self, *args, **keywords):
        if len(args) == 1 and not keywords and type(args[0]) is ndarray:
            result = self._plainly(args[0])
            if result is not None:
                return result
        return super().__call__(*args, **keywords)


class Dot(Function):
    """numpy.dot, likewise."""

    def __call__(self, *args, **keywords):
        if len(args) == 2 and not keywords:
            result = dot(*args)
            if result is not None:
                return result
        return super().__call__(*args, **keywords)


def method(name, delegated):
    """The method of ndarray: `delegated` where this file has no answer."""
    plainly = METHODS[name]

    def reduce(self, *args, **keywords):
        if not args and not keywords:
            result = plainly(self)
            if result is not None:
                return result
        return delegated(self, *args, **keywords)
    return reduce


def function(value, name):
    """numpypy's function for an Object of NumPy's; None if it is none of these."""
    if name in FUNCTIONS:
        return Reduction(value, name)
    return Dot(value, name) if name == "dot" else None

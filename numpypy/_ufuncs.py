"""Functions of elements: NumPy's own inner loops, called from PyPy; NumPy itself for all others.

NumPy's loops have the processor's vectors in them. Where the operands are arrays without gaps, of
one dtype and shape, or such an array and a number, `cpyembed._loops` calls the loop on PyPy's
memory: no ndarray is made, CPython is not entered, and a call costs less than CPython's own. It
gives None for everything else, and whenever the processor says that there is something to warn of;
NumPy is asked then.

Until something needs CPython, micronumpy's loops serve small arrays, so that a program that has no
others does not start it.
"""

import math

from _numpypy import umath

import cpyembed
from numpypy import _crossing
from numpypy._crossing import Function, back, native_dtype, ndarray, numpy

SMALL = 128                     # elements for which CPython is not started

_FLOAT = native_dtype("float64")
_INT = native_dtype("int64")
_LONGLONG = native_dtype("q")
_sum = ndarray.sum              # micronumpy's, which `complete` has yet to replace

# micronumpy's functions that agree with NumPy's on float64, and on int64
UNARY = {"absolute": (True, True), "negative": (True, True), "square": (True, False),
         "floor": (True, False), "ceil": (True, False), "trunc": (True, False),
         "rint": (True, False)}
BINARY = {"add": (True, True), "subtract": (True, True), "multiply": (True, True),
          "equal": (True, True), "not_equal": (True, True), "less": (True, True),
          "less_equal": (True, True), "greater": (True, True), "greater_equal": (True, True)}
_MAY_WARN = frozenset(["add", "subtract", "multiply", "square"])

# The functions whose loops touch no object and say by the processor's flags what is to be warned
# of; and the numbers of the dtypes for which they do: bool, the integers, float32 and float64.
_BOOL, _INTEGERS, _FLOATS = (0,), tuple(range(1, 11)), (11, 12)
LOOPS = dict.fromkeys(
    "fabs sqrt cbrt reciprocal rint floor ceil trunc exp exp2 expm1 log log2 log10 log1p sin cos"
    " tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh degrees radians deg2rad"
    " rad2deg isnan isinf isfinite signbit spacing divide fmod power fmax fmin arctan2 hypot"
    " copysign nextafter logaddexp logaddexp2 heaviside".split(), _FLOATS)
LOOPS.update(dict.fromkeys(
    "absolute negative positive square sign add subtract multiply floor_divide remainder maximum"
    " minimum equal not_equal less less_equal greater greater_equal".split(), _INTEGERS + _FLOATS))
LOOPS.update(dict.fromkeys("left_shift right_shift".split(), _INTEGERS))
LOOPS.update(dict.fromkeys("bitwise_and bitwise_or bitwise_xor invert".split(), _BOOL + _INTEGERS))
LOOPS.update(dict.fromkeys("logical_and logical_or logical_xor logical_not".split(),
                           _BOOL + _INTEGERS + _FLOATS))
LOOPS["vecdot"] = (12,)


def is_small(array, on_float, on_int):
    """Whether micronumpy's loop can do it."""
    if array.size > SMALL:
        return False
    dtype = array.dtype
    return on_float and dtype is _FLOAT or on_int and (dtype is _INT or dtype is _LONGLONG)


def fits(array, other):
    """Whether the other operand needs no promotion and no broadcast but that of one number."""
    kind = type(other)
    if kind is ndarray:
        return other.dtype is array.dtype and other.shape == array.shape
    if array.dtype is _FLOAT:
        return kind is float or kind is int and -2**53 <= other <= 2**53
    return kind is int and -2**63 <= other < 2**63


_made = {}                      # loops(); None for those that there are not


def loops(name):
    """NumPy's loops of the function `name`, or None. Starts CPython."""
    if name not in _made:
        try:
            found = cpyembed._loops(getattr(numpy(), name), LOOPS[name])
        except (AttributeError, TypeError):         # an older NumPy
            found = None
        _made[name] = found
    return _made[name]


def _without_cpython(name, first, second=None, out=None):
    """The array that micronumpy makes; None if it must not, or CPython runs already."""
    if _crossing.is_started() or type(first) is not ndarray:
        return None
    if name in UNARY and second is None and is_small(first, *UNARY[name]):
        result = getattr(umath, name)(first)
    elif name in BINARY and is_small(first, *BINARY[name]) and fits(first, second):
        result = getattr(umath, name)(first, second)
    else:
        return None
    if name in _MAY_WARN and result.dtype is _FLOAT and not math.isfinite(_sum(result)):
        return None             # NumPy knows whether to warn
    if out is None:
        return result
    if type(out) is not ndarray or out.dtype is not result.dtype or out.shape != result.shape:
        return None
    out[...] = result
    return out


class Attempt:
    """`attempt(a)`, `attempt(a, b)`, `attempt(a, b or None, out)`: the function's result if it can
    be had without asking NumPy, else None."""

    def __init__(self, name):
        self._name = name
        self._loops = None      # not made yet
        # vecdot's loop is one over vectors, for `dot`; over elements it would read beyond them.
        self._absent = name not in LOOPS or name == "vecdot"

    def __call__(self, *operands):
        if self._loops is not None:
            return self._loops(*operands)
        if self._absent:
            return None
        result = _without_cpython(self._name, *operands)
        if result is not None:
            return result
        self._loops = loops(self._name)
        self._absent = self._loops is None
        return self(*operands)


class ufunc(Function):
    """A function of elements, with `reduce`, `accumulate`, `outer`, `at`."""

    def __init__(self, name):
        self.__name__ = self.__qualname__ = name
        self.__module__ = "numpypy"
        self.attempt = Attempt(name)
        self._nin = None

    @property
    def nin(self):
        """How many operands it takes."""
        if self._nin is None:
            self._nin = self.__cpython__.nin
        return self._nin

    def __getattr__(self, name):
        if name == "__cpython__":               # CPython is started by the first that needs it
            original = self.__dict__[name] = getattr(numpy(), self.__name__)
            return original
        return Function.__getattr__(self, name)

    def __call__(self, *args, **keywords):
        if not keywords:
            if len(args) == 1 or len(args) == 2:
                result = self.attempt(*args)
                if result is not None:
                    return result
        elif len(keywords) == 1 and "out" in keywords and 1 <= len(args) <= 2:
            out = keywords["out"]
            second = args[1] if len(args) == 2 else None
            if type(out) is ndarray and self.attempt(args[0], second, out) is not None:
                return out
        result = self.__cpython__(*args, **keywords)
        if "out" in keywords or len(args) > self.nin:
            return self._with_out(args, keywords, result)
        return back(result)

    def _with_out(self, args, keywords, result):
        """Arrays given for the result, by name or by position, are the result."""
        given = keywords.get("out")
        if given is None:
            given = args[self.nin:]
        elif type(given) is not tuple:
            given = (given,)
        results = result if type(result) is tuple else (result,)
        made = tuple([back(item) if at >= len(given) or given[at] is None else given[at]
                      for at, item in enumerate(results)])
        return made if type(result) is tuple else made[0]

    def reduce(self, array, *args, **keywords):
        """As NumPy's."""
        result = self.__cpython__.reduce(array, *args, **keywords)
        return back(result) if keywords.get("out") is None else keywords["out"]

    def at(self, a, *args):
        """As NumPy's: in place, unbuffered."""
        return self.__cpython__.at(a, *args)

    def __repr__(self):
        return "<ufunc '%s'>" % self.__name__

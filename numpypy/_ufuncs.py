"""Functions of elements: micronumpy's loop for small arrays where it agrees with NumPy's,
NumPy's own for all others.

Crossing to CPython costs more than the sum of a few numbers; NumPy's vectors are faster from a
hundred or two elements on. What a C library's rounding, a warning or an error decides is NumPy's
always.
"""

from _numpypy import umath

from numpypy._crossing import Function, back, native_dtype, ndarray, numpy

SMALL = 128                     # elements up to which micronumpy's loop is the faster one

_FLOAT = native_dtype("float64")
_INT = native_dtype("int64")
_LONGLONG = native_dtype("q")

# micronumpy's functions that agree with NumPy's on float64, and on int64
UNARY = {"absolute": (True, True), "negative": (True, True), "square": (True, False),
         "floor": (True, False), "ceil": (True, False), "trunc": (True, False),
         "rint": (True, False)}
BINARY = {"add": (True, True), "subtract": (True, True), "multiply": (True, True),
          "equal": (True, True), "not_equal": (True, True), "less": (True, True),
          "less_equal": (True, True), "greater": (True, True), "greater_equal": (True, True)}


def is_small(array, on_float, on_int):
    """Whether micronumpy's loop is to be taken for this array."""
    if array.size > SMALL or type(array) is not ndarray:
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


class ufunc(Function):
    """A function of elements, with `reduce`, `accumulate`, `outer`, `at`."""

    def __init__(self, name):
        self.__name__ = self.__qualname__ = name
        self.__module__ = "numpypy"
        self._native = getattr(umath, name, None)
        self._unary = UNARY.get(name)
        self._binary = BINARY.get(name)

    def __getattr__(self, name):
        if name == "__cpython__":               # CPython is started by the first that needs it
            original = self.__dict__[name] = getattr(numpy(), self.__name__)
            return original
        return Function.__getattr__(self, name)

    def __call__(self, *args, **keywords):
        if not keywords and args and type(args[0]) is ndarray:
            if self._binary is not None and len(args) == 2:
                if is_small(args[0], *self._binary) and fits(*args):
                    return self._native(*args)
            elif self._unary is not None and len(args) == 1:
                if is_small(args[0], *self._unary):
                    return self._native(*args)
        result = self.__cpython__(*args, **keywords)
        if "out" in keywords or len(args) > 1:
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

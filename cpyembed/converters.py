"""The arguments of `cpyembed.register_converter`, checked alike on both engines."""

import cpyembed

# What crosses by value so often that no engine looks for anything else.
FIXED = (type(None), bool, int, float, str)


def check(pypy_type, to_cpython, cpython_type, to_pypy):
    """TypeError for a half of a pair, for nothing at all, and for what is no class or function."""
    if (pypy_type is None) != (to_cpython is None):
        raise TypeError("pypy_type and to_cpython go together")
    if (cpython_type is None) != (to_pypy is None):
        raise TypeError("cpython_type and to_pypy go together")
    if pypy_type is None and cpython_type is None:
        raise TypeError("register_converter() needs pypy_type and to_cpython, or cpython_type and "
                        "to_pypy")
    if pypy_type is not None:
        check_pypy_type(pypy_type)
        check_function("to_cpython", to_cpython)
    if cpython_type is not None:
        if not isinstance(cpython_type, cpyembed.Object):
            raise TypeError("cpython_type must be a CPython class, not %s" %
                            type(cpython_type).__name__)
        check_function("to_pypy", to_pypy)


def check_pypy_type(cls):
    """TypeError if `cls` cannot be a pypy_type."""
    if not isinstance(cls, type):
        raise TypeError("pypy_type must be a class, not %s" % type(cls).__name__)
    if cls in FIXED or issubclass(cls, cpyembed.Object):
        raise TypeError("%s always crosses as it is: register a class of your own" % cls.__name__)


def check_function(name, function):
    """TypeError if it cannot be called."""
    if not callable(function):
        raise TypeError("%s must be callable, not %s" % (name, type(function).__name__))


def guarded(cls, function):
    """`function`, but TypeError if it gives an instance of `cls` again, which would never end."""
    def convert(x):
        value = function(x)
        if type(value) is cls:
            raise TypeError("to_cpython for %s gave a %s again" % (cls.__name__, cls.__name__))
        return value
    return convert

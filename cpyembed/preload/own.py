"""`cpyembed.register_converter`: values of the user's own."""

from cpyembed.preload.convert import FROM, TO, is_type, to_c
from cpyembed.preload.gil import enter, leave, leave_for_callback, reenter
from cpyembed.preload.object import Object, maker, pointer
from cpyembed.preload.refs import incref


def register(pypy_type, to_cpython, cpython_type, to_pypy):
    """See `api.register_converter`."""
    if (pypy_type is None) != (to_cpython is None):
        raise TypeError("pypy_type and to_cpython go together")
    if (cpython_type is None) != (to_pypy is None):
        raise TypeError("cpython_type and to_pypy go together")
    if pypy_type is None and cpython_type is None:
        raise TypeError("register_converter() needs pypy_type and to_cpython, or cpython_type and "
                        "to_pypy")
    enter()
    try:
        if pypy_type is not None:
            register_to(pypy_type, to_cpython)
        if cpython_type is not None:
            register_from(cpython_type, to_pypy)
    finally:
        leave()


def register_to(cls, function):
    if not isinstance(cls, type):
        raise TypeError("pypy_type must be a class, not %s" % type(cls).__name__)
    if not callable(function):
        raise TypeError("to_cpython must be callable, not %s" % type(function).__name__)

    def convert(x, memo):
        depth = leave_for_callback()
        try:
            value = function(x)
        finally:
            reenter(depth)
        if type(value) is cls:
            raise TypeError("to_cpython for %s gave a %s again" % (cls.__name__, cls.__name__))
        return to_c(value, memo)
    TO[cls] = convert


def register_from(cls, function):
    if not isinstance(cls, Object) or not is_type(pointer(cls)):
        raise TypeError("cpython_type must be a CPython class, not %s" % type(cls).__name__)
    if not callable(function):
        raise TypeError("to_pypy must be callable, not %s" % type(function).__name__)
    t = pointer(cls)
    make = maker(t)
    incref(t)

    def convert(p):
        x = make(p)
        depth = leave_for_callback()
        try:
            return function(x)
        finally:
            reenter(depth)
    FROM[t] = convert

"""`cpyembed.register_converter`: values of the user's own."""

from cpyembed.converters import check, guarded
from cpyembed.preload.convert import FROM, TO, is_type, to_c
from cpyembed.preload.gil import enter, leave, leave_for_callback, reenter
from cpyembed.preload.object import maker, pointer
from cpyembed.preload.refs import incref


def register(pypy_type, to_cpython, cpython_type, to_pypy):
    """See `api.register_converter`."""
    check(pypy_type, to_cpython, cpython_type, to_pypy)
    enter()
    try:
        if pypy_type is not None:
            register_to(pypy_type, to_cpython)
        if cpython_type is not None:
            register_from(cpython_type, to_pypy)
    finally:
        leave()


def register_to(cls, function):
    function = guarded(cls, function)

    def convert(x, memo):
        depth = leave_for_callback()
        try:
            value = function(x)
        finally:
            reenter(depth)
        return to_c(value, memo)
    TO[cls] = convert


def register_from(cls, function):
    if not is_type(pointer(cls)):
        raise TypeError("cpython_type must be a CPython class, not %s" % type(cls).__name__)
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

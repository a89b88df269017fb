"""The functions of `cpyembed/native/` that the interpreter level calls.

What is easier said in Python than in RPython, and is not on a fast path, lies
in the Python package: classes of exceptions, values of the standard library.
`cpyembed.native` registers its functions here when CPython has started.
"""
from rpython.rlib import jit

from pypy.interpreter.error import oefmt


class Hooks(object):
    w_new_exception = None          # (original) -> PyPy exception instance
    w_exception_class = None        # (original class) -> PyPy exception class
    w_cpython_exception = None      # (PyPy exception) -> Object of the CPython one
    w_cpython_class = None          # (PyPy class) -> Object of CPython's, or None
    w_converter = None              # (PyPy class) -> function to CPython, or None
    w_from_cpython = None           # (module.qualname) -> function to PyPy, or None
    w_value_class = None            # (original class, base) -> PyPy class
    w_builtin_class = None          # (name) -> PyPy built-in type, or None
    w_await = None                  # (Object) -> the iterator that __await__ gives
    w_signature = None              # (Object) -> inspect.Signature

    def __init__(self, space):
        pass


def get(space):
    return space.fromcache(Hooks)


@jit.dont_look_inside
def register(space, __args__):
    """Store the functions that the keywords name."""
    hooks = get(space)
    args_w, kwds_w = __args__.unpack()
    for name, w_value in kwds_w.items():
        if name == 'new_exception':
            hooks.w_new_exception = w_value
        elif name == 'exception_class':
            hooks.w_exception_class = w_value
        elif name == 'cpython_exception':
            hooks.w_cpython_exception = w_value
        elif name == 'cpython_class':
            hooks.w_cpython_class = w_value
        elif name == 'converter':
            hooks.w_converter = w_value
        elif name == 'from_cpython':
            hooks.w_from_cpython = w_value
        elif name == 'value_class':
            hooks.w_value_class = w_value
        elif name == 'builtin_class':
            hooks.w_builtin_class = w_value
        elif name == 'await_object':
            hooks.w_await = w_value
        elif name == 'signature':
            hooks.w_signature = w_value
        else:
            raise oefmt(space.w_TypeError, "no hook is called %s", name)

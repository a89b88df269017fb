"""The functions of `cpyembed/native/` that the interpreter level calls.

What is easier said in Python than in RPython, and is not on a fast path, lies
in the Python package: classes of exceptions, values of the standard library.
`cpyembed.native` registers its functions here when CPython has started.
"""
from rpython.rlib import jit
from rpython.rlib.unroll import unrolling_iterable

from pypy.interpreter.error import oefmt
from pypy.interpreter.gateway import unwrap_spec


class Hooks(object):
    w_new_exception = None          # (original) -> PyPy exception instance
    w_exception_class = None        # (original class) -> PyPy exception class
    w_cpython_exception = None      # (PyPy exception) -> Object of the CPython one
    w_cpython_class = None          # (PyPy class) -> Object of CPython's, or None
    w_converter = None              # (PyPy class) -> function to CPython, or None
    w_from_cpython = None           # (module.qualname) -> function to PyPy, or None
    w_value_class = None            # (original class, base) -> PyPy class
    w_builtin_class = None          # (name) -> PyPy built-in type, or None
    w_await_object = None           # (Object) -> the iterator that __await__ gives
    w_signature = None              # (Object) -> inspect.Signature
    w_mro_entries = None            # (base of a class statement, all bases) -> tuple of classes
    w_forward = None                # (W_Forward, instance or None, class) -> the attribute
    w_export_type = None            # (PyPy class, Object of the new type of its exports)
    w_export_attribute = None       # (PyPy object, name that it lacks) -> value

    def __init__(self, space):
        self.own_attributes_w = {}      # name -> (Object) -> PyPy's value of that attribute


# The keyword of register(), which is the attribute's name without the `w_`.
_KEYWORDS = unrolling_iterable([(name[2:], name) for name in sorted(Hooks.__dict__)
                                if name.startswith('w_')])


def get(space):
    return space.fromcache(Hooks)


@jit.dont_look_inside
def register(space, __args__):
    """Store the functions that the keywords name."""
    hooks = get(space)
    args_w, kwds_w = __args__.unpack()
    for name, w_value in kwds_w.items():
        if not _store(hooks, name, w_value):
            raise oefmt(space.w_TypeError, "no hook is called %s", name)


def _store(hooks, name, w_value):
    for keyword, attribute in _KEYWORDS:
        if name == keyword:
            setattr(hooks, attribute, w_value)
            return True
    return False


@jit.dont_look_inside
@unwrap_spec(name='text')
def own_attribute(space, name, w_function):
    """From here on that attribute (its name starts with two underscores) of any
    Object is what w_function makes of the Object, and not CPython's."""
    get(space).own_attributes_w[name] = w_function

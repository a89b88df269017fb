"""The public API of section 3, for the preload engine."""

from cpyembed.hook import check_import
from cpyembed.preload import gil, interpreter
from cpyembed.preload.interpreter import configure, info, start
from cpyembed.preload.object import Object

__all__ = ["configure", "info", "start", "import_module", "builtins"]


def running():
    """Start CPython if need be, and return the modules that need it."""
    if not interpreter.started:
        start()


def import_module(name):
    """CPython's module `name` (str), also 'package.module'; an Object.

    ModuleNotFoundError tells the command that installs it; what the module raises while it is
    imported arrives as it is.
    """
    running()
    check_import(name)
    from cpyembed.preload import setup
    return setup.import_module(name)


def eval(source, globals=None, locals=None):
    """The value of the expression `source` (str or code object of CPython's), in CPython.

    globals, locals: dicts, copied in and, where the expression changed them, out; or Objects of
    CPython dicts. Without globals, CPython's `__main__`.
    """
    running()
    from cpyembed.preload import setup
    return setup.run_source("eval", source, globals, locals)


def exec(source, globals=None, locals=None):
    """Execute statements (str or code object) in CPython; the names that they make are left in
    `globals` (dict or Object), or in CPython's `__main__`."""
    running()
    from cpyembed.preload import setup
    setup.run_source("exec", source, globals, locals)


def make_object(x):
    """`Object(x)`: CPython's object for `x`, not converted back."""
    running()
    from cpyembed.preload import convert
    from cpyembed.preload import object as objects
    if isinstance(x, Object):
        objects.valid_pointer(x)
        return x
    gil.enter()
    try:
        return objects.wrap(convert.to_c(x))
    finally:
        gil.leave()


def ref(x):
    """Pass `x`, such as a list or dict, to CPython by reference instead of by copy."""
    running()
    if isinstance(x, Object):
        return x
    from cpyembed.preload.export import Reference
    return Reference(x)


def raw(f):
    """The same callable, its results never converted: each is an Object."""
    running()
    from cpyembed.preload import raw as raws
    return raws.raw(f)


def release(obj):
    """Drop the reference that the Object `obj` holds now; using it afterwards is ValueError."""
    running()
    from cpyembed.preload import raw as raws
    return raws.release(obj)


def scope():
    """`with cpyembed.scope():` releases at its end every Object, but modules and exceptions, that
    this thread got inside."""
    running()
    from cpyembed.preload import raw as raws
    return raws.Scope()


def to_python(obj):
    """A deep copy of CPython containers as PyPy ones: list, dict, set, frozenset, tuple."""
    running()
    from cpyembed.preload import deep
    return deep.to_python(obj)


def asarray(x):
    """An indexable view, no copy, of the memory of `x`: an Object with the buffer protocol."""
    running()
    from cpyembed.preload import ndarray
    return ndarray.asarray(x)


def register_converter(pypy_type=None, to_cpython=None, cpython_type=None, to_pypy=None):
    """Teach the boundary values of your own.

    to_cpython(x) gives what crosses in place of an instance of `pypy_type` (exactly that class);
    to_pypy(obj) gives PyPy's value for the Object `obj`, an instance of the CPython class
    `cpython_type` (exactly that class). TypeError for a half of a pair, and for a wrong kind.
    """
    running()
    from cpyembed.preload import own
    return own.register(pypy_type, to_cpython, cpython_type, to_pypy)


def __getattr__(name):
    if name == "builtins":
        return import_module("builtins")
    raise AttributeError("module %r has no attribute %r" % (__name__, name))

"""The public API of section 3, for the preload engine."""

from cpyembed.preload import gil, interpreter
from cpyembed.preload.interpreter import configure, info, start
from cpyembed.preload.object import Object, pointer

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
    if not isinstance(name, str):
        raise TypeError("import_module() takes a str, not %s" % type(name).__name__)
    from cpyembed.preload import setup
    return setup.import_module(name)


def eval(source, globals=None, locals=None):
    """The value of the expression `source` (str), in CPython."""
    running()
    from cpyembed.preload import setup
    return setup.run_source("eval", source, globals, locals)


def exec(source, globals=None, locals=None):
    """Run `source` (str) in CPython; the names that it makes are left in `globals`."""
    running()
    from cpyembed.preload import setup
    setup.run_source("exec", source, globals, locals)


def make_object(x):
    """`Object(x)`: CPython's object for `x`, not converted back."""
    running()
    if isinstance(x, Object):
        return x
    from cpyembed.preload import convert
    from cpyembed.preload import object as objects
    gil.enter()
    try:
        return objects.wrap(convert.to_c(x))
    finally:
        gil.leave()


def unpickle(data):
    """The Object that was pickled as `data`."""
    return import_module("pickle").loads(data)


class _Builtins:
    """`cpyembed.builtins`: CPython's module, imported at the first use of a name."""


def __getattr__(name):
    if name == "builtins":
        return import_module("builtins")
    raise AttributeError("module %r has no attribute %r" % (__name__, name))


_ = pointer

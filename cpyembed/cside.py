"""The files of `inside/`, which run in CPython, as PyPy reaches them; both engines.

CPython sees them as the package `cpyembed_inside`. They call PyPy through one object, the export
of a `services.Services`.
"""

import os

INSIDE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "inside")
PACKAGE = "cpyembed_inside"

_import_module = _get = None
_functions = {}


def begin(import_module, get=getattr):
    """Make the package known to CPython, which has just started.

    import_module: the engine's function that imports a CPython module, and no more.
    get: its function that reads an attribute for the engine itself, which keeps what it gets.
    """
    global _import_module, _get
    _import_module, _get = import_module, get
    package = import_module("types").ModuleType(PACKAGE)
    package.__path__ = [INSIDE]
    import_module("sys").modules[PACKAGE] = package


def module(name):
    """The module `inside/NAME.py`, an Object."""
    return _import_module(PACKAGE + "." + name)


def function(name):
    """A function of `inside/`, an Object: `function("end.finish")`."""
    found = _functions.get(name)
    if found is None:
        file, _, attribute = name.partition(".")
        found = _functions[name] = _get(module(file), attribute)
    return found


def follow():
    """From here on each side does what the other one does: streams, warnings, log records,
    frames, forks, Ctrl-C, `help()`."""
    from cpyembed import documentation
    from cpyembed.inside import after_import
    from cpyembed.services import Services
    services = Services()
    for name in ("streams", "reports", "frames", "forks", "interrupts", "exceptions"):
        function(name + ".begin")(services)
    after_import.call("pydoc", documentation.follow)

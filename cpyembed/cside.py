"""The files of `inside/`, which run in CPython, as PyPy reaches them; both engines.

CPython sees them as the package `cpyembed_inside`. They call PyPy through one object, the export
of a `services.Services`.
"""

import os

INSIDE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "inside")
PACKAGE = "cpyembed_inside"

_import_module = None
_functions = {}


def begin(import_module):
    """Make the package known to CPython, which has just started.

    import_module: the engine's function that imports a CPython module, and no more.
    """
    global _import_module
    _import_module = import_module
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
        found = _functions[name] = getattr(module(file), attribute)
    return found


def follow():
    """From here on CPython does what PyPy does: streams, warnings, log records,
    frames, forks, Ctrl-C."""
    from cpyembed.services import Services
    services = Services()
    for name in ("streams", "reports", "frames", "forks", "interrupts", "exceptions"):
        function(name + ".begin")(services)

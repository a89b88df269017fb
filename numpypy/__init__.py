"""NumPy-shaped arrays for PyPy.

On the native engine the arrays are PyPy's own (micronumpy): element access in a loop compiles to a
load, and CPython's NumPy sees the same memory. On the preload engine, whose PyPy has no such
arrays, this is CPython's NumPy itself.
"""

import sys as _sys

if "_numpypy" in _sys.builtin_module_names:
    from numpypy._native import *  # noqa: F403
    from numpypy._native import __all__
else:
    import cpyembed as _cpyembed
    _numpy = _cpyembed.import_module("numpy")
    __all__ = [str(_name) for _name in _numpy.__all__]


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError("module 'numpypy' has no attribute %r" % name)
    if "_numpypy" not in _sys.builtin_module_names:
        return getattr(_numpy, name)
    raise AttributeError("numpypy has no %s of its own yet; cpyembed.import_module('numpy').%s "
                         "takes numpypy arrays, on the same memory" % (name, name))


def __dir__():
    return sorted(__all__)

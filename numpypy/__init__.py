"""NumPy for PyPy, whole.

On the native engine the arrays are PyPy's own (micronumpy): element access in a loop compiles to a
load. Whatever micronumpy lacks, or does otherwise than NumPy, is done by the real NumPy in the
embedded CPython, on the same memory. On the preload engine, whose PyPy has no such arrays, this is
CPython's NumPy itself.
"""

import sys as _sys

if "_numpypy" in _sys.builtin_module_names:
    from numpypy._native import *  # noqa: F403
    from numpypy._native import attribute as _attribute
    from numpypy._native import names as _names
else:
    import cpyembed as _cpyembed
    _numpy = _cpyembed.import_module("numpy")

    def _names():
        return [str(name) for name in _numpy.__all__]

    def _attribute(name):
        return getattr(_numpy, name)


def __getattr__(name):
    if name == "__all__":
        return _names()
    if name.startswith("__") and name not in ("__version__", "__array_namespace_info__"):
        raise AttributeError("module 'numpypy' has no attribute %r" % name)
    try:
        value = _attribute(name)
    except AttributeError:
        raise AttributeError("module 'numpypy' has no attribute %r" % name) from None
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *_names()})

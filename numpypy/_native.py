"""numpypy on the native engine: micronumpy's array type, completed by CPython's NumPy.

Names that are not here come from `attribute` when they are first used, so that importing numpypy
does not start CPython.
"""

import math as _math

from numpypy import _crossing, _dtypes, _flat, _methods, _modules, _scalars
from numpypy._arrays import array, asanyarray, asarray, empty, full, ones, zeros
from numpypy._crossing import ndarray
from numpypy._dtypes import dtype
from numpypy._dtypes import scalar_types as _scalar_types
from numpypy._flat import flatiter
from numpypy._modules import attribute  # noqa: F401
from numpypy._ufuncs import BINARY as _BINARY
from numpypy._ufuncs import UNARY as _UNARY
from numpypy._ufuncs import ufunc

pi, e, inf, nan, newaxis = _math.pi, _math.e, _math.inf, _math.nan, None

__all__ = ["array", "asanyarray", "asarray", "dtype", "e", "empty", "flatiter", "full",
           "inf", "nan", "ndarray", "newaxis", "ones", "pi", "ufunc", "zeros"]


def names():
    """Every public name of CPython's NumPy (list of str)."""
    return [str(name) for name in _crossing.numpy().__all__]


def _fill():
    _crossing.SCALARS["bool"].__name__ = "bool"         # as NumPy 2 calls it
    for name in (*_UNARY, *_BINARY):
        globals()[name] = ufunc(name)
    globals()["abs"] = globals()["absolute"]
    globals().update(_scalar_types())
    __all__.extend([*_UNARY, *_BINARY, "abs", *_scalar_types()])


_fill()
_methods.complete()
_dtypes.complete()
_scalars.complete()
_crossing.register(dtype)
_flat.register()
_modules.find()

"""Making arrays: in PyPy's memory where micronumpy has the dtype, by CPython's NumPy otherwise."""

from _numpypy import multiarray as _native

import cpyembed
from numpypy._crossing import back, ndarray, numpy
from numpypy._dtypes import native

__all__ = ["array", "asanyarray", "asarray", "empty", "full", "ones", "zeros"]


def array(object, dtype=None, *, copy=True, order="K", subok=False, ndmin=0, like=None):
    """A new array of `object`, which is anything that NumPy takes.

    copy: True; None, only if it must; False, never (ValueError if it must).
    """
    if order == "K" and not subok and not ndmin and like is None:
        wanted = None if dtype is None else native(dtype)
        if dtype is None or wanted is not None:
            made = _native_array(object, wanted, copy)
            if made is not None:
                return made
    keywords = {"dtype": dtype, "copy": copy, "order": order, "subok": subok, "ndmin": ndmin}
    if like is not None:
        keywords["like"] = like
    return back(numpy().array(object, **keywords))


def _native_array(object, dtype, copy):
    """The array if micronumpy makes it as NumPy does; else None."""
    kind = type(object)
    if kind is ndarray:
        if dtype is not None and not object.dtype == dtype:
            return None
        return object.copy("K") if copy else object
    if dtype is None and copy is not False:
        if kind is float:
            return _native.array(object)
        if kind is list and len(object) and _is_plain(object):
            return _native.array(object, _INT if type(object[0]) is int else None)
    return None


_INT = native(int)


def _is_plain(numbers):
    """Whether a list has floats alone, or ints alone that fit 64 bits with a sign."""
    kinds = set(map(type, numbers))
    if kinds == {float}:
        return True
    return kinds == {int} and min(numbers) >= -2**63 and max(numbers) < 2**63


def asarray(a, dtype=None, order=None, *, device=None, copy=None, like=None):
    """`a` as an array, without a copy where that can be.

    a: an array; an Object of CPython with the buffer protocol (an ndarray, a memoryview, a pandas
    column's values), which gives a view of its memory; or anything that `array` takes. What has a
    dtype that numpypy has not comes back as CPython's ndarray, an Object.
    """
    if dtype is None and order is None and copy is None:
        if type(a) is ndarray:
            return a
        if isinstance(a, cpyembed.Object):
            try:
                return cpyembed.asarray(a)
            except TypeError:
                pass
    return array(a, dtype, copy=copy, order=order or "K", like=like)


def asanyarray(a, dtype=None, order=None, *, device=None, copy=None, like=None):
    """As `asarray`, but instances of subclasses stay what they are."""
    if isinstance(a, ndarray) and dtype is None and order is None and not copy:
        return a
    return array(a, dtype, copy=copy, order=order or "K", subok=True, like=like)


def empty(shape, dtype=float, order="C", *, device=None, like=None):
    """A new array of `shape` (int or tuple of ints), its elements not set."""
    return _new("empty", _native.empty, shape, dtype, order)


def zeros(shape, dtype=float, order="C", *, device=None, like=None):
    """A new array of `shape` (int or tuple of ints), every element zero."""
    return _new("zeros", _native.zeros, shape, dtype, order)


def ones(shape, dtype=None, order="C", *, device=None, like=None):
    """A new array of `shape` (int or tuple of ints), every element one."""
    return full(shape, 1, float if dtype is None else dtype, order)


def full(shape, fill_value, dtype=None, order="C", *, device=None, like=None):
    """A new array of `shape` (int or tuple of ints), every element `fill_value`."""
    if dtype is None and type(fill_value) in (float, int):
        dtype = type(fill_value)
    if dtype is None or native(dtype) is None or type(fill_value) not in (float, int, bool):
        return back(numpy().full(shape, fill_value, dtype, order))
    made = empty(shape, dtype, order)
    made[...] = fill_value
    return made


def _new(name, function, shape, dtype, order):
    found = native(dtype)
    if found is None or order not in ("C", "F"):
        return back(getattr(numpy(), name)(shape, dtype, order))
    if type(shape) not in (int, tuple):
        shape = tuple(shape) if hasattr(shape, "__iter__") else shape.__index__()
    if shape == 0 or type(shape) is tuple and 0 in shape:
        return back(getattr(numpy(), name)(shape, dtype, order))
    return function(shape, found, order)

"""Arrays to CPython: a numpypy array as an ndarray on the same memory.

The ndarray's base is an export that holds numpypy's memory, so that the memory
lives as long as the last view on either side.  An array that came from CPython,
and is as it came, goes back as the very ndarray that it was.
"""
from rpython.rlib import jit, rgc
from rpython.rlib.objectmodel import keepalive_until_here
from rpython.rtyper.lltypesystem import lltype, rffi

from pypy.interpreter.error import oefmt
from pypy.interpreter.typedef import TypeDef
from pypy.module.cpyembed import buffer, capi, errors, export
from pypy.module.micronumpy import constants as NPY
from pypy.module.micronumpy.base import W_NDimArray
from pypy.module.micronumpy.boxes import W_GenericBox
from pypy.module.micronumpy.concrete import ConcreteArray
from pypy.module.micronumpy.flatiter import W_FlatIterator


ANY_DTYPE = -1                  # for cpyembed_ndarray_if_same

# When CPython lets go of memory that it was lent, a minor collection has seen the
# array in use, and only a major one frees it.  It counts more often, then, so that
# those come sooner.
LARGE = 1 << 16
LENT_COUNTS = 3


class W_Memory(export.W_Single):
    """Keeps the memory of a numpypy array, whatever becomes of the array."""

    def __init__(self, implementation):
        self.implementation = implementation


W_Memory.typedef = TypeDef(
    "numpypy.memory",
    __doc__="The memory of a numpypy array, as the base of an ndarray in CPython.",
)
W_Memory.typedef.acceptable_as_base_class = False


def to_cpython(space, w_obj):
    """A new reference for a numpypy array or scalar; NULL for anything else.
    With both GILs held.  Raises TypeError for a dtype that is not a number."""
    if isinstance(w_obj, W_FlatIterator):
        return capi.NULL                # an iterator, whatever it is built on
    if isinstance(w_obj, W_NDimArray):
        return _array(space, w_obj)
    if isinstance(w_obj, W_GenericBox):
        return _scalar(space, w_obj)
    return capi.NULL


def _refused(space, dtype):
    return oefmt(space.w_TypeError,
                 "numpypy values of dtype %s cannot be handed to CPython: only bool, "
                 "integers, floats and complex numbers up to float64 and complex128 can; "
                 "make them with CPython's NumPy, or convert them with astype()",
                 dtype.get_name())


def _check(space, dtype):
    if not buffer.is_number(dtype.num):
        raise _refused(space, dtype)
    if capi.numpy_load() < 0:
        raise errors.current(space)


@jit.dont_look_inside
def _array(space, w_array):
    implementation = w_array.implementation
    dtype = implementation.dtype
    like = capi.NULL
    if buffer.is_foreign(dtype):
        like = _owner_of_foreign(space, implementation)
    else:
        _check(space, dtype)
    shape = implementation.get_shape()
    strides = implementation.get_strides()
    nd = len(shape)
    writable = int(bool(implementation.flags & NPY.ARRAY_WRITEABLE))
    swapped = int(not dtype.is_native())
    start = rffi.cast(rffi.VOIDP, rffi.ptradd(
        rffi.cast(rffi.CCHARP, implementation.storage), implementation.start))
    numbers = lltype.malloc(capi.SIGNEDP.TO, 2 * nd + 1, flavor='raw')
    try:
        for i in range(nd):
            numbers[i] = shape[i]
            numbers[nd + i] = strides[i]
        ob = _same(like, implementation.base(), dtype.num, swapped, nd, numbers, start, writable)
        if not ob:
            base = export.export(space, W_Memory(implementation))
            _weigh_lent(implementation)
            strides_there = rffi.ptradd(numbers, nd)
            if like:
                ob = capi.numpy_array_like(like, nd, numbers, strides_there, start, writable,
                                           base)
            else:
                ob = capi.numpy_array(dtype.num, swapped, nd, numbers, strides_there, start,
                                      writable, base)
    finally:
        lltype.free(numbers, flavor='raw')
        keepalive_until_here(implementation)    # and with it the ndarray `like`
    if not ob:
        raise errors.current(space)
    return ob


def _weigh_lent(implementation):
    whole = implementation.parent       # of a slice
    if whole is None:
        whole = implementation
    if isinstance(whole, ConcreteArray) and whole.size >= LARGE and not whole.lent:
        whole.lent = True
        rgc.add_memory_pressure(LENT_COUNTS * whole.size)


def _same(like, w_base, num, swapped, nd, numbers, start, writable):
    """A new reference to the ndarray that an array came from, if the array is as
    it came; else NULL."""
    if like:
        num = ANY_DTYPE
    elif isinstance(w_base, buffer.Lender):
        like = w_base.w_object.ptr
    else:
        return capi.NULL
    return capi.ndarray_if_same(like, num, swapped, nd, numbers, rffi.ptradd(numbers, nd),
                                start, writable)


def _owner_of_foreign(space, implementation):
    """The ndarray that an array of elements which only NumPy knows came from.  It
    has their dtype.  Borrowed."""
    whole = implementation.parent       # of a slice; its base may be the array itself
    if whole is None:
        whole = implementation
    w_base = whole.base()
    if isinstance(w_base, buffer.Lender):
        ob = w_base.w_object.ptr
        if capi.ndarray_itemsize(ob) == implementation.dtype.elsize:
            return ob
    raise _refused(space, implementation.dtype)


@jit.dont_look_inside
def _scalar(space, w_box):
    w_array = W_NDimArray.from_scalar(space, w_box)
    implementation = w_array.implementation
    _check(space, implementation.dtype)
    with implementation as storage:
        ob = capi.numpy_scalar(implementation.dtype.num, rffi.cast(rffi.VOIDP, storage))
    if not ob:
        raise errors.current(space)
    return ob

"""Arrays to CPython: a numpypy array as an ndarray on the same memory.

The ndarray's base is an export that holds numpypy's memory, so that the memory
lives as long as the last view on either side.
"""
from rpython.rlib import jit
from rpython.rtyper.lltypesystem import lltype, rffi

from pypy.interpreter.baseobjspace import W_Root
from pypy.interpreter.error import oefmt
from pypy.interpreter.typedef import TypeDef
from pypy.module.cpyembed import capi, errors
from pypy.module.micronumpy import constants as NPY
from pypy.module.micronumpy.base import W_NDimArray
from pypy.module.micronumpy.boxes import W_GenericBox


class W_Memory(W_Root):
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
    if isinstance(w_obj, W_NDimArray):
        return _array(space, w_obj)
    if isinstance(w_obj, W_GenericBox):
        return _scalar(space, w_obj)
    return capi.NULL


def is_number(num):
    """Whether the type number is that of a bool, int, float or complex; NumPy
    and numpypy count alike."""
    return 0 <= num <= NPY.CLONGDOUBLE or num == NPY.HALF


def _check(space, dtype):
    if not is_number(dtype.num):
        raise oefmt(space.w_TypeError,
                    "numpypy values of dtype %s cannot be handed to CPython: only bool, "
                    "integers, floats and complex numbers can", dtype.get_name())
    if capi.numpy_load() < 0:
        raise errors.current(space)


@jit.dont_look_inside
def _array(space, w_array):
    from pypy.module.cpyembed import export
    implementation = w_array.implementation
    dtype = implementation.dtype
    _check(space, dtype)
    shape = implementation.get_shape()
    strides = implementation.get_strides()
    nd = len(shape)
    base = export.export(space, W_Memory(implementation))
    writable = int(bool(implementation.flags & NPY.ARRAY_WRITEABLE))
    swapped = int(not dtype.is_native())
    numbers = lltype.malloc(capi.SIGNEDP.TO, 2 * nd + 1, flavor='raw')
    try:
        for i in range(nd):
            numbers[i] = shape[i]
            numbers[nd + i] = strides[i]
        start = rffi.ptradd(rffi.cast(rffi.CCHARP, implementation.storage), implementation.start)
        ob = capi.numpy_array(dtype.num, swapped, nd, numbers, rffi.ptradd(numbers, nd),
                              rffi.cast(rffi.VOIDP, start), writable, base)
    finally:
        lltype.free(numbers, flavor='raw')
    if not ob:
        raise errors.current(space)
    return ob


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

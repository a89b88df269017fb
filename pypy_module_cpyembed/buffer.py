"""Memory from CPython: whatever offers a buffer, as a numpypy array on it.

The array's base is the Object of a memoryview, which holds the buffer for as
long as the array, or a view of it, lives.
"""
from rpython.rlib import jit
from rpython.rlib.rawstorage import RAW_STORAGE_PTR
from rpython.rtyper.lltypesystem import lltype, rffi

from pypy.interpreter.error import oefmt
from pypy.module.cpyembed import capi, errors, gil
from pypy.module.cpyembed.object import W_Object, pointer, wrap
from pypy.module.micronumpy import concrete, constants as NPY
from pypy.module.micronumpy.base import W_NDimArray
from pypy.module.micronumpy.descriptor import num2dtype
from pypy.module.micronumpy.strides import calc_backstrides

MAX_DIMENSIONS = 64             # PyBUF_MAX_NDIM; cpyembed_buffer_shape counts on it

_SIGNED = {1: NPY.BYTE, 2: NPY.SHORT, 4: NPY.INT, 8: NPY.LONG}
_UNSIGNED = {1: NPY.UBYTE, 2: NPY.USHORT, 4: NPY.UINT, 8: NPY.ULONG}
_OTHER = {'?': NPY.BOOL, 'e': NPY.HALF, 'f': NPY.FLOAT, 'd': NPY.DOUBLE, 'g': NPY.LONGDOUBLE,
          'Zf': NPY.CFLOAT, 'Zd': NPY.CDOUBLE, 'Zg': NPY.CLONGDOUBLE}


@jit.dont_look_inside
def asarray(space, w_obj):
    """A numpypy array on the memory of a CPython object that has the buffer
    protocol.  TypeError if it has none, or elements that are not numbers."""
    w_object = space.interp_w(W_Object, w_obj)
    errors.enter(space)
    try:
        view = capi.buffer_of(pointer(space, w_object))
        if not view:
            raise errors.current(space)
        w_base = wrap(space, view)
        buf = _Buffer(space, view)
    finally:
        gil.leave()
    return buf.as_array(space, w_base)


class _Buffer(object):
    """What a memoryview shows, in RPython's terms."""

    def __init__(self, space, view):
        data = lltype.malloc(rffi.VOIDPP.TO, 1, flavor='raw')
        text = lltype.malloc(rffi.CCHARPP.TO, 1, flavor='raw')
        numbers = lltype.malloc(capi.SIGNEDP.TO, 3 + 2 * MAX_DIMENSIONS, flavor='raw')
        shape = rffi.ptradd(numbers, 3)
        strides = rffi.ptradd(numbers, 3 + MAX_DIMENSIONS)
        try:
            if capi.buffer_shape(view, data, numbers, rffi.ptradd(numbers, 1),
                                 rffi.ptradd(numbers, 2), text, shape, strides) < 0:
                raise oefmt(space.w_TypeError,
                            "a buffer with suboffsets cannot be a numpypy array")
            self.data = data[0]
            self.itemsize = numbers[0]
            nd = numbers[1]
            self.readonly = numbers[2] != 0
            self.format = rffi.charp2str(text[0])
            self.shape = [shape[i] for i in range(nd)]
            self.strides = [strides[i] for i in range(nd)]
        finally:
            lltype.free(numbers, flavor='raw')
            lltype.free(text, flavor='raw')
            lltype.free(data, flavor='raw')

    def dtype(self, space):
        """The numpypy dtype of a struct format of one number.  Sizes come from
        the item, for `l` is 4 or 8 bytes depending on the order's sign."""
        code = self.format
        swapped = False
        if code and code[0] in '@=<>!':
            swapped = code[0] in '>!' and self.itemsize > 1
            code = code[1:]
        num = -1
        if code in ('b', 'h', 'i', 'l', 'q', 'n'):
            num = _SIGNED.get(self.itemsize, -1)
        elif code in ('B', 'H', 'I', 'L', 'Q', 'N'):
            num = _UNSIGNED.get(self.itemsize, -1)
        else:
            num = _OTHER.get(code, -1)
        if num < 0:
            raise oefmt(space.w_TypeError,
                        "numpypy has no dtype for elements of the format '%s'", self.format)
        dtype = num2dtype(space, num)
        if swapped:
            return dtype.descr_newbyteorder(space)
        return dtype

    def as_array(self, space, w_base):
        dtype = self.dtype(space)
        if len(self.shape) > NPY.MAXDIMS:
            raise oefmt(space.w_TypeError, "numpypy arrays have at most %d dimensions",
                        NPY.MAXDIMS)
        shape = self.shape[:]
        strides = self.strides[:]
        backstrides = calc_backstrides(strides, shape)
        storage = rffi.cast(RAW_STORAGE_PTR, self.data)
        if self.readonly:
            whole = concrete.ConcreteNonWritableArrayWithBase(
                shape, dtype, NPY.CORDER, strides, backstrides, storage, w_base)
            whole.flags |= NPY.ARRAY_ALIGNED
        else:
            whole = concrete.ConcreteArrayWithBase(
                shape, dtype, NPY.CORDER, strides, backstrides, storage, w_base)
            whole.flags |= NPY.ARRAY_ALIGNED | NPY.ARRAY_WRITEABLE
        if whole.flags & NPY.ARRAY_C_CONTIGUOUS:
            return W_NDimArray(whole)
        # The other array types take their memory to be without gaps.
        if self.readonly:
            return W_NDimArray(concrete.NonWritableSliceArray(
                0, strides, backstrides, shape, whole, w_base))
        return W_NDimArray(concrete.SliceArray(0, strides, backstrides, shape, whole, w_base))

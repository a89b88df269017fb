"""Memory from CPython: an ndarray, or whatever offers a buffer, as a numpypy array on it.

The array's base is a `Lender`, which holds the ndarray, or the buffer, for as
long as the array, or a view of it, lives.  An array of elements that micronumpy
does not have (text, records, dates, references) keeps its ndarray for the dtype,
too.
"""
from rpython.rlib import jit
from rpython.rlib.rawstorage import RAW_STORAGE_PTR
from rpython.rtyper.lltypesystem import lltype, rffi

from pypy.interpreter.baseobjspace import W_Root
from pypy.interpreter.error import OperationError, oefmt
from pypy.interpreter.typedef import TypeDef
from pypy.module.cpyembed import capi, classes, errors
from pypy.module.cpyembed.object import W_Object, begin, end, wrap_part
from pypy.module.micronumpy import boxes, concrete, constants as NPY
from pypy.module.micronumpy.base import W_NDimArray
from pypy.module.micronumpy.descriptor import new_void_dtype, num2dtype
from pypy.module.micronumpy.strides import calc_backstrides

NOT_LOADED = -2                 # what scalar_typenum says before numpy_load
MAX_DIMENSIONS = 64             # of a buffer and of an ndarray; src/ndarray.c counts on it

_SIGNED = {1: NPY.BYTE, 2: NPY.SHORT, 4: NPY.INT, 8: NPY.LONG}
_UNSIGNED = {1: NPY.UBYTE, 2: NPY.USHORT, 4: NPY.UINT, 8: NPY.ULONG}
_OTHER = {'?': NPY.BOOL, 'e': NPY.HALF, 'f': NPY.FLOAT, 'd': NPY.DOUBLE,
          'Zf': NPY.CFLOAT, 'Zd': NPY.CDOUBLE}


def is_number(num):
    """Whether both sides have the dtype of this number, and mean the same by it.
    NumPy and numpypy count alike.  A long double of numpypy's is a double."""
    return (0 <= num <= NPY.DOUBLE or num == NPY.CFLOAT or num == NPY.CDOUBLE or
            num == NPY.HALF)


def is_foreign(dtype):
    """Whether this is the dtype of an array whose elements only NumPy can read."""
    return dtype.num == NPY.VOID and not dtype.is_record()


class Lender(W_Root):
    """Keeps the CPython object whose memory an array shows.  Not an `Object`:
    nobody can release it."""

    def __init__(self, w_object):
        self.w_object = w_object


Lender.typedef = TypeDef(
    "numpypy.lender",
    __doc__="The owner, in CPython, of the memory of a numpypy array.",
)
Lender.typedef.acceptable_as_base_class = False


@jit.dont_look_inside
def asarray(space, w_obj):
    """A numpypy array on the memory of a CPython object: an ndarray, or what
    has the buffer protocol.  TypeError for anything else, and for elements that
    are not numbers."""
    w_object = space.interp_w(W_Object, w_obj)
    ptr = begin(space, w_object)
    try:
        ob = ptr
        is_array = classes.info_of(space, ob).is_array
        if is_array:
            if capi.numpy_load() < 0:
                raise errors.current(space)
            capi.incref(ob)
        else:
            ob = capi.buffer_of(ob)
            if not ob:
                raise errors.current(space)
        lender = Lender(wrap_part(ob, classes.info_of(space, ob).w_class))
        shown = _Shown(space, ob, is_array)
    finally:
        end(ptr)
    return shown.as_array(space, w_object, lender)


class Arrivals(object):
    """Whether an ndarray that CPython hands over arrives as a numpypy array."""
    on = False
    foreign = False             # of a dtype that numpypy has not, too
    scalars = False             # and whether NumPy's scalars arrive as numpypy's

    def __init__(self, space):
        self.foreign_dtypes = {}        # size of an element -> its dtype

    def foreign_dtype(self, space, itemsize):
        """The dtype, made once, of elements of this size that only NumPy can read:
        micronumpy has shape and steps, and leaves every element to Python code."""
        if itemsize not in self.foreign_dtypes:
            self.foreign_dtypes[itemsize] = new_void_dtype(space, itemsize)
        return self.foreign_dtypes[itemsize]


def arrivals(space):
    return space.fromcache(Arrivals)


@jit.dont_look_inside
def arrived(space, w_object):
    """The numpypy array for a new Object of an ndarray, or the Object itself if
    numpypy has nothing like it.  With CPython's GIL held; runs no Python code."""
    if capi.numpy_load() < 0:
        capi.PyErr_Clear()
        return w_object
    try:
        shown = _Shown(space, w_object.ptr, True)
    except OperationError:
        return w_object
    if not (is_number(shown.num) or shown.foreign) or len(shown.shape) > NPY.MAXDIMS:
        return w_object
    return shown.as_array(space, w_object, Lender(w_object))


def scalar(space, ob):
    """numpypy's scalar for a CPython object that is one of NumPy's, a number; else
    None.  With CPython's GIL held; runs no code."""
    num = capi.scalar_typenum(ob)
    if num == NOT_LOADED:
        if capi.numpy_load() < 0:
            capi.PyErr_Clear()
            return None
        num = capi.scalar_typenum(ob)
    if num < 0:
        return None
    if num == NPY.DOUBLE:
        return boxes.W_Float64Box(capi.float_value(ob))     # a float, so laid out like one
    w_array = W_NDimArray.from_shape(space, [], num2dtype(space, num))
    with w_array.implementation as storage:
        capi.scalar_value(ob, rffi.cast(rffi.VOIDP, storage))
    return w_array.get_scalar_value()


class _Shown(object):
    """What an ndarray, or a memoryview, shows, in RPython's terms."""
    itemsize = 0
    swapped = False
    num = -1
    foreign = False
    format = ''

    def __init__(self, space, ob, is_array):
        data = lltype.malloc(rffi.VOIDPP.TO, 1, flavor='raw')
        numbers = lltype.malloc(capi.SIGNEDP.TO, 4 + 2 * MAX_DIMENSIONS, flavor='raw')
        shape = rffi.ptradd(numbers, 4)
        strides = rffi.ptradd(numbers, 4 + MAX_DIMENSIONS)
        try:
            if is_array:
                self._read_ndarray(space, ob, data, numbers, shape, strides)
            else:
                self._read_buffer(space, ob, data, numbers, shape, strides)
            self.data = data[0]
            nd = numbers[0]
            self.readonly = numbers[1] != 0
            self.shape = [shape[i] for i in range(nd)]
            self.strides = [strides[i] for i in range(nd)]
        finally:
            lltype.free(numbers, flavor='raw')
            lltype.free(data, flavor='raw')

    def _read_ndarray(self, space, ob, data, numbers, shape, strides):
        if capi.ndarray_head(ob, data, rffi.ptradd(numbers, 2), rffi.ptradd(numbers, 3),
                             rffi.ptradd(numbers, 1), numbers, shape, strides) < 0:
            raise oefmt(space.w_TypeError, "this is not NumPy's ndarray")
        self.num = numbers[2]
        self.swapped = numbers[3] != 0
        if not is_number(self.num) and arrivals(space).foreign:
            self.itemsize = capi.ndarray_itemsize(ob)
            self.foreign = self.itemsize > 0

    def _read_buffer(self, space, ob, data, numbers, shape, strides):
        text = lltype.malloc(rffi.CCHARPP.TO, 1, flavor='raw')
        try:
            if capi.buffer_shape(ob, data, rffi.ptradd(numbers, 2), numbers,
                                 rffi.ptradd(numbers, 1), text, shape, strides) < 0:
                raise oefmt(space.w_TypeError,
                            "a buffer with suboffsets cannot be a numpypy array")
            self.itemsize = numbers[2]
            self.format = rffi.charp2str(text[0])
        finally:
            lltype.free(text, flavor='raw')
        self._read_format()

    def _read_format(self):
        """The number of the dtype of a struct format.  Sizes come from the item,
        for `l` is 4 or 8 bytes depending on the order's sign."""
        code = self.format
        if code and code[0] in '@=<>!':
            self.swapped = code[0] in '>!' and self.itemsize > 1
            code = code[1:]
        if code in ('b', 'h', 'i', 'l', 'q', 'n'):
            self.num = _SIGNED.get(self.itemsize, -1)
        elif code in ('B', 'H', 'I', 'L', 'Q', 'N'):
            self.num = _UNSIGNED.get(self.itemsize, -1)
        else:
            self.num = _OTHER.get(code, -1)

    def dtype(self, space, w_object):
        if self.foreign:
            return arrivals(space).foreign_dtype(space, self.itemsize)
        if not is_number(self.num):
            if self.format:
                raise oefmt(space.w_TypeError,
                            "numpypy has no dtype for elements of the format '%s'", self.format)
            raise oefmt(space.w_TypeError,
                        "numpypy has no dtype %S: leave the array in CPython, or convert it "
                        "with astype()", space.getattr(w_object, space.newtext('dtype')))
        dtype = num2dtype(space, self.num)
        if self.swapped:
            return dtype.descr_newbyteorder(space)
        return dtype

    def as_array(self, space, w_object, lender):
        dtype = self.dtype(space, w_object)
        if len(self.shape) > NPY.MAXDIMS:
            raise oefmt(space.w_TypeError, "numpypy arrays have at most %d dimensions, not %d",
                        NPY.MAXDIMS, len(self.shape))
        shape = self.shape[:]
        strides = self.strides[:]
        backstrides = calc_backstrides(strides, shape)
        storage = rffi.cast(RAW_STORAGE_PTR, self.data)
        if self.readonly:
            whole = concrete.ConcreteNonWritableArrayWithBase(
                shape, dtype, NPY.CORDER, strides, backstrides, storage, lender)
            whole.flags |= NPY.ARRAY_ALIGNED
        else:
            whole = concrete.ConcreteArrayWithBase(
                shape, dtype, NPY.CORDER, strides, backstrides, storage, lender)
            whole.flags |= NPY.ARRAY_ALIGNED | NPY.ARRAY_WRITEABLE
        if whole.flags & NPY.ARRAY_C_CONTIGUOUS:
            return W_NDimArray(whole)
        # The other array types take their memory to be without gaps.
        return W_NDimArray(concrete.SliceArray(0, strides, backstrides, shape, whole, lender))

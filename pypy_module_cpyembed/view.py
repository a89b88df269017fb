"""CPython's memory as PyPy's buffers: `memoryview(obj)`, `bytes(obj)`, `file.write(obj)`.

A view holds a memoryview of CPython's, and with it the exporter's buffer.  It is
given back by release(), or by who asked for a copy of the bytes and nothing
else (`bytes(obj)`), or else by the collector, when PyPy lets go of the view and
of every view made of it.
"""
from rpython.rlib import jit
from rpython.rlib.buffer import RawBuffer, StringBuffer
from rpython.rlib.mutbuffer import MutableStringBuffer
from rpython.rlib.objectmodel import keepalive_until_here
from rpython.rlib.rstruct.error import StructError
from rpython.rlib.rstring import StringBuilder
from rpython.rtyper.lltypesystem import lltype, rffi

from pypy.interpreter.buffer import BufferInterfaceNotFound, BufferView
from pypy.interpreter.error import oefmt
from pypy.module.cpyembed import capi, errors, gil
from pypy.module.cpyembed.object import begin, end, wrap

MAX_DIMENSIONS = 64             # PyBUF_MAX_NDIM; cpyembed_buffer_shape counts on it


@jit.dont_look_inside
def of_object(space, w_object, flags):
    """The BufferView of an Object; BufferInterfaceNotFound if its CPython type has
    no buffer.  Raises BufferError for what the flags ask in vain."""
    ptr = begin(space, w_object)
    try:
        if not capi.has_buffer(ptr):
            raise BufferInterfaceNotFound
        memoryview = capi.buffer_of(ptr)
        if not memoryview:
            raise errors.current(space)
        view = _read(space, memoryview, Hold(wrap(space, memoryview)), w_object)
    finally:
        end(ptr)
    space.check_buf_flags(flags, view.readonly)
    if (flags & space.BUF_STRIDES) != space.BUF_STRIDES and not view.is_contiguous():
        raise oefmt(space.w_BufferError, "memoryview: underlying buffer is not C-contiguous")
    return view


def _read(space, memoryview, hold, w_object):
    """The view that shows what CPython's memoryview shows."""
    data = lltype.malloc(rffi.VOIDPP.TO, 1, flavor='raw')
    text = lltype.malloc(rffi.CCHARPP.TO, 1, flavor='raw')
    numbers = lltype.malloc(capi.SIGNEDP.TO, 3 + 2 * MAX_DIMENSIONS, flavor='raw')
    shape = rffi.ptradd(numbers, 3)
    strides = rffi.ptradd(numbers, 3 + MAX_DIMENSIONS)
    try:
        if capi.buffer_shape(memoryview, data, numbers, rffi.ptradd(numbers, 1),
                             rffi.ptradd(numbers, 2), text, shape, strides) < 0:
            raise oefmt(space.w_BufferError, "a buffer with suboffsets cannot be seen from PyPy")
        nd = numbers[1]
        return CPythonView(space, hold, data[0], rffi.charp2str(text[0]), numbers[0],
                           [shape[i] for i in range(nd)], [strides[i] for i in range(nd)],
                           numbers[2] != 0, w_object)
    finally:
        lltype.free(numbers, flavor='raw')
        lltype.free(text, flavor='raw')
        lltype.free(data, flavor='raw')


class Hold(object):
    """CPython's memoryview, and who relies on it."""

    def __init__(self, w_base):
        self.w_base = w_base            # None once it was given back
        self.is_memoryview = False      # PyPy's: it lasts until release()
        self.shared = False             # somebody has an address, or a part: nobody can tell
                                        # until when


class CPythonView(BufferView):
    """Shape and strides in bytes from `data` on, as CPython has them."""
    _immutable_ = True

    def __init__(self, space, hold, data, format, itemsize, shape, strides, readonly, w_obj):
        self.space = space
        self.hold = hold
        self.data = rffi.cast(rffi.CCHARP, data)
        self.format = format
        self.itemsize = itemsize
        self.shape = shape
        self.strides = strides
        self.readonly = readonly
        self.w_obj = w_obj

    # Description _______________________________________________

    def getlength(self):
        length = self.itemsize
        for extent in self.shape:
            length *= extent
        return length

    def getformat(self):
        return self.format

    def getitemsize(self):
        return self.itemsize

    def getndim(self):
        return len(self.shape)

    def getshape(self):
        return self.shape[:]

    def getstrides(self):
        return self.strides[:]

    def is_contiguous(self):
        if self.getlength() == 0:
            return True
        step = self.itemsize
        for i in range(len(self.shape) - 1, -1, -1):
            if self.shape[i] != 1 and self.strides[i] != step:
                return False
            step *= self.shape[i]
        return True

    def wrap(self, space):
        self.hold.is_memoryview = True
        return BufferView.wrap(self, space)

    # Memory ____________________________________________________

    def check_held(self):
        if self.hold.w_base is None:
            raise oefmt(self.space.w_ValueError,
                        "operation forbidden on released memoryview object")

    def getbytes(self, start, size):
        self.check_held()
        assert size >= 0
        result = rffi.charpsize2str(rffi.ptradd(self.data, start), size)
        keepalive_until_here(self)
        return result

    def setbytes(self, start, string):
        """`string` holds items one after another; in a view with steps they go to
        places `strides[0]` apart, and `start` is that of the first without steps."""
        self.check_held()
        itemsize = self.itemsize
        if len(string) > itemsize and not self.is_contiguous():
            start = start // itemsize * self.strides[0]
            for i in range(len(string) // itemsize):
                self._copy_in(start + i * self.strides[0], string, i * itemsize, itemsize)
        else:
            self._copy_in(start, string, 0, len(string))
        keepalive_until_here(self)

    def _copy_in(self, start, string, first, size):
        for i in range(size):
            self.data[start + i] = string[first + i]

    def get_raw_address(self):
        if self.hold.w_base is None:
            raise ValueError("released")
        self.hold.shared = True
        return self.data

    def as_str(self):
        if self.is_contiguous():
            result = self.getbytes(0, self.getlength())
        else:
            builder = StringBuilder(self.getlength())
            self._gather(builder, 0, 0)
            result = builder.build()
        if not self.hold.is_memoryview:
            self.releasebuffer()        # that was what the view was for
        return result

    def _gather(self, result, dimension, start):
        if dimension == len(self.shape):
            result.append(self.getbytes(start, self.itemsize))
            return
        for i in range(self.shape[dimension]):
            self._gather(result, dimension + 1, start + i * self.strides[dimension])

    def as_readbuf(self):
        if not self.is_contiguous():
            return StringBuffer(self.as_str())
        self.check_held()
        return CPythonBuffer(self)

    def as_writebuf(self):
        if self.readonly or not self.is_contiguous():
            raise oefmt(self.space.w_BufferError,
                        "memoryview: underlying buffer is not C-contiguous and writable")
        self.check_held()
        self.hold.shared = True
        return CPythonBuffer(self)

    def releasebuffer(self):
        """Give the buffer back now, unless something else looks at the memory too:
        then the collector will."""
        hold = self.hold
        if hold.shared or hold.w_base is None:
            return
        space = self.space
        errors.enter(space)
        try:
            w_base = hold.w_base        # another thread may have come before
            if w_base is not None and w_base.ptr and not hold.shared:
                hold.w_base = None
                memoryview = w_base.ptr
                w_base.ptr = capi.NULL
                capi.decref(memoryview)
        finally:
            gil.leave()

    # Items _____________________________________________________

    def new_slice(self, start, step, slicelength):
        self.check_held()
        self.hold.shared = True
        shape = self.shape[:]
        strides = self.strides[:]
        data = rffi.cast(rffi.VOIDP, rffi.ptradd(self.data, start * strides[0]))
        shape[0] = slicelength
        strides[0] *= step
        return CPythonView(self.space, self.hold, data, self.format, self.itemsize, shape,
                           strides, self.readonly, self.w_obj)

    def value_from_bytes(self, space, s):
        from pypy.module.struct.formatiterator import UnpackFormatIterator
        items = UnpackFormatIterator(space, StringBuffer(s))
        try:
            items.interpret(self.format)
        except StructError:
            raise self._unsupported(space)
        if len(items.result_w) != 1:
            raise self._unsupported(space)
        return items.result_w[0]

    def bytes_from_value(self, space, w_value):
        from pypy.module.struct.formatiterator import PackFormatIterator
        buf = MutableStringBuffer(self.itemsize)
        try:
            PackFormatIterator(space, buf, [w_value]).interpret(self.format)
        except StructError:
            raise oefmt(space.w_TypeError, "memoryview: invalid type for format '%s'",
                        self.format)
        return buf.finish()

    def _unsupported(self, space):
        return oefmt(space.w_NotImplementedError, "memoryview: unsupported format %s",
                     self.format)

    def w_tolist(self, space):
        return self._list(space, 0, 0)

    def _list(self, space, dimension, start):
        if dimension == len(self.shape):
            return self.value_from_bytes(space, self.getbytes(start, self.itemsize))
        return space.newlist([self._list(space, dimension + 1,
                                         start + i * self.strides[dimension])
                              for i in range(self.shape[dimension])])


class CPythonBuffer(RawBuffer):
    """The bytes of a contiguous CPythonView."""
    _immutable_ = True

    def __init__(self, view):
        self.view = view
        self.readonly = view.readonly
        self.length = view.getlength()

    def getlength(self):
        return self.length

    def as_str(self):
        return self.view.as_str()

    def getitem(self, index):
        self.view.check_held()
        return self.view.data[index]

    def setitem(self, index, char):
        self.view.check_held()
        self.view.data[index] = char

    def getslice(self, start, step, size):
        if step == 1:
            assert size >= 0
            self.view.check_held()
            result = rffi.charpsize2str(rffi.ptradd(self.view.data, start), size)
            keepalive_until_here(self)
            return result
        return RawBuffer.getslice(self, start, step, size)

    def get_raw_address(self):
        return self.view.get_raw_address()

"""Memory that PyPy lends to CPython: the buffer protocol of exports.

CPython gets the memory itself.  A bytearray, an array and a mmap count what is
lent, and refuse to be resized or closed meanwhile (patches/0018 to 0020); the
object, and whatever else keeps the memory, stays alive until CPython gives it
back.  Here are the two functions that src/memory.c calls.
"""
from rpython.rlib import jit
from rpython.rlib.buffer import SubBuffer
from rpython.rtyper.lltypesystem import lltype, rffi

from pypy.interpreter.buffer import BufferSlice, RawBufferView_Base, ReadonlyWrapper
from pypy.interpreter.error import OperationError, get_converted_unexpected_exception, oefmt
from pypy.module.array.interp_array import ArrayBuffer, ArrayView
from pypy.module.cpyembed import callbacks, capi, export, gil
from pypy.module.mmap.interp_mmap import MMapBuffer
from pypy.objspace.std.bytearrayobject import BytearrayBuffer
from pypy.objspace.std.memoryobject import IndirectView

# The block of numbers that describes the memory, see src/memory.c
TOKEN, DATA, LENGTH, ITEMSIZE, READONLY, FORMAT, DIMENSIONS, SHAPE = range(8)

NO_BLOCK = lltype.nullptr(capi.SIGNEDP.TO)


class Loan(object):
    """One buffer that CPython holds."""

    def __init__(self, view, w_obj):
        self.view = view                # keeps the memory
        self.w_obj = w_obj
        self.block = NO_BLOCK
        self.format = lltype.nullptr(rffi.CCHARP.TO)


class Loans(object):
    """By token; None for a free one."""

    def __init__(self):
        self.table = []
        self.free = []


loans = Loans()


def has_buffer(space, w_obj):
    """Whether instances of the object's type have memory to lend."""
    return (space.type(w_obj).layout.typedef.buffer is not None or
            space.lookup(w_obj, '__buffer__') is not None)


# ____________________________________________________________
# What counts its views


def _buffer_under(view):
    """The memory that a view, or a view of a view, looks at; None if unknown."""
    while True:
        if isinstance(view, BufferSlice):
            view = view.parent
        elif isinstance(view, IndirectView):
            view = view.parent
        elif isinstance(view, ReadonlyWrapper):
            view = view.view
        else:
            break
    if isinstance(view, RawBufferView_Base):
        buf = view.data
    elif isinstance(view, ArrayView):
        buf = view.data
    else:
        return None
    if isinstance(buf, SubBuffer):      # they do not nest
        return buf.buffer
    return buf


def _pin(view):
    """From here on the memory of the view stays where it is."""
    buf = _buffer_under(view)
    if isinstance(buf, BytearrayBuffer):
        buf.ba.add_export()
    elif isinstance(buf, ArrayBuffer):
        buf.w_array.exports += 1
    elif isinstance(buf, MMapBuffer):
        buf.mmap.exports += 1


def _unpin(view):
    buf = _buffer_under(view)
    if isinstance(buf, BytearrayBuffer):
        buf.ba.exports -= 1
    elif isinstance(buf, ArrayBuffer):
        buf.w_array.exports -= 1
    elif isinstance(buf, MMapBuffer):
        buf.mmap.exports -= 1


# ____________________________________________________________
# Lending


def _lend(space, w_obj, writable):
    """Outside CPython.  A new block; raises OperationError."""
    flags = space.BUF_FULL_RO
    if writable:
        flags = space.BUF_FULL
    view = space.buffer_w(w_obj, flags)
    loan = Loan(view, w_obj)
    _pin(view)
    try:
        try:
            data = view.get_raw_address()
        except ValueError:
            raise oefmt(space.w_BufferError,
                        "the memory of this %T has no fixed address: CPython cannot view it",
                        w_obj)
        loan.block = _describe(loan, data)
    except OperationError:
        _unpin(view)
        raise
    if len(loans.free) > 0:
        token = loans.free.pop()
        loans.table[token] = loan
    else:
        token = len(loans.table)
        loans.table.append(loan)
    loan.block[TOKEN] = token
    return loan.block


def _describe(loan, data):
    view = loan.view
    nd = view.getndim()
    shape = view.getshape()
    strides = view.getstrides()
    itemsize = view.getitemsize()
    format = view.getformat()
    if format == 'u':
        format = 'w'        # array's name for what the buffer protocol calls 'w'
    block = lltype.malloc(capi.SIGNEDP.TO, SHAPE + 2 * nd, flavor='raw', track_allocation=False)
    loan.format = rffi.str2charp(format, track_allocation=False)
    length = itemsize
    for i in range(nd):
        block[SHAPE + i] = shape[i]
        block[SHAPE + nd + i] = strides[i]
        length *= shape[i]
    block[DATA] = rffi.cast(lltype.Signed, data)
    block[LENGTH] = length
    block[ITEMSIZE] = itemsize
    block[READONLY] = int(bool(view.readonly))
    block[FORMAT] = rffi.cast(lltype.Signed, loan.format)
    block[DIMENSIONS] = nd
    return block


def _lend_inside(space, w_obj, writable):
    error = None
    try:
        gil.leave()
        try:
            return _lend(space, w_obj, writable)
        finally:
            gil.enter()
    except OperationError as e:
        error = e
    except gil.GateClosed:
        return NO_BLOCK
    except Exception as e:
        error = get_converted_unexpected_exception(space, e)
    export._raise(space, error)
    return NO_BLOCK


@jit.dont_look_inside
def _lend_called(handle, writable):
    exports = export.the.exports
    space = exports.space
    callback = callbacks.begin(space)
    try:
        return _lend_inside(space, exports.objects_w[handle], writable)
    finally:
        callbacks.end(space, callback)


@jit.dont_look_inside
def _give_back_called(token):
    """Runs no code, so that it needs neither a thread of PyPy's nor an exit from
    CPython."""
    loan = loans.table[token]
    loans.table[token] = None
    loans.free.append(token)
    _unpin(loan.view)
    lltype.free(loan.format, flavor='raw', track_allocation=False)
    lltype.free(loan.block, flavor='raw', track_allocation=False)
    return 0


_lend_entry = gil.entry(_lend_called, NO_BLOCK, 2)
_give_back_entry = gil.entry(_give_back_called, 0, 1, may_fail=False)


def setup():
    """Tell src/memory.c whom to call.  Once, when CPython starts."""
    capi.set_memory_functions(rffi.llhelper(capi.LEND_FN, _lend_entry),
                              rffi.llhelper(capi.GIVE_BACK_FN, _give_back_entry))

"""Memory across by the buffer protocol, both ways (section 5)."""

import array
import mmap

from cpyembed.preload import capi, errors
from cpyembed.preload.capi import W, ffi, lib
from cpyembed.preload.export import callback, exported
from cpyembed.preload.gil import enter, leave
from cpyembed.preload.object import valid_pointer
from cpyembed.preload.refs import decref, incref, intern, short_name

FULL, FULL_RO = 0x11C | 1, 0x11C
held = {}       # address of a Py_buffer that CPython holds -> what keeps its memory in place


# ---- PyPy's memory to CPython ------------------------------------------------------------------

def offers_buffer(cls):
    """Whether instances of the PyPy class `cls` have memory to share."""
    return issubclass(cls, (bytearray, memoryview, array.array, mmap.mmap)) or cls in CFFI_TYPES


CFFI_TYPES = {type(ffi.buffer(ffi.new("char[1]")))}


def slots_for(cls):
    """The buffer slots, [(number, function)], for exports of the PyPy class `cls`."""
    if not offers_buffer(cls):
        return []
    return [(1, getbuffer), (2, releasebuffer)]


@callback("int(intptr_t, Py_buffer *, int)", -1)
def getbuffer(p, view, flags):
    x = exported[p]
    m = memoryview(x)
    if flags & 1 and m.readonly:
        view.obj = 0
        raise BufferError("Object is not writable.")
    if not m.c_contiguous and not flags & 0x18:
        view.obj = 0
        raise BufferError("memoryview: underlying buffer is not C-contiguous")
    data, start = address_of(m)
    shape = ffi.new("ssize_t[]", list(m.shape) or [1])
    strides = ffi.new("ssize_t[]", list(m.strides) or [m.itemsize])
    format = ffi.new("char[]", m.format.encode())
    view.buf, view.len, view.itemsize = ffi.cast("void *", start), m.nbytes, m.itemsize
    view.readonly, view.ndim = int(m.readonly), m.ndim
    view.format = format if flags & 4 else ffi.NULL
    view.shape = shape if flags & 8 else ffi.NULL
    view.strides = strides if flags & 0x18 == 0x18 else ffi.NULL
    view.suboffsets = ffi.NULL
    incref(p)
    view.obj = p
    held.setdefault(int(ffi.cast("intptr_t", shape)), (x, m, data, shape, strides, format))
    view.internal = shape
    return 0


def address_of(m):
    """(what keeps it, address) of the first item of the memoryview `m`.

    For some memoryviews (with strides, or cast and then sliced) a stock PyPy silently gives cffi a
    copy instead of the memory. That shows by the address, and is refused.
    """
    if not m.c_contiguous:
        raise BufferError("PyPy does not tell the address of a memoryview with strides")
    data = ffi.from_buffer(m)
    start = int(ffi.cast("intptr_t", data))
    if m.readonly or m.obj is None:
        return data, start
    base = ffi.from_buffer(m.obj)
    low = int(ffi.cast("intptr_t", base))
    if low <= start <= low + len(base):
        return data, start
    if len(base) == m.nbytes:
        return base, low
    raise BufferError("PyPy does not tell the address of this memoryview")


@callback("void(intptr_t, Py_buffer *)", None)
def releasebuffer(p, view):
    held.pop(int(ffi.cast("intptr_t", view.internal)), None)


# ---- CPython's memory to PyPy ------------------------------------------------------------------

class Held:
    """A Py_buffer that PyPy holds; given back when this goes."""

    __slots__ = ("view", "taken")

    def __init__(self, p, flags):
        self.taken = False
        self.view = ffi.new("Py_buffer *")
        if lib.PyObject_GetBuffer(p, self.view, flags):
            raise errors.fetch()
        self.taken = True

    def __del__(self):
        if self.taken:
            from cpyembed.preload import gil
            gil.buffers.append(self.view)


def hold(x):
    """The Held buffer of the Object `x`, writable if it may be; with the GIL.

    Raises what CPython raises if `x` has no buffer.
    """
    p = valid_pointer(x)
    try:
        return Held(p, FULL)
    except (BufferError, ValueError):       # NumPy says ValueError
        return Held(p, FULL_RO)


def view(x):
    """A memoryview of PyPy on the memory of the Object `x`: same format, shape and strides."""
    from __pypy__ import newmemoryview
    enter()
    try:
        h = hold(x)
    finally:
        leave()
    v = h.view
    format = ffi.string(v.format).decode() if v.format else "B"
    shape = tuple(v.shape[k] for k in range(v.ndim)) if v.shape else (v.len // v.itemsize,)
    strides = tuple(v.strides[k] for k in range(v.ndim)) if v.strides else None
    if not shape:
        shape = (1,)
    plain = contiguous_strides(shape, v.itemsize)
    length = v.len
    if strides is not None and strides != plain and v.len:
        if min(strides) < 0 or not packed(shape, strides):
            raise BufferError("PyPy's memoryview cannot have shape %r with strides %r: use "
                              "cpyembed.asarray()" % (shape, strides))
        length = shape[0] * strides[0]  # what PyPy wants to see; the last gap is never touched
    else:
        strides = plain
    owner = ffi.gc(ffi.cast("char *", v.buf), KeepAlive(h))
    m = memoryview(ffi.buffer(owner, length))
    if v.readonly:
        m = m.toreadonly()
    if not v.len:
        return newmemoryview(m, v.itemsize, format, (0,)) if len(shape) == 1 else m
    return newmemoryview(m, v.itemsize, format, shape, strides)


def contiguous_strides(shape, itemsize):
    """The strides (tuple) of a C-contiguous array."""
    strides = []
    for n in reversed(shape):
        strides.append(itemsize)
        itemsize *= n
    return tuple(reversed(strides))


def packed(shape, strides):
    """Whether each stride is what the inner dimensions, gaps included, take up."""
    total = 1
    for n, step in zip(reversed(shape), reversed(strides)):
        if step % total or n == 0:
            return False
        total *= n * (step // total)
    return total == shape[0] * strides[0]


class KeepAlive:
    """A destructor for ffi.gc that does nothing but hold `h` for as long as the memory is used."""

    def __init__(self, h):
        self.h = h

    def __call__(self, pointer):
        self.h = None


# ---- telling PyPy's collector ------------------------------------------------------------------

def size_of_memory(p):
    """The number of bytes that the object at `p` owns and lends out; 0 for a mere view."""
    t = W[p >> 3]
    if t == ndarray_type[0]:
        return 0 if W[(p + 48 >> 3) - 1] else 8 * elements(p)     # 48: the base of a view
    if not ndarray_type[0] and short_name(t) == "numpy.ndarray":
        ndarray_type[0] = t
    view = ffi.new("Py_buffer *")
    if t == capi.MEMORYVIEW_TYPE or lib.PyObject_GetBuffer(p, view, FULL_RO):
        lib.PyErr_Clear()
        return 0
    n = view.len
    lib.PyBuffer_Release(view)
    if n < 1024:
        return 0
    base = lib.PyObject_GetAttr(p, intern("base"))      # a NumPy array that is a view has one
    if not base:
        lib.PyErr_Clear()
        return n
    decref(base)
    return n if base == capi.NONE else 0


ndarray_type = [0]      # address of numpy.ndarray, once one was met


def elements(p):
    """About how many elements NumPy's array at `p` has; read, for asking NumPy costs more."""
    dimensions = W[(p + 24 >> 3) - 1] & 0xff
    if dimensions == 0:
        return 1
    shape = (W[(p + 32 >> 3) - 1] >> 3) - 1
    if dimensions == 1:
        return W[shape]
    n = 1
    for k in range(dimensions):
        n *= W[shape + k]
    return n

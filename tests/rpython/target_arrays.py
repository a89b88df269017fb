"""NumPy's arrays on memory of RPython, and CPython's buffers in RPython."""
from rpython.rtyper.lltypesystem import lltype, rffi

from pypy_module_cpyembed import capi

from driver import (attribute, check, count, define, done, equal, evaluate, inside, integer, new,
                    repr_of, run, show)

# NumPy's type numbers
BOOL, BYTE, UBYTE, SHORT, USHORT, INT, UINT, LONG, ULONG = range(9)
FLOAT, DOUBLE = 11, 12


def load():
    """False, and one line said, when this CPython has no NumPy."""
    if capi.numpy_load() < 0:
        error = capi.fetch_error()
        print "no NumPy: " + repr_of(error)
        capi.decref(error)
        return False
    return True


class Memory(object):
    """Twelve doubles, 0.0 to 11.0."""

    def __init__(self):
        self.data = lltype.malloc(capi.DOUBLEP.TO, 12, flavor='raw')
        for i in range(12):
            self.data[i] = float(i)
        self.numbers = lltype.malloc(capi.SIGNEDP.TO, 8, flavor='raw')

    def free(self):
        lltype.free(self.data, flavor='raw')
        lltype.free(self.numbers, flavor='raw')

    def array(self, shape, strides, swapped, writable, base, first):
        """An ndarray; `base` is not consumed."""
        for i in range(len(shape)):
            self.numbers[i] = shape[i]
            self.numbers[4 + i] = strides[i]
        capi.incref(base)
        return new(capi.numpy_array(
            DOUBLE, swapped, len(shape), self.numbers, rffi.ptradd(self.numbers, 4),
            rffi.cast(rffi.VOIDP, rffi.ptradd(self.data, first)), writable, base))


def shared(args):
    """One memory: the same address, writes seen on both sides."""
    memory = Memory()
    with inside:
        if load():
            base = evaluate("object()")
            array = memory.array([3, 4], [32, 8], 0, 1, base, 0)
            equal(count(base), 2, "the array holds its base")
            define("a", array)
            show("type(a).__name__, a.dtype.str, a.shape, a.strides")
            show("a.flags.writeable, a.flags.owndata, a.flags.aligned, a.flags.c_contiguous")
            address = integer(evaluate("a.ctypes.data"))
            equal(address, rffi.cast(lltype.Signed, memory.data), "address")
            run("a[1, 2] = 100.0")
            check(memory.data[6] == 100.0, "CPython's write is seen")
            memory.data[0] = -1.0
            show("float(a[0, 0]), float(a.sum())")
            run("b = a[1:]\ndel a")
            capi.decref(array)
            equal(count(base), 2, "a view holds the base")
            run("del b")
            equal(count(base), 1, "and lets go of it")
            capi.decref(base)
    memory.free()


def layouts(args):
    """Strides negative and zero, zero sizes, no dimension, the other byte order."""
    memory = Memory()
    with inside:
        if load():
            base = evaluate("object()")
            for shape, strides, swapped, first in [
                    ([4], [-8], 0, 3), ([3], [0], 0, 5), ([2, 2], [8, 16], 0, 0), ([0], [8], 0, 0),
                    ([1], [8], 1, 0)]:
                array = memory.array(shape, strides, swapped, 1, base, first)
                define("a", array)
                capi.decref(array)
                show("a.tolist(), a.strides, a.dtype.isnative")
            array = memory.array([3][:0], [8][:0], 0, 1, base, 7)
            define("a", array)
            capi.decref(array)
            show("a.shape, float(a)")
            array = memory.array([12], [8], 0, 0, base, 0)
            define("a", array)
            capi.decref(array)
            show("a.flags.writeable")
            run("del a")
            equal(count(base), 1, "all let go")
            capi.decref(base)
    memory.free()


def scalars(args):
    memory = Memory()
    with inside:
        if load():
            memory.data[0] = 2.5
            ob = new(capi.numpy_scalar(DOUBLE, rffi.cast(rffi.VOIDP, memory.data)))
            define("x", ob)
            capi.decref(ob)
            show("type(x).__name__, float(x)")
            equal(capi.kind(ob), capi.KIND_FLOAT_SUBCLASS, "kind of a float64")
            memory.numbers[0] = -3
            ob = new(capi.numpy_scalar(LONG, rffi.cast(rffi.VOIDP, memory.numbers)))
            define("x", ob)
            capi.decref(ob)
            show("type(x).__name__, int(x)")
    memory.free()


def refused(args):
    """A type number that NumPy does not know: an exception, and the base let go."""
    memory = Memory()
    with inside:
        if load():
            base = evaluate("object()")
            capi.incref(base)
            memory.numbers[0] = 1
            memory.numbers[1] = 8
            array = capi.numpy_array(9999, 0, 1, memory.numbers, rffi.ptradd(memory.numbers, 1),
                                     rffi.cast(rffi.VOIDP, memory.data), 1, base)
            check(not array, "refused")
            error = capi.fetch_error()
            print repr_of(error)
            capi.decref(error)
            equal(count(base), 1, "let go")
            capi.decref(base)
    memory.free()


def buffers(args):
    """Each expression's memory as RPython sees it; no NumPy needed."""
    data = lltype.malloc(rffi.VOIDPP.TO, 1, flavor='raw')
    numbers = lltype.malloc(capi.SIGNEDP.TO, 3, flavor='raw')
    shape = lltype.malloc(capi.SIGNEDP.TO, 64, flavor='raw')
    strides = lltype.malloc(capi.SIGNEDP.TO, 64, flavor='raw')
    format = lltype.malloc(rffi.CCHARPP.TO, 1, flavor='raw')
    with inside:
        run("import array")
        for source in args:
            ob = evaluate(source)
            view = new(capi.buffer_of(ob))
            equal(capi.buffer_shape(view, data, numbers, rffi.ptradd(numbers, 1),
                                    rffi.ptradd(numbers, 2), format, shape, strides), 0, "shape")
            text = ""
            for i in range(numbers[1]):
                text += " %d/%d" % (shape[i], strides[i])
            print "%s = %s itemsize %d readonly %d:%s" % (
                source, rffi.charp2str(format[0]), numbers[0], numbers[2], text)
            if not numbers[2]:
                rffi.cast(rffi.CCHARP, data[0])[0] = 'z'
                print "  " + repr_of(ob)
            capi.decref(view)
            capi.decref(ob)
    lltype.free(format, flavor='raw')
    lltype.free(strides, flavor='raw')
    lltype.free(shape, flavor='raw')
    lltype.free(numbers, flavor='raw')
    lltype.free(data, flavor='raw')


COMMANDS = {'array-shared': shared, 'array-layouts': layouts, 'array-scalars': scalars,
            'array-refused': refused, 'buffers': buffers}

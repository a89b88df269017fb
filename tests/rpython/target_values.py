"""Scalars and tuples, both ways, and what kind of thing an object is."""
from rpython.rtyper.lltypesystem import lltype, rffi

from pypy_module_cpyembed import capi

from driver import (check, consume_utf8, done, equal, evaluate, from_text, inside, integer, new,
                    repr_of)


def kinds(args):
    """The kind of each expression."""
    with inside:
        for source in args:
            ob = evaluate(source)
            print "%s = %d" % (source, capi.kind(ob))
            capi.decref(ob)


def _through_bytes(ob):
    size = capi.long_size(ob)
    buf = lltype.malloc(rffi.CCHARP.TO, size, flavor='raw')
    try:
        equal(capi.long_to_bytes(ob, buf, size), 0, "long_to_bytes")
        return new(capi.long_from_bytes(buf, size))
    finally:
        lltype.free(buf, flavor='raw')


def ints(args):
    """Each expression through its bytes; small or not; fits a long or not."""
    value = lltype.malloc(capi.SIGNEDP.TO, 1, flavor='raw')
    with inside:
        for source in args:
            ob = evaluate(source)
            copy = _through_bytes(ob)
            text = repr_of(copy)
            capi.decref(copy)
            fits = capi.read_long(ob, value)
            if capi.is_small_long(ob):
                check(fits == 1, "a small int fits")
                equal(capi.small_long(ob), value[0], source)
                print "%s = %s small" % (source, text)
            elif fits:
                equal(integer(capi.PyLong_FromLong(value[0])), value[0], source)
                print "%s = %s long" % (source, text)
            else:
                print "%s = %s big" % (source, text)
            capi.decref(ob)
    lltype.free(value, flavor='raw')


def floats(args):
    with inside:
        for source in args:
            ob = evaluate(source)
            check(ob.ob_type == capi.get_shared().float_type, "an exact float")
            copy = new(capi.PyFloat_FromDouble(capi.float_value(ob)))
            print "%s = %s" % (source, repr_of(copy))
            capi.decref_scalar(copy)
            capi.decref_scalar(ob)


def complexes(args):
    parts = lltype.malloc(capi.DOUBLEP.TO, 2, flavor='raw')
    with inside:
        for source in args:
            ob = evaluate(source)
            capi.complex_parts(ob, parts)
            copy = new(capi.PyComplex_FromDoubles(parts[0], parts[1]))
            print "%s = %s" % (source, repr_of(copy))
            capi.decref(copy)
            capi.decref(ob)
    lltype.free(parts, flavor='raw')


def texts(args):
    """Each argument itself: to a str and back."""
    with inside:
        for text in args:
            ob = from_text(text)
            length = capi.PyUnicode_GetLength(ob)
            check(consume_utf8(ob) == text, "the same text comes back")
            print "%d characters" % length


def surrogates(args):
    """A lone surrogate needs an error handler, both ways."""
    with inside:
        ob = new(capi.PyUnicode_Decode_running("a\xed\xb2\x80b", 5, "surrogatepass"))
        print "repr %s" % repr_of(ob)
        check(not capi.PyUnicode_DecodeUTF8("\xed\xb2\x80", 3, lltype.nullptr(rffi.CCHARP.TO)),
              "strict decoding refuses a surrogate")
        capi.PyErr_Clear()
        encoded = new(capi.PyUnicode_AsEncodedString(ob, "utf-8", "surrogatepass"))
        check(capi.bytes_value(encoded) == "a\xed\xb2\x80b", "encoded again")
        capi.decref(encoded)
        capi.decref(ob)


def byteses(args):
    with inside:
        for value in ["", "abc", "a\x00b\xff", "x" * 100000]:
            ob = new(capi.PyBytes_FromStringAndSize(value, len(value)))
            equal(capi.kind(ob), capi.KIND_BYTES, "kind of bytes")
            check(capi.bytes_value(ob) == value, "the same bytes come back")
            print "%d bytes" % len(value)
            capi.decref_scalar(ob)


def tuples(args):
    with inside:
        ob = new(capi.PyTuple_New(3))
        for i in range(3):
            done(capi.PyTuple_SetItem(ob, i, new(capi.PyLong_FromLong(i * 10))))
        equal(capi.tuple_size(ob), 3, "size")
        for i in range(3):
            equal(capi.small_long(capi.tuple_item(ob, i)), i * 10, "item")
        print repr_of(ob)
        capi.decref(ob)


def singletons(args):
    shared = capi.get_shared()
    with inside:
        for source, address in [("None", shared.none), ("True", shared.true),
                                ("False", shared.false), ("float", shared.float_type),
                                ("int", shared.long_type), ("bool", shared.bool_type),
                                ("str", shared.unicode_type), ("bytes", shared.bytes_type),
                                ("tuple", shared.tuple_type)]:
            ob = evaluate(source)
            equal(rffi.cast(lltype.Signed, ob), address, source)
            capi.decref(ob)
    print "all"


COMMANDS = {'kinds': kinds, 'ints': ints, 'floats': floats, 'complexes': complexes,
            'texts': texts, 'surrogates': surrogates, 'bytes': byteses, 'tuples': tuples,
            'singletons': singletons}

"""What the targets share: CPython held for a block, objects made and read.

RPython, for Python 2: translated, never run by Python itself.
"""
from rpython.rtyper.lltypesystem import lltype, rffi

from pypy_module_cpyembed import capi, gil


class Failed(Exception):
    """The command ends with exit status 1 and this message."""

    def __init__(self, message):
        self.message = message


class Inside(object):
    """`with inside:` holds CPython's GIL."""

    def __enter__(self):
        gil.enter()

    def __exit__(self, *args):
        gil.leave()


inside = Inside()

NOCHARS = lltype.nullptr(rffi.CCHARP.TO)


def check(condition, what):
    if not condition:
        raise Failed("not so: " + what)


def equal(got, expected, what):
    if got != expected:
        raise Failed("%s: got %d, not %d" % (what, got, expected))


# ____________________________________________________________
# Everything below: with CPython's GIL held


def new(ob):
    """The result of a function that returns a new reference, or Failed with
    CPython's exception."""
    if not ob:
        error = capi.fetch_error()
        text = class_name(error) + ": " + string_of(error)
        capi.decref(error)
        raise Failed(text)
    return ob


def done(status):
    """Likewise for one that returns an int."""
    status = rffi.cast(lltype.Signed, status)
    if status < 0:
        new(capi.NULL)
    return status


def utf8(ob):
    """The text of a str object."""
    size = lltype.malloc(capi.SIGNEDP.TO, 1, flavor='raw')
    try:
        start = capi.PyUnicode_AsUTF8AndSize(ob, size)
        if not start:
            new(capi.NULL)
        return rffi.charpsize2str(start, size[0])
    finally:
        lltype.free(size, flavor='raw')


def consume_utf8(ob):
    text = utf8(new(ob))
    capi.decref_scalar(ob)
    return text


def repr_of(ob):
    return consume_utf8(capi.PyObject_Repr(ob))


def string_of(ob):
    return consume_utf8(capi.PyObject_Str(ob))


def class_name(ob):
    return rffi.charp2str(capi.type_name(ob.ob_type))


def from_text(text):
    return new(capi.PyUnicode_DecodeUTF8(text, len(text), NOCHARS))


def integer(ob):
    """The value of an int object that fits; the reference is consumed."""
    value = lltype.malloc(capi.SIGNEDP.TO, 1, flavor='raw')
    try:
        check(capi.read_long(new(ob), value) == 1, "an int that fits a C long")
        result = value[0]
    finally:
        lltype.free(value, flavor='raw')
    capi.decref(ob)
    return result


def import_module(name):
    return new(capi.PyImport_ImportModule(name))


def attribute(ob, name):
    interned = new(capi.intern(name, len(name)))
    result = capi.PyObject_GetAttr(ob, interned)
    capi.decref(interned)
    return new(result)


def call_any(function, args):
    """The result may be NULL, with CPython's exception set."""
    array = lltype.malloc(capi.PYOBJP.TO, len(args) + 1, flavor='raw')
    try:
        for i in range(len(args)):
            array[i + 1] = args[i]          # a free slot in front
        return capi.call_many(function, array, len(args), capi.NULL)
    finally:
        lltype.free(array, flavor='raw')


def call(function, args):
    return new(call_any(function, args))


def main_dict():
    """Borrowed."""
    module = new(capi.PyImport_AddModule("__main__"))       # borrowed too
    return capi.PyModule_GetDict(module)


def _builtin(name, source):
    builtins = import_module("builtins")
    function = attribute(builtins, name)
    text = from_text(source)
    result = call_any(function, [text, main_dict()])
    capi.decref(text)
    capi.decref(function)
    capi.decref(builtins)
    return result


def evaluate_any(source):
    """The result may be NULL, with CPython's exception set."""
    return _builtin("eval", source)


def evaluate(source):
    return new(evaluate_any(source))


def run(source):
    capi.decref(new(_builtin("exec", source)))


def define(name, ob):
    """Put an object into CPython's __main__; the reference stays the caller's."""
    key = from_text(name)
    done(capi.PyDict_SetItem(main_dict(), key, ob))
    capi.decref(key)


def show(source):
    """Print the repr of an expression."""
    ob = evaluate(source)
    print "%s = %s" % (source, repr_of(ob))
    capi.decref(ob)


def count(ob):
    return ob.ob_refcnt

"""Reference counts and types, read and written in CPython's memory; the caller holds the GIL.

To be imported after `capi.load()`, like all that follows, so that every name is a constant.
"""

from cpyembed.preload import capi
from cpyembed.preload.capi import W, lib, version

dealloc = lib._Py_Dealloc

if version < (3, 12):
    def incref(p):
        """One more reference to the object at `p`."""
        W[(p >> 3) - 1] += 1

    def decref(p):
        """One less; may run code."""
        i = (p >> 3) - 1
        n = W[i] - 1
        W[i] = n
        if not n:
            dealloc(p)
else:
    def incref(p):
        """One more reference to the object at `p`, if it is not immortal."""
        n = W[(p >> 3) - 1]
        if not n & 0x80000000:
            W[(p >> 3) - 1] = n + 1

    def decref(p):
        """One less; may run code."""
        i = (p >> 3) - 1
        n = W[i]
        if n & 0x80000000:
            return
        n -= 1
        W[i] = n
        if not n:
            dealloc(p)


def refcount(p):
    """The reference count (int) of the object at `p`."""
    return W[(p >> 3) - 1]


def type_word(t, offset):
    """The word at `offset` in the type object at `t`."""
    return W[((t + offset) >> 3) - 1]


def type_flags(t):
    """tp_flags of the type at `t`."""
    return type_word(t, capi.TP_FLAGS)


def c_string(address):
    """The C string at `address` as str."""
    return capi.ffi.string(capi.ffi.cast("char *", address)).decode("utf-8", "replace")


def short_name(t):
    """What CPython's own messages call the type: 'numpy.ndarray' for a static one."""
    return c_string(type_word(t, capi.TP_NAME))


names = {}


def intern(name):
    """A pointer, borrowed for ever, to CPython's interned str for the PyPy str `name`."""
    p = names.get(name)
    if p is None:
        data = name.encode("utf-8", "surrogatepass")
        place = capi.ffi.new("P *")
        place[0] = lib.PyUnicode_DecodeUTF8(data, len(data), b"surrogatepass")
        lib.PyUnicode_InternInPlace(place)
        p = names[name] = place[0]
    return p


def lookup_on_type(t, name):
    """What the type at `t` or a base has under `name`: a borrowed pointer, or 0; no metaclass."""
    return lib._PyType_Lookup(t, intern(name))

"""Values across, both ways: the two tables of section 4.

`to_c(x)` gives a new reference (int) to CPython's object for a PyPy value. `to_py(p)` takes over
a reference and gives PyPy's value. The caller holds the GIL. What is converted how is looked up
by exact type, once: `TO` by PyPy class, `FROM` by the address of the CPython type.
"""

from cpyembed.preload import capi, errors, young
from cpyembed.preload.capi import (
    BOOL_TYPE,
    BYTES_TYPE,
    COMPLEX_TYPE,
    ELLIPSIS,
    FALSE,
    FLOAT_TYPE,
    LONG_TYPE,
    NONE,
    NOTIMPLEMENTED,
    RANGE_TYPE,
    SLICE_TYPE,
    TRUE,
    TUPLE_TYPE,
    U32,
    UNICODE_TYPE,
    D,
    W,
    ffi,
    lib,
    version,
)
from cpyembed.preload.refs import decref, incref, intern, type_flags

TO = {}     # PyPy class -> function(x, memo) -> new reference
FROM = {}   # address of a CPython type -> function(p) -> PyPy value; takes over the reference
new_float = lib.PyFloat_FromDouble
new_int = lib.PyLong_FromLongLong


# ---- PyPy to CPython ---------------------------------------------------------------------------

def to_c(x, memo=None):
    """A new reference to CPython's object for `x`.

    memo: the Memo of the call that `x` is an argument of, or None.
    """
    t = type(x)
    if t is float:
        return new_float(x)
    if t is int:
        return int_to_c(x)
    f = TO.get(t)
    if f is None:
        f = learn_class(t)
    p = f(x, memo)
    if not p:
        raise errors.fetch()
    return p


def int_to_c(x):
    try:
        return new_int(x)
    except OverflowError:
        return lib.PyLong_FromString(b"%x" % x, ffi.NULL, 16)


def str_to_c(x, memo=None):
    data = x.encode("utf-8", "surrogatepass")
    return lib.PyUnicode_DecodeUTF8(data, len(data), b"surrogatepass")


def bytes_to_c(x, memo=None):
    return lib.PyBytes_FromStringAndSize(x, len(x))


def constant(p):
    """A converter that always gives the object at `p`."""
    def give(x, memo):
        incref(p)
        return p
    return give


def bool_to_c(x, memo):
    p = TRUE if x else FALSE
    incref(p)
    return p


def tuple_to_c(x, memo):
    p = lib.PyTuple_New(len(x))
    if not p:
        return 0
    i = (p >> 3) + 2
    try:
        for item in x:
            W[i] = to_c(item, memo)
            i += 1
    except BaseException:
        decref(p)
        raise
    return p


def sequence_to_c(function, *items):
    """`function(*pointers)` for items that are converted here; a new reference or 0."""
    pointers = []
    try:
        for item in items:
            pointers.append(to_c(item))
        return function(*pointers)
    finally:
        for p in pointers:
            decref(p)


def slice_to_c(x, memo):
    return sequence_to_c(lib.PySlice_New, x.start, x.stop, x.step)


def call_type(t, *args):
    """A new reference to what the CPython callable at `t` returns for converted `args`, or 0."""
    arguments = tuple_to_c(args, None)
    try:
        return lib.PyObject_Call(t, arguments, 0)
    finally:
        decref(arguments)


def range_to_c(x, memo):
    return call_type(RANGE_TYPE, x.start, x.stop, x.step)


TO.update({
    type(None): constant(NONE), type(...): constant(ELLIPSIS),
    type(NotImplemented): constant(NOTIMPLEMENTED), bool: bool_to_c,
    int: lambda x, memo: int_to_c(x), float: lambda x, memo: new_float(x),
    complex: lambda x, memo: lib.PyComplex_FromDoubles(x.real, x.imag),
    str: str_to_c, bytes: bytes_to_c, tuple: tuple_to_c, slice: slice_to_c, range: range_to_c,
})
SCALARS = (bool, int, float, complex, str, bytes, tuple)


def learn_class(t):
    """The converter for instances of the PyPy class `t`, found once and kept in TO."""
    f = None
    for rule in CLASS_RULES:
        f = rule(t)
        if f is not None:
            break
    else:
        for base in SCALARS:
            if issubclass(t, base):
                f = base_value(base)
                break
        else:
            from cpyembed.preload import export
            f = export.export
    TO[t] = f
    return f


# Functions (PyPy class) -> converter or None, tried in order; other modules add theirs.
CLASS_RULES = []


def base_value(base):
    """A converter for subclasses of the scalar class `base`: the value as `base` has it."""
    convert = TO[base]
    if base is tuple:
        return lambda x, memo: convert(tuple(tuple.__iter__(x)), memo)
    if base is str:
        return lambda x, memo: convert(str.__str__(x), memo)
    if base is bytes:
        return lambda x, memo: convert(bytes.__getitem__(x, slice(None)), memo)
    if base is int:
        return lambda x, memo: convert(int.__add__(x, 0), memo)
    if base is complex:
        real, imag = complex.real.__get__, complex.imag.__get__
        return lambda x, memo: convert(complex(real(x), imag(x)), memo)
    return lambda x, memo: convert(float.__mul__(x, 1.0), memo)


# ---- CPython to PyPy ---------------------------------------------------------------------------

def to_py(p):
    """PyPy's value for the object at `p`, whose reference is taken over."""
    t = W[p >> 3]
    if t == FLOAT_TYPE:
        x = D[(p >> 3) + 1]
        decref(p)
        return x
    if t == LONG_TYPE:
        x = long_value(p)
        decref(p)
        return x
    if p == NONE:
        decref(p)
        return None
    f = FROM.get(t)
    if f is None:
        f = learn_type(t)
    return f(p)


def borrowed_to_py(p):
    """Like `to_py`, for a reference that stays the caller's."""
    incref(p)
    return to_py(p)


if version < (3, 12):
    def long_value(p):
        """The value (int) of CPython's int at `p`."""
        size = W[(p >> 3) + 1]
        if size == 1:
            return U32[(p >> 2) + 5]
        if size == 0:
            return 0
        if size == -1:
            return -U32[(p >> 2) + 5]
        return long_long_value(p)
else:
    def long_value(p):
        """The value (int) of CPython's int at `p`."""
        tag = W[(p >> 3) + 1]
        if tag == 8:
            return U32[(p >> 2) + 5]
        if tag & 3 == 1:
            return 0
        if tag == 10:
            return -U32[(p >> 2) + 5]
        return long_long_value(p)


overflow = ffi.new("int *")
size_out = ffi.new("ssize_t *")


def long_long_value(p):
    out = ffi.new("int *")
    x = lib.PyLong_AsLongLongAndOverflow(p, out)
    if not out[0]:
        return x
    text = lib.PyNumber_ToBase(p, 16)
    x = int(str_value(text), 16)
    decref(text)
    return x


# A str of ASCII alone says so in its header, which its characters follow: compact and ascii.
ASCII, ASCII_DATA = 0x60, 48 if version < (3, 12) else 40


def str_value(p):
    """The value (str) of CPython's str at `p`."""
    if U32[(p + 28) >> 2] & ASCII == ASCII:
        return text_at(p + ASCII_DATA, W[(p >> 3) + 1]).decode("ascii")
    n = ffi.new("ssize_t *")
    data = lib.PyUnicode_AsUTF8AndSize(p, n)
    if data:
        return text_at(data, n[0]).decode("utf-8")
    lib.PyErr_Clear()           # a lone surrogate
    b = lib.PyUnicode_AsEncodedString(p, b"utf-8", b"surrogatepass")
    if not b:
        raise errors.fetch()
    x = bytes_value(b).decode("utf-8", "surrogatepass")
    decref(b)
    return x


def bytes_value(p):
    """The value (bytes) of CPython's bytes at `p`."""
    return text_at(p + 32, W[(p >> 3) + 1])


def text_at(data, n):
    """The `n` bytes at `data`, an address or a pointer."""
    if n >= young.LARGE:
        young.made(n)
    return ffi.buffer(ffi.cast("char *", data), n)[:]


def complex_value(p):
    return complex(D[(p >> 3) + 1], D[(p >> 3) + 2])


def tuple_value(p):
    """A tuple of the converted items of CPython's tuple at `p`."""
    n = W[(p >> 3) + 1]
    i = (p >> 3) + 2
    if n == 2:
        return (borrowed_to_py(W[i]), borrowed_to_py(W[i + 1]))
    return tuple([borrowed_to_py(W[k]) for k in range(i, i + n)])


def list_pointers(p):
    """The addresses (list of int, borrowed) of the items of CPython's list at `p`."""
    n = W[(p >> 3) + 1]
    return ffi.unpack(ffi.cast("intptr_t *", W[(p >> 3) + 2]), n) if n else []


def attribute(p, name):
    """The PyPy value of an attribute of the object at `p`."""
    a = lib.PyObject_GetAttr(p, intern(name))
    if not a:
        raise errors.fetch()
    return to_py(a)


def slice_value(p):
    return slice(attribute(p, "start"), attribute(p, "stop"), attribute(p, "step"))


def range_value(p):
    return range(attribute(p, "start"), attribute(p, "stop"), attribute(p, "step"))


def by_value(value):
    """A FROM function from one that only reads."""
    def take(p):
        try:
            return value(p)
        finally:
            decref(p)
    return take


FROM.update({
    FLOAT_TYPE: by_value(lambda p: D[(p >> 3) + 1]), LONG_TYPE: by_value(long_value),
    BOOL_TYPE: by_value(lambda p: p == TRUE), UNICODE_TYPE: by_value(str_value),
    BYTES_TYPE: by_value(bytes_value), COMPLEX_TYPE: by_value(complex_value),
    TUPLE_TYPE: by_value(tuple_value), SLICE_TYPE: by_value(slice_value),
    RANGE_TYPE: by_value(range_value), W[NONE >> 3]: by_value(lambda p: None),
    W[ELLIPSIS >> 3]: by_value(lambda p: ...),
    W[NOTIMPLEMENTED >> 3]: by_value(lambda p: NotImplemented),
})


def learn_type(t):
    """The FROM function for instances of the CPython type at `t`, found once."""
    for rule in TYPE_RULES:
        f = rule(t)
        if f is not None:
            break
    else:
        from cpyembed.preload import object as objects
        f = objects.maker(t)
    incref(t)                   # its address stands for it for ever
    FROM[t] = f
    return f


# Functions (address of a type) -> FROM function or None, tried in order; others add theirs.
TYPE_RULES = []


def is_subtype(t, base):
    """Whether the type at `t` is `base` or derives from it."""
    return bool(lib.PyType_IsSubtype(t, base))


def is_type(p):
    """Whether the object at `p` is a type."""
    return bool(type_flags(W[p >> 3]) & capi.FLAG_TYPE)

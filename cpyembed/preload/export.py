"""PyPy objects as CPython sees them.

For each PyPy class there is one CPython type, made once, with the slots that the class's special
methods call for and no more. An instance is five words: count, type, vectorcall, weak references,
unused. Which PyPy object it stands for is in `exported`, by address; the entry, and with it the
object, goes when CPython drops the last reference. A PyPy object has one export while one lives.

A slot is a cffi callback: it converts the arguments, leaves CPython (section 7: entry into PyPy
is exit from CPython), runs the PyPy code, enters again, and converts the result.
"""

import operator

from __pypy__ import hidden_applevel

from cpyembed.preload import capi, errors
from cpyembed.preload.capi import FLOAT_TYPE, D, W, ffi, lib
from cpyembed.preload.convert import FROM, TO, borrowed_to_py, str_value, to_c
from cpyembed.preload.gil import leave_for_callback, reenter
from cpyembed.preload.refs import decref, incref, intern

exported = {}       # address of an export -> the PyPy object
by_id = {}          # id of the PyPy object -> address of its export
export_types = {}   # PyPy class -> address of its CPython type
keep = []           # what C refers to for ever: callbacks, specs, names
SIZE, AT_VECTORCALL, AT_WEAKREFS = 40, 16, 24
NOT_FOUND = object()


def export(x, memo=None):
    """A new reference to the export of the PyPy object `x`."""
    p = by_id.get(id(x))
    if p is not None:
        incref(p)
        return p
    cls = type(x)
    t = export_types.get(cls)
    if t is None:
        t = make_type(cls)
    p = lib.PyType_GenericAlloc(t, 0)
    if not p:
        raise errors.fetch()
    W[(p + AT_VECTORCALL >> 3) - 1] = vectorcall_address[0]
    exported[p] = x
    by_id[id(x)] = p
    return p


class Reference:
    """`cpyembed.ref(x)`: on its way to CPython it becomes the export of `x`, whatever `x` is."""

    __slots__ = ("x",)

    def __init__(self, x):
        self.x = x

    def __repr__(self):
        return "cpyembed.ref(%r)" % (self.x,)


TO[Reference] = lambda reference, memo: export(reference.x)


def exported_at(p):
    """The PyPy object behind the export at `p`; None if it is none."""
    return exported.get(p)


def take(p):
    """FROM function of every export type."""
    x = exported[p]
    decref(p)
    return x


# ---- callbacks ---------------------------------------------------------------------------------

def callback(signature, error=0):
    """Decorator: a Python function on addresses becomes a C function; errors cross.

    The PyPy function gets what `signature` says, as integers, and returns an integer. An exception
    that leaves it becomes CPython's current error, and `error` the result.
    """
    def decorate(function):
        @hidden_applevel
        def guarded(*arguments):
            try:
                return function(*arguments)
            except BaseException as e:
                errors.restore(e)
                return error
        c = ffi.callback(signature, guarded, error)
        keep.append(c)
        return int(ffi.cast("intptr_t", c))
    return decorate


@hidden_applevel
def run(function, *arguments):
    """`function(*arguments)` on PyPy's side: without CPython's GIL in anybody's way."""
    depth = leave_for_callback()
    try:
        return function(*arguments)
    finally:
        reenter(depth)


@hidden_applevel
def vectorcall(p, args, flagged, names):
    """vectorcallfunc of every export that can be called."""
    try:
        x = exported[p]
        n = flagged & 0x7fffffffffffffff
        if n == 1 and not names:
            q = W[(args >> 3) - 1]
            a = D[(q >> 3) + 1] if W[q >> 3] == FLOAT_TYPE else borrowed_to_py(q)
            depth = leave_for_callback()
            try:
                result = x(a)
            finally:
                reenter(depth)
            return float_result(result) if type(result) is float else to_c(result)
        i = (args >> 3) - 1
        values = [borrowed_to_py(W[k]) for k in range(i, i + n)]
        keywords = {}
        if names:
            for k in range(W[(names >> 3) + 1]):
                name = str_value(W[(names >> 3) + 2 + k])
                keywords[name] = borrowed_to_py(W[i + n + k])
        depth = leave_for_callback()
        try:
            result = x(*values, **keywords)
        finally:
            reenter(depth)
        return to_c(result)
    except BaseException as e:
        errors.restore(e)
        return 0


def float_result(x):
    """A new reference to a float: the last one again if nobody has kept it, for a library that
    calls a function for a number is done with it at once. One call of C less."""
    p = last_result[0]
    if p and W[(p >> 3) - 1] == 1:
        D[(p >> 3) + 1] = x
    else:
        if p:
            decref(p)
        p = last_result[0] = lib.PyFloat_FromDouble(x)
    W[(p >> 3) - 1] += 1
    return p


last_result = [0]       # a reference to a float, or 0
vectorcall_callback = ffi.callback("intptr_t(intptr_t, intptr_t, intptr_t, intptr_t)", vectorcall)
vectorcall_address = [int(ffi.cast("intptr_t", vectorcall_callback))]


@callback("void(intptr_t)", None)
def dealloc(p):
    t = W[p >> 3]
    if W[(p + AT_WEAKREFS >> 3) - 1]:
        lib.PyObject_ClearWeakRefs(p)
    x = exported.pop(p, None)
    by_id.pop(id(x), None)
    lib.PyObject_Free(p)
    decref(t)


@callback("intptr_t(intptr_t, intptr_t)")
def getattro(p, name):
    name = str_value(name)
    if name in GENERIC:
        return lib.PyObject_GenericGetAttr(p, intern(name))
    x = exported[p]
    try:
        value = run(getattr, x, name)
    except AttributeError:
        if not name.startswith("__"):
            raise
        from cpyembed import exports
        value = run(exports.attribute, x, name)
    return to_c(value)


# Attributes that are those of the export as a CPython object.
GENERIC = {"__class__", "__reduce__", "__reduce_ex__", "__getstate__"}


@callback("int(intptr_t, intptr_t, intptr_t)", -1)
def setattro(p, name, value):
    x = exported[p]
    if value:
        run(setattr, x, str_value(name), borrowed_to_py(value))
    else:
        run(delattr, x, str_value(name))
    return 0


def unary_slot(function):
    """A C function that gives `function(x)`, converted."""
    @callback("intptr_t(intptr_t)")
    def slot(p):
        return to_c(run(function, exported[p]))
    return slot


def method_slot(name):
    """A C function that calls the special method `name` of the class, with no argument."""
    return unary_slot(lambda x: getattr(type(x), name)(x))


@callback("intptr_t(intptr_t)")
def iternext(p):
    try:
        return to_c(run(next, exported[p]))
    except StopIteration as e:
        if e.value is None:
            return 0
        raise


@callback("intptr_t(intptr_t)", -1)
def hash_slot(p):
    n = run(hash, exported[p])
    return -2 if n == -1 else n


COMPARE = [("__lt__", operator.lt), ("__le__", operator.le), ("__eq__", operator.eq),
           ("__ne__", operator.ne), ("__gt__", operator.gt), ("__ge__", operator.ge)]


@callback("intptr_t(intptr_t, intptr_t, int)")
def richcompare(p, q, operation):
    x, y = exported[p], borrowed_to_py(q)
    name, function = COMPARE[operation]
    if q in exported:
        return to_c(run(function, x, y))
    return to_c(run(getattr(type(x), name), x, y))


def binary_slot(name, function):
    """A C function for a binary operator, whichever operand is the export."""
    straight, reflected = "__%s__" % name, "__r%s__" % name

    @callback("intptr_t(intptr_t, intptr_t)")
    def slot(p, q):
        x, y = exported.get(p, NOT_FOUND), exported.get(q, NOT_FOUND)
        if x is not NOT_FOUND and y is not NOT_FOUND:
            return to_c(run(function, x, y))
        if x is not NOT_FOUND:
            method = getattr(type(x), straight, None)
            x, y = x, borrowed_to_py(q)
        else:
            method = getattr(type(y), reflected, None)
            x, y = y, borrowed_to_py(p)
        if method is None:
            return to_c(NotImplemented)
        return to_c(run(method, x, y))
    return slot


def in_place_slot(name):
    method_name = "__i%s__" % name

    @callback("intptr_t(intptr_t, intptr_t)")
    def slot(p, q):
        x = exported[p]
        return to_c(run(getattr(type(x), method_name), x, borrowed_to_py(q)))
    return slot


@callback("intptr_t(intptr_t, intptr_t, intptr_t)")
def power_slot(p, q, r):
    x, y = exported.get(p, NOT_FOUND), exported.get(q, NOT_FOUND)
    if r != capi.NONE:          # CPython asks the first operand only
        method = getattr(type(x), "__pow__", None)
        return to_c(NotImplemented if method is None else
                    run(method, x, borrowed_to_py(q), borrowed_to_py(r)))
    if x is not NOT_FOUND and y is not NOT_FOUND:
        return to_c(run(pow, x, y))
    if x is not NOT_FOUND:
        method, x, y = getattr(type(x), "__pow__", None), x, borrowed_to_py(q)
    elif y is not NOT_FOUND:
        method, x, y = getattr(type(y), "__rpow__", None), y, borrowed_to_py(p)
    else:
        method = None
    return to_c(NotImplemented if method is None else run(method, x, y))


@callback("int(intptr_t)", -1)
def bool_slot(p):
    return int(run(bool, exported[p]))


@callback("intptr_t(intptr_t)", -1)
def length_slot(p):
    return run(len, exported[p])


@callback("intptr_t(intptr_t, intptr_t)")
def subscript(p, key):
    return to_c(run(operator.getitem, exported[p], borrowed_to_py(key)))


@callback("intptr_t(intptr_t, intptr_t)")
def item(p, index):
    return to_c(run(operator.getitem, exported[p], index))


@callback("int(intptr_t, intptr_t, intptr_t)", -1)
def assign_subscript(p, key, value):
    if value:
        run(operator.setitem, exported[p], borrowed_to_py(key), borrowed_to_py(value))
    else:
        run(operator.delitem, exported[p], borrowed_to_py(key))
    return 0


@callback("int(intptr_t, intptr_t)", -1)
def contains(p, q):
    return int(run(operator.contains, exported[p], borrowed_to_py(q)))


@callback("intptr_t(intptr_t, intptr_t, intptr_t)")
def descr_get(p, instance, owner):
    """Functions bind `self` as CPython's do; other descriptors answer for themselves."""
    x = exported[p]
    if type(x) in BINDING:
        if not instance or instance == capi.NONE:
            incref(p)
            return p
        pointers = ffi.new("P[2]", [p, instance])
        return lib.PyObject_VectorcallDict(capi.METHOD_TYPE, pointers, 2, 0)
    a = None if not instance else borrowed_to_py(instance)
    b = None if not owner else borrowed_to_py(owner)
    return to_c(run(type(x).__get__, x, a, b))


BINDING = {type(callback), type(len)}

# (special methods that call for it, slot number, C function), the numbers as in typeslots.h.
SLOTS = [
    ("__call__", 50, int(ffi.cast("intptr_t", ffi.addressof(lib, "PyVectorcall_Call")))),
    ("__iter__", 62, unary_slot(iter)), ("__next__", 63, iternext),
    ("__len__", 4, length_slot), ("__len__", 45, length_slot),
    ("__getitem__", 5, subscript), ("__getitem__", 44, item),
    ("__setitem__ __delitem__", 3, assign_subscript), ("__contains__", 41, contains),
    ("__bool__", 9, bool_slot), ("__int__", 26, unary_slot(int)),
    ("__float__", 11, unary_slot(float)), ("__index__", 13, unary_slot(operator.index)),
    ("__neg__", 30, unary_slot(operator.neg)), ("__pos__", 32, unary_slot(operator.pos)),
    ("__abs__", 6, unary_slot(abs)), ("__invert__", 27, unary_slot(operator.invert)),
    ("__pow__ __rpow__", 33, power_slot), ("__get__", 54, descr_get),
    ("__await__", 77, method_slot("__await__")), ("__aiter__", 78, method_slot("__aiter__")),
    ("__anext__", 79, method_slot("__anext__")),
]
for _name, _number, _function in (
        ("add", 7, operator.add), ("sub", 36, operator.sub), ("mul", 29, operator.mul),
        ("matmul", 75, operator.matmul), ("truediv", 37, operator.truediv),
        ("floordiv", 12, operator.floordiv), ("mod", 34, operator.mod), ("divmod", 10, divmod),
        ("lshift", 28, operator.lshift), ("rshift", 35, operator.rshift),
        ("and", 8, operator.and_), ("or", 31, operator.or_), ("xor", 38, operator.xor)):
    SLOTS.append(("__%s__ __r%s__" % (_name, _name), _number, binary_slot(_name, _function)))
for _name, _number in (("add", 14), ("sub", 23), ("mul", 18), ("matmul", 76), ("truediv", 24),
                       ("floordiv", 16), ("mod", 21), ("lshift", 17), ("rshift", 22), ("and", 15),
                       ("or", 19), ("xor", 25), ("pow", 20)):
    SLOTS.append(("__i%s__" % _name, _number, in_place_slot(_name)))
EVERY_TYPE = [(52, dealloc), (58, getattro), (69, setattro), (66, unary_slot(repr)),
              (70, unary_slot(str)), (59, hash_slot), (67, richcompare)]
# Special methods without a slot: they go into the type's dictionary.
BY_NAME = ("__enter__ __exit__ __aenter__ __aexit__ __reversed__ __fspath__ __round__ __trunc__ "
           "__floor__ __ceil__ __bytes__ __complex__ __length_hint__ __instancecheck__ "
           "__subclasscheck__ __array__ __array_ufunc__ __array_function__ __array_interface__ "
           "__format__ __missing__ __copy__ __deepcopy__ __set__ __delete__ __set_name__ "
           "__dir__ __sizeof__").split()

# Where `NAME = None` keeps CPython from trying another way.
REFUSED = sorted(set(" ".join(names for names, _, _ in SLOTS).split()).union(BY_NAME))


# ---- types -------------------------------------------------------------------------------------

def make_type(cls):
    """The address of the CPython type for exports of instances of the PyPy class `cls`."""
    slots = list(EVERY_TYPE)
    for names, number, function in SLOTS:
        if any(defines(cls, name) for name in names.split()):
            slots.append((number, function))
    if issubclass(cls, type) and not defines(cls, "__getitem__"):
        slots.append((5, subscript))        # for classes with __class_getitem__
    if not defines(cls, "__hash__"):
        slots.remove((59, hash_slot))
    from cpyembed.preload import buffer
    slots.extend(buffer.slots_for(cls))
    members = ffi.new("PyMemberDef[3]")
    for k, (name, where) in enumerate((("__vectorcalloffset__", AT_VECTORCALL),
                                       ("__weaklistoffset__", AT_WEAKREFS))):
        text = ffi.new("char[]", name.encode())
        members[k].name, members[k].type, members[k].offset, members[k].flags = text, 19, where, 1
        keep.append(text)
    slots.append((72, int(ffi.cast("intptr_t", members))))
    doc = ffi.new("char[]", doc_of(cls))
    slots.append((56, int(ffi.cast("intptr_t", doc))))
    table = ffi.new("PyType_Slot[]", len(slots) + 1)
    for k, (number, function) in enumerate(slots):
        table[k].slot, table[k].pfunc = number, ffi.cast("void *", function)
    name = ffi.new("char[]", qualified(cls).encode("utf-8", "replace"))
    spec = ffi.new("PyType_Spec *")
    spec.name, spec.basicsize, spec.slots = name, SIZE, table
    spec.flags = 1 << 18 | (1 << 7 if capi.version >= (3, 10) else 0)
    if defines(cls, "__call__"):
        spec.flags |= capi.FLAG_HAVE_VECTORCALL
    keep.extend([members, doc, table, name, spec])
    t = lib.PyType_FromSpecWithBases(spec, 0)
    if not t:
        raise errors.fetch()
    export_types[cls] = t
    FROM[t] = take
    finish_type(cls, t)
    return t


def defines(cls, name):
    """Whether instances of the PyPy class `cls` have the special method `name`."""
    for base in cls.__mro__:
        if name in base.__dict__:
            return base.__dict__[name] is not None
    return False


def refuses(cls, name):
    """Whether the class says `NAME = None`, which means more than lacking it."""
    for base in cls.__mro__:
        if name in base.__dict__:
            return base.__dict__[name] is None
    return False


def doc_of(cls):
    doc = cls.__dict__.get("__doc__")
    return doc.encode("utf-8", "replace") if isinstance(doc, str) else b""


def qualified(cls):
    module = cls.__module__ if isinstance(cls.__module__, str) else "builtins"
    return "%s.%s" % (module, cls.__name__)


def finish_type(cls, t):
    """What cannot be said in the spec: methods by name, abstract classes, no pickling."""
    for name in BY_NAME:
        if defines(cls, name):
            set_type_attribute(t, name, forwarder(name))
    for name in REFUSED:
        if refuses(cls, name) and lib.PyObject_SetAttr(t, intern(name), capi.NONE):
            raise errors.fetch()
    set_type_attribute(t, "__reduce_ex__", refuse_to_pickle)
    from cpyembed.preload import setup
    if setup.ready:
        from cpyembed import exports
        from cpyembed.preload.object import wrap
        incref(t)
        exports.finish(cls, wrap(t))


def set_type_attribute(t, name, function):
    p = export(function)
    if lib.PyObject_SetAttr(t, intern(name), p):
        raise errors.fetch()
    decref(p)


def forwarder(name):
    """A function that calls the special method `name` of its first argument's class."""
    function = forwarders.get(name)
    if function is None:
        def function(self, *args):
            return getattr(type(self), name)(self, *args)
        function.__name__ = name
        forwarders[name] = function
    return function


forwarders = {}


def refuse_to_pickle(self, protocol=0):
    """`__reduce_ex__` of every export."""
    from cpyembed import import_module
    raise import_module("pickle").PicklingError(
        "%r lives on PyPy's side and cannot be pickled by CPython: pickle it in PyPy"
        % type(self).__name__)

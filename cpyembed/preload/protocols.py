"""The protocols of `Object`: for each CPython type one class with just what the type has.

A table says which special method is there when the type has which attribute, so that `callable`,
`collections.abc` and `inspect` say on PyPy what they say on CPython.
"""

from __pypy__ import hidden_applevel

from cpyembed import pickling
from cpyembed.preload import capi, errors
from cpyembed.preload.capi import D, W, ffi, lib
from cpyembed.preload.containers import CONTAINERS, Memo
from cpyembed.preload.convert import TO, borrowed_to_py, to_c, to_py
from cpyembed.preload.gil import enter, leave
from cpyembed.preload.object import Object, pointer, valid_pointer
from cpyembed.preload.refs import (
    c_string,
    decref,
    incref,
    intern,
    lookup_on_type,
    names,
    type_flags,
    type_word,
)

vectorcall = lib.PyObject_VectorcallDict
vectorcall_names = lib.PyObject_Vectorcall if capi.version >= (3, 11) else None
new_float = lib.PyFloat_FromDouble
get_attribute = lib.PyObject_GetAttr
ARGUMENTS = 8
argument_arrays = [ffi.new("P[%d]" % ARGUMENTS) for _ in range(4)]


def object_to_c(x, memo=None):
    """TO function of every Object class. ValueError for one that was released."""
    p = valid_pointer(x)
    incref(p)
    return p


# ---- calls -------------------------------------------------------------------------------------

@hidden_applevel
def call(self, *args, **kwargs):
    """`self(*args, **kwargs)`; the common shapes without a loop, for the JIT."""
    enter()
    try:
        n = len(args)
        if kwargs or n > 3:
            if vectorcall_names and n < 3 and len(kwargs) < 3:
                return to_py(call_with_few_names(pointer(self), args, n, kwargs))
            if plain(args, kwargs):
                return to_py(call_with_names(pointer(self), args, kwargs))
            return to_py(call_generally(pointer(self), args, kwargs))
        if n == 1:
            x = args[0]
            if type(x) in CONTAINERS:
                return to_py(call_generally(pointer(self), args, kwargs))
            a = float_argument(x) if type(x) is float else to_c(x)
            array = take_array()
            array[0] = a
            p = vectorcall(pointer(self), array, 1, 0)
            argument_arrays.append(array)
            if type(x) is float:
                drop_float_argument(a)
            else:
                decref(a)
        elif n == 0:
            p = vectorcall(pointer(self), ffi.NULL, 0, 0)
        else:
            for x in args:
                if type(x) in CONTAINERS:
                    return to_py(call_generally(pointer(self), args, kwargs))
            p = call_few(pointer(self), args, n)
        if not p:
            raise errors.fetch()
        return to_py(p)
    finally:
        leave()


def take_array():
    try:
        return argument_arrays.pop()
    except IndexError:
        return ffi.new("P[%d]" % ARGUMENTS)


spare_floats = []       # floats that were arguments and that nobody kept: two calls of C less


def float_argument(x):
    """A new reference to a float; nobody can tell it from one made anew."""
    try:
        a = spare_floats.pop()
    except IndexError:
        return new_float(x)
    D[(a >> 3) + 1] = x
    return a


def drop_float_argument(a):
    if W[(a >> 3) - 1] == 1 and len(spare_floats) < 4:
        spare_floats.append(a)
    else:
        decref(a)


def call_few(p, args, n):
    """Call with two or three arguments, none a container; a new reference or 0."""
    a = to_c(args[0])
    try:
        b = to_c(args[1])
    except BaseException:
        decref(a)
        raise
    c = 0
    if n == 3:
        try:
            c = to_c(args[2])
        except BaseException:
            decref(a)
            decref(b)
            raise
    array = take_array()
    array[0], array[1], array[2] = a, b, c
    p = vectorcall(p, array, n, 0)
    argument_arrays.append(array)
    decref(a)
    decref(b)
    if c:
        decref(c)
    return p


name_tuples = {}        # name, or tuple of two names -> CPython tuple of interned names, for ever


def make_name_tuple(key, *spelled):
    made = lib.PyTuple_New(len(spelled))
    i = (made >> 3) + 2
    for name in spelled:
        W[i] = intern(name)
        incref(W[i])
        i += 1
    name_tuples[key] = made
    return made


def call_with_few_names(p, args, n, kwargs):
    """A call with one or two keywords and at most two other arguments, without a loop, for the
    JIT; a new reference."""
    second = y = None
    if len(kwargs) == 2:
        second, y = kwargs.popitem()
    first, x = kwargs.popitem()
    if (type(x) in CONTAINERS or type(y) in CONTAINERS or
            n and (type(args[0]) in CONTAINERS or type(args[-1]) in CONTAINERS)):
        kwargs[first] = x
        if second is not None:
            kwargs[second] = y
        return call_generally(p, args, kwargs)
    a = b = c = d = 0
    try:
        if n:
            a = to_c(args[0])
            if n == 2:
                b = to_c(args[1])
        c = to_c(x)
        if second is None:
            spelled = name_tuples.get(first) or make_name_tuple(first, first)
        else:
            d = to_c(y)
            key = first, second
            spelled = name_tuples.get(key) or make_name_tuple(key, first, second)
        array = take_array()
        array[0], array[1] = a, b
        array[n], array[n + 1] = c, d
        result = vectorcall_names(p, array, n, spelled)
        argument_arrays.append(array)
        if not result:
            raise errors.fetch()
        return result
    finally:
        if a:
            decref(a)
        if b:
            decref(b)
        if c:
            decref(c)
        if d:
            decref(d)


def call_with_names(p, args, kwargs):
    """A call with keywords and no container among the arguments; a new reference."""
    pointers = []
    table = lib.PyDict_New()
    try:
        for x in args:
            pointers.append(to_c(x))
        for name, x in kwargs.items():
            a = to_c(x)
            lib.PyDict_SetItem(table, names.get(name) or intern(name), a)
            decref(a)
        array = take_array()
        i = 0
        for a in pointers:
            array[i] = a
            i += 1
        result = vectorcall(p, array, i, table)
        argument_arrays.append(array)
        if not result:
            raise errors.fetch()
        return result
    finally:
        for a in pointers:
            decref(a)
        decref(table)


def plain(args, kwargs):
    """Whether there are few arguments and none is a container."""
    if len(args) > ARGUMENTS:
        return False
    for x in args:
        if type(x) in CONTAINERS:
            return False
    for x in kwargs.values():
        if type(x) in CONTAINERS:
            return False
    return True


def call_generally(p, args, kwargs):
    """Any call: a new reference. Containers are copied in, and out again at the end."""
    memo = Memo()
    pointers = []
    table = 0
    try:
        for x in args:
            pointers.append(to_c(x, memo))
        if kwargs:
            table = lib.PyDict_New()
            for name, x in kwargs.items():
                a = to_c(x, memo)
                lib.PyDict_SetItem(table, intern(name), a)
                decref(a)
        array = ffi.new("P[]", pointers) if pointers else ffi.NULL
        result = vectorcall(p, array, len(pointers), table)
        if not result:
            e = errors.fetch()
            memo.copy_out()
            raise e
        memo.copy_out()
        return result
    finally:
        for a in pointers:
            decref(a)
        if table:
            decref(table)
        memo.close()


# ---- attributes --------------------------------------------------------------------------------

attribute_names = {}    # like `refs.names`, without those of OWN_ATTRIBUTES


@hidden_applevel
def getattribute(self, name):
    """Every attribute is CPython's, but those of OWN_ATTRIBUTES."""
    s = attribute_names.get(name)
    if s is None:
        if name in OWN_ATTRIBUTES:
            return OWN_ATTRIBUTES[name](self)
        enter()
        try:
            s = attribute_names[name] = intern(name)
        finally:
            leave()
    enter()
    try:
        return result(get_attribute(pointer(self), s))
    finally:
        leave()


def await_object(self):
    """`__await__`."""
    from cpyembed import awaiting
    return awaiting.await_object(self, special("__await__"))


def signature(self):
    """`__signature__`: what CPython's inspect says, as PyPy's inspect says it."""
    from cpyembed import signatures
    return signatures.signature_of(self)


def reducer(self):
    return lambda protocol=None: pickling.reduce(self, protocol)


def mro_entries_attribute(self):
    """Class statements look `__mro_entries__` up as an attribute."""
    if not hasattr(type(self), "__mro_entries__"):
        raise AttributeError("__mro_entries__")
    return lambda bases: mro_entries(self, bases)


OWN_ATTRIBUTES = {"__mro_entries__": mro_entries_attribute, "__signature__": signature,
                  "__reduce_ex__": reducer, "__reduce__": reducer}


@hidden_applevel
def setattribute(self, name, value):
    enter()
    try:
        v = to_c(value)
        failed = lib.PyObject_SetAttr(pointer(self), intern(name), v)
        decref(v)
        status(failed)
    finally:
        leave()


@hidden_applevel
def delattribute(self, name):
    enter()
    try:
        status(lib.PyObject_SetAttr(pointer(self), intern(name), 0))
    finally:
        leave()


# ---- operators ---------------------------------------------------------------------------------

@hidden_applevel
def result(p):
    """PyPy's value for the new reference `p`, or CPython's error if there is none."""
    if not p:
        raise errors.fetch()
    return to_py(p)


@hidden_applevel
def applied_to_two(function, x, y):
    """What `function` of CPython's objects for the operands gives, whatever that is."""
    a = to_c(x)
    try:
        b = to_c(y)
        p = function(a, b)
        decref(b)
    finally:
        decref(a)
    return p


@hidden_applevel
def status(n):
    """A result (int) of C of which -1 may mean an error."""
    if n == -1 and lib.PyErr_Occurred():
        raise errors.fetch()
    return n


def unary(function, convert=to_py):
    """A method that gives `function(self)`."""
    @hidden_applevel
    def method(self):
        enter()
        try:
            a = to_c(self)
            p = function(a)
            decref(a)
            if not p:
                raise errors.fetch()
            return convert(p)
        finally:
            leave()
    return method


def binary(function):
    """A method that gives `function(self, other)`."""
    @hidden_applevel
    def method(self, other):
        enter()
        try:
            return result(applied_to_two(function, self, other))
        finally:
            leave()
    return method


def reflected(function):
    """A method that gives `function(other, self)`."""
    @hidden_applevel
    def method(self, other):
        enter()
        try:
            return result(applied_to_two(function, other, self))
        finally:
            leave()
    return method


def compare(operation):
    """A rich comparison; `operation` is its number in C."""
    return binary(hidden_applevel(lambda a, b: lib.PyObject_RichCompare(a, b, operation)))


def power(function, swap=False):
    @hidden_applevel
    def method(self, other, modulus=None):
        x, y = (other, self) if swap else (self, other)
        enter()
        try:
            m = to_c(modulus)
            try:
                return result(applied_to_two(
                    hidden_applevel(lambda a, b: function(a, b, m)), x, y))
            finally:
                decref(m)
        finally:
            leave()
    return method


def integer(function):
    """A method that gives the C integer `function(self)`, -1 being an error."""
    @hidden_applevel
    def method(self):
        enter()
        try:
            a = to_c(self)
            n = function(a)
            decref(a)
            return status(n)
        finally:
            leave()
    return method


length = integer(lib.PyObject_Size)
hash_of = integer(lib.PyObject_Hash)
truth_of = integer(lib.PyObject_IsTrue)


@hidden_applevel
def truth(self):
    return truth_of(self) != 0


def question(function):
    """A method that gives whether `function(self, x)` is so."""
    @hidden_applevel
    def method(self, x):
        enter()
        try:
            a = to_c(x)
            n = function(pointer(self), a)
            decref(a)
            return status(n) != 0
        finally:
            leave()
    return method


contains = question(lib.PySequence_Contains)
instance_check = question(hidden_applevel(lambda cls, x: lib.PyObject_IsInstance(x, cls)))
subclass_check = question(hidden_applevel(lambda cls, x: lib.PyObject_IsSubclass(x, cls)))
getitem = binary(lib.PyObject_GetItem)


@hidden_applevel
def setitem(self, key, value):
    enter()
    try:
        p = pointer(self)
        status(applied_to_two(hidden_applevel(lambda k, v: lib.PyObject_SetItem(p, k, v)),
                              key, value))
    finally:
        leave()


@hidden_applevel
def delitem(self, key):
    enter()
    try:
        k = to_c(key)
        failed = lib.PyObject_DelItem(pointer(self), k)
        decref(k)
        status(failed)
    finally:
        leave()


@hidden_applevel
def iternext(self):
    enter()
    try:
        p = lib.PyIter_Next(pointer(self))
        if not p:
            if lib.PyErr_Occurred():
                raise errors.fetch()
            raise StopIteration
        return to_py(p)
    finally:
        leave()


get_iterator = unary(lib.PyObject_GetIter)


@hidden_applevel
def iterate(self):
    """Iteration; of an exact list or tuple without making CPython's iterator."""
    if W[pointer(self) >> 3] == capi.LIST_TYPE:
        return iterate_list(self)
    return get_iterator(self)


@hidden_applevel
def iterate_list(self):
    i = 0
    while True:
        enter()
        try:
            p = valid_pointer(self)
            if i >= W[(p >> 3) + 1]:
                return
            item = borrowed_to_py(W[(W[(p >> 3) + 2] >> 3) - 1 + i])
        finally:
            leave()
        yield item
        i += 1


@hidden_applevel
def special(name):
    """A method that calls the special method `name` of CPython's type, as CPython would."""
    @hidden_applevel
    def method(self, *args):
        enter()
        try:
            a = to_c(self)
            try:
                return result(call_special(a, name, args))
            finally:
                decref(a)
        finally:
            leave()
    return method


def call_special(a, name, args):
    """A new reference, or 0, to `type(a).name(a, *args)`, the object being at `a`."""
    f = lib.PyObject_GetAttr(W[a >> 3], intern(name))
    if not f:
        raise errors.fetch()
    incref(a)
    pointers = [a]
    try:
        for x in args:
            pointers.append(to_c(x))
        return vectorcall(f, ffi.new("P[]", pointers), len(pointers), 0)
    finally:
        for q in pointers:
            decref(q)
        decref(f)


@hidden_applevel
def exit_context(self, kind, value, traceback):
    """`__exit__`: the traceback stays behind, the exception is CPython's."""
    return call_exit(self, kind, value, None)


call_exit = special("__exit__")
format_value = binary(lib.PyObject_Format)


def number(kind, function):
    """`__int__`, `__float__`, `__index__`: an exact PyPy value of the class `kind`."""
    get = unary(function)

    @hidden_applevel
    def method(self):
        return kind.__pos__(get(self))
    return method


directory = unary(lib.PyObject_Dir, lambda p: list(to_py(p)))
text_of = unary(lib.PyObject_Str)
repr_of = unary(lib.PyObject_Repr)
bytes_of = unary(lib.PyObject_Bytes)


def buffer_of(self, flags):
    from cpyembed.preload import buffer
    return buffer.view(self)


def mro_entries(self, bases):
    from cpyembed.preload import classes
    return classes.mro_entries(self, bases)


def document(self):
    return getattribute(self, "__doc__")


# What every class has.
ALWAYS = {
    "__getattribute__": getattribute, "__setattr__": setattribute, "__delattr__": delattribute,
    "__str__": text_of, "__repr__": repr_of, "__format__": format_value, "__dir__": directory,
    "__eq__": compare(2), "__ne__": compare(3), "__reduce_ex__": pickling.reduce,
    "__copy__": pickling.copy, "__deepcopy__": pickling.deepcopy,
}
# What a class has if CPython's type has one of the names: (names, {method name: function}).
TABLE = [
    ("__call__", {"__call__": call}),
    ("__len__", {"__len__": length}),
    ("__hash__", {"__hash__": hash_of}),
    ("__bool__ __len__", {"__bool__": truth}),
    ("__getitem__", {"__getitem__": getitem}),
    ("__setitem__", {"__setitem__": setitem}),
    ("__delitem__", {"__delitem__": delitem}),
    ("__contains__", {"__contains__": contains}),
    ("__iter__", {"__iter__": iterate}),
    ("__next__", {"__next__": iternext}),
    ("__lt__", {"__lt__": compare(0), "__gt__": compare(4)}),
    ("__le__", {"__le__": compare(1), "__ge__": compare(5)}),
    ("__int__", {"__int__": number(int, lib.PyNumber_Long)}),
    ("__float__", {"__float__": number(float, lib.PyNumber_Float)}),
    ("__index__", {"__index__": number(int, lib.PyNumber_Index)}),
    ("__neg__", {"__neg__": unary(lib.PyNumber_Negative)}),
    ("__pos__", {"__pos__": unary(lib.PyNumber_Positive)}),
    ("__abs__", {"__abs__": unary(lib.PyNumber_Absolute)}),
    ("__invert__", {"__invert__": unary(lib.PyNumber_Invert)}),
    ("__bytes__", {"__bytes__": bytes_of}),
    ("__pow__ __rpow__", {"__pow__": power(lib.PyNumber_Power),
                          "__rpow__": power(lib.PyNumber_Power, swap=True)}),
    ("__ipow__", {"__ipow__": power(lib.PyNumber_InPlacePower)}),
    ("__exit__", {"__exit__": exit_context}),
    ("__await__", {"__await__": await_object}),
    ("__instancecheck__", {"__instancecheck__": instance_check}),
    ("__subclasscheck__", {"__subclasscheck__": subclass_check}),
]
for _name in ("__enter__ __round__ __trunc__ __floor__ __ceil__ __complex__ __aiter__ "
              "__anext__ __aenter__ __aexit__ __fspath__ __reversed__ __length_hint__ __get__ "
              "__set__ __delete__").split():
    TABLE.append((_name, {_name: special(_name)}))
for _name, _function in (
        ("add", "Add"), ("sub", "Subtract"), ("mul", "Multiply"), ("matmul", "MatrixMultiply"),
        ("truediv", "TrueDivide"), ("floordiv", "FloorDivide"), ("mod", "Remainder"),
        ("divmod", "Divmod"), ("lshift", "Lshift"), ("rshift", "Rshift"), ("and", "And"),
        ("or", "Or"), ("xor", "Xor")):
    _f = getattr(lib, "PyNumber_" + _function)
    TABLE.append(("__%s__ __r%s__" % (_name, _name),
                  {"__%s__" % _name: binary(_f), "__r%s__" % _name: reflected(_f)}))
    if _name != "divmod":
        _f = getattr(lib, "PyNumber_InPlace" + _function)
        TABLE.append(("__i%s__" % _name, {"__i%s__" % _name: binary(_f)}))
TYPE_METHODS = {"__getitem__": getitem, "__mro_entries__": mro_entries}


def class_for(t):
    """The Object class for instances of the CPython type at `t`."""
    namespace = dict(ALWAYS)
    for wanted, methods in TABLE:
        if any(has(t, name) for name in wanted.split()):
            namespace.update(methods)
    if "__hash__" not in namespace:
        namespace["__hash__"] = None
    if type_flags(t) & capi.FLAG_TYPE or lib.PyType_IsSubtype(t, capi.TYPE_TYPE):
        namespace.update(TYPE_METHODS)
        if not has(t, "__getitem__"):
            namespace.setdefault("__iter__", None)      # what subscribes a class is no iteration
    if has(t, "__mro_entries__"):
        namespace.setdefault("__mro_entries__", mro_entries)
    if has(t, "send"):          # a generator: PyIter_Next would lose the value it returns
        namespace["__next__"] = special("__next__")
    namespace["__doc__"] = property(document)
    namespace["__slots__"] = ()
    if has_buffer(t):
        namespace["__buffer__"] = buffer_of
    name = c_string(type_word(t, capi.TP_NAME))
    cls = ObjectType(name.rpartition(".")[2], (Object,), namespace, made_by_cpyembed=True)
    TO[cls] = object_to_c
    return cls


class ObjectType(type(Object)):
    """The class of Object classes; only the engine makes them."""

    makes_object_classes = True

    def __new__(meta, name, bases, namespace, made_by_cpyembed=False):
        if not made_by_cpyembed:
            raise TypeError("cpyembed.Object cannot be subclassed; derive from a CPython class")
        return type.__new__(meta, name, bases, namespace)

    def __init__(cls, name, bases, namespace, made_by_cpyembed=False):
        type.__init__(cls, name, bases, namespace)


def has(t, name):
    """Whether the CPython type at `t` has the special method `name` (None counts as not)."""
    p = lookup_on_type(t, name)
    return bool(p) and p != capi.NONE


def has_buffer(t):
    """Whether instances of the type at `t` offer the buffer protocol."""
    procs = type_word(t, capi.TP_AS_BUFFER)
    return bool(procs) and bool(W[(procs >> 3) - 1])

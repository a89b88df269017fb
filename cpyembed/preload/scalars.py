"""Instances of subclasses of int, float, complex, str, bytes and tuple.

`np.float64(1.5)` arrives as an instance of a PyPy subclass of float, made once for the CPython
class: the value itself and the reference, operators and attributes being those of CPython's class.
`hash` is PyPy's, so that it is found in a PyPy set or dict.
"""

from cpyembed import pickling
from cpyembed.preload import capi, errors, gil, protocols
from cpyembed.preload.capi import W, lib
from cpyembed.preload.convert import FROM, TO, TYPE_RULES
from cpyembed.preload.gil import enter, leave
from cpyembed.preload.refs import c_string, decref, incref, intern, lookup_on_type, type_word

BASES = [(capi.LONG_TYPE, int), (capi.FLOAT_TYPE, float), (capi.COMPLEX_TYPE, complex),
         (capi.UNICODE_TYPE, str), (capi.BYTES_TYPE, bytes), (capi.TUPLE_TYPE, tuple)]
# Protocols that a class of this kind takes from `protocols.TABLE`; the others read `pointer`.
FORWARDED = {name for _, methods in protocols.TABLE for name in methods} - {
    "__call__", "__hash__", "__setitem__", "__delitem__", "__contains__", "__next__", "__int__",
    "__float__", "__index__", "__exit__", "__instancecheck__", "__subclasscheck__", "__iter__",
    "__len__", "__bool__", "__complex__"}


def scalar_rule(t):
    """The FROM function for instances of a proper subclass of one of BASES."""
    for base, cls in BASES:
        if lib.PyType_IsSubtype(t, base):
            return maker(t, base, cls)
    return None


def maker(t, base, value_class):
    value_of = FROM[base]
    cls = make_class(t, base, value_class)
    set_pointer = cls.__dict__["_cpyembed_pointer"].__set__
    new = value_class.__new__

    def take(p):
        incref(p)
        x = new(cls, value_of(p))
        set_pointer(x, p)
        return x
    return take


def make_class(t, base, value_class):
    """The PyPy subclass of `value_class` for the CPython class at `t`."""
    namespace = {"__slots__": ("_cpyembed_pointer",), "__getattribute__": getattribute,
                 "__str__": protocols.text_of, "__repr__": protocols.repr_of,
                 "__format__": protocols.format_value, "__eq__": protocols.compare(2),
                 "__ne__": protocols.compare(3), "__hash__": value_class.__hash__,
                 "__reduce_ex__": pickling.reduce, "__del__": drop,
                 "__dir__": protocols.directory}
    for wanted, methods in protocols.TABLE:
        for name in wanted.split():
            if overridden(t, base, name) and protocols.has(t, name):
                namespace.update((k, f) for k, f in methods.items() if k in FORWARDED)
    if overridden(t, base, "__call__") and protocols.has(t, "__call__"):
        namespace["__call__"] = protocols.special("__call__")
    name = c_string(type_word(t, capi.TP_NAME)).rpartition(".")[2]
    cls = type(name, (value_class,), namespace)
    pointer = cls.__dict__["_cpyembed_pointer"].__get__

    def to_c(x, memo=None):
        p = pointer(x)
        incref(p)
        return p
    TO[cls] = to_c
    return cls


def overridden(t, base, name):
    """Whether the type at `t` has something else under `name` than the built-in at `base`."""
    return lookup_on_type(t, name) != lookup_on_type(base, name)


def getattribute(self, name):
    """Every attribute is CPython's."""
    if name == "__class__":
        return type(self)
    enter()
    try:
        a = TO[type(self)](self)
        p = lib.PyObject_GetAttr(a, intern(name))
        decref(a)
        if not p:
            raise errors.fetch()
        from cpyembed.preload.convert import to_py
        return to_py(p)
    finally:
        leave()


def drop(self):
    pointer = type(self).__dict__["_cpyembed_pointer"].__get__
    gil.pending.append(pointer(self))


TYPE_RULES.append(scalar_rule)
_ = W

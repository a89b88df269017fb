"""Types and classes as values: built-in ones become the other side's own."""

import builtins
import types

from cpyembed.preload import capi, errors, library
from cpyembed.preload.capi import W, lib
from cpyembed.preload.convert import CLASS_RULES, TYPE_RULES, is_type
from cpyembed.preload.object import maker
from cpyembed.preload.refs import decref, incref, intern

to_pypy = {}        # address of a CPython type -> PyPy class
to_cpython = {}     # PyPy class -> address of the CPython type


def learn():
    """Pair the built-in types; once, at the start."""
    table = lib.PyModule_GetDict(lib.PyImport_ImportModule(b"builtins"))
    for name, cls in list(vars(builtins).items()):
        if isinstance(cls, type):
            p = lib.PyDict_GetItemWithError(table, intern(name))
            if p and is_type(p):
                pair(cls, p)
    pair(type(None), W[capi.NONE >> 3])
    pair(type(...), W[capi.ELLIPSIS >> 3])
    pair(type(NotImplemented), W[capi.NOTIMPLEMENTED >> 3])


def pair(cls, p):
    """`cls` on PyPy's side and the type at `p` on CPython's stand for each other."""
    incref(p)
    to_pypy[p] = cls
    to_cpython[cls] = p


def type_rule(t):
    """How instances of the metaclass at `t` arrive: built-in types and exceptions as PyPy's."""
    if not lib.PyType_IsSubtype(t, capi.TYPE_TYPE):
        return None
    make = maker(t)

    def take(p):
        cls = to_pypy.get(p)
        if cls is None and errors.is_exception_type(p):
            cls = errors.class_of(p)
        if cls is None:
            return make(p)
        decref(p)
        return cls
    return take


def exception_rule(t):
    """Instances of exception classes arrive as PyPy exceptions."""
    if not errors.is_exception_type(t):
        return None
    return errors.from_exception


def class_to_c(cls, memo=None):
    """TO function for classes: built-in and exception classes are CPython's own."""
    p = to_cpython.get(cls)
    if p is None:
        if isinstance(cls, type) and issubclass(cls, BaseException):
            p = errors.class_to_c(cls)
        elif library.class_to_c(cls):
            p = library.class_to_c(cls)
        else:
            from cpyembed.preload import export
            return export.export(cls, memo)
    incref(p)
    return p


def class_rule(t):
    if issubclass(t, type):
        return class_to_c
    if issubclass(t, BaseException):
        return errors.exception_to_c
    if t is types.GenericAlias:
        return alias_to_c
    if t.__module__ == "typing" or t is getattr(types, "UnionType", None):
        return typing_rule(t)
    return None


def made(name, *args):
    """A new reference to what the function `name` of `inside/` makes."""
    from cpyembed import cside
    from cpyembed.preload.object import pointer
    from cpyembed.preload.protocols import call_generally
    return call_generally(pointer(cside.function(name)), args, {})


def alias_to_c(x, memo):
    return made("values.make_generic", "alias", x.__origin__, x.__args__)


def typing_rule(t):
    """Aliases, unions and type variables of `typing`."""
    import typing
    if t is typing.TypeVar:
        return variable_to_c
    if t is type(typing.Optional[int]) or t is getattr(types, "UnionType", None):
        return union_to_c
    if t is type(typing.List[int]):
        return typing_alias_to_c
    return None


def union_to_c(x, memo):
    if getattr(x, "__origin__", None) in (None, __import__("typing").Union):
        return made("values.make_generic", "union", None, x.__args__)
    return typing_alias_to_c(x, memo)


def typing_alias_to_c(x, memo):
    import typing
    if x.__origin__ is typing.Union:
        return made("values.make_generic", "union", None, x.__args__)
    name = getattr(x, "_name", None)
    if not name or not isinstance(x.__origin__, type):
        from cpyembed.preload import export
        return export.export(x)
    return made("values.make_generic", name, x.__origin__, x.__args__)


def variable_to_c(x, memo):
    known = variables.get(id(x))
    if known is None:
        p = made("values.make_type_variable", x.__name__, x.__bound__, x.__constraints__,
                 x.__covariant__, x.__contravariant__)
        known = variables[id(x)] = (x, p)   # both for ever: a variable is its identity
    incref(known[1])
    return known[1]


variables = {}


TYPE_RULES.extend([exception_rule, type_rule])
CLASS_RULES.append(class_rule)

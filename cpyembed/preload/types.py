"""Types and classes as values: built-in ones become the other side's own."""

import builtins

from cpyembed.preload import capi, errors, library
from cpyembed.preload.capi import W, lib
from cpyembed.preload.convert import CLASS_RULES, TYPE_RULES, is_type, to_c
from cpyembed.preload.gil import leave_for_callback, reenter
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
    if t.__module__ in ("types", "typing", "collections.abc", "_pypy_generic_alias"):
        return typing_rule(t)
    return None


def made(name, *args):
    """A new reference to what the function `name` of `inside/` makes."""
    from cpyembed import cside
    from cpyembed.preload.object import pointer
    from cpyembed.preload.protocols import call_generally
    return call_generally(pointer(cside.function(name)), args, {})


def typing_rule(t):
    """Generic aliases, unions and type variables."""
    from cpyembed import typings
    from cpyembed.preload import setup
    typings.begin(lambda module, name: getattr(setup.module(module), name), call)
    spell = typings.converter(t)
    if spell is None:
        return None

    def convert(x, memo):
        depth = leave_for_callback()
        try:
            value = spell(x)
        finally:
            reenter(depth)
        if value is None:
            from cpyembed.preload import export
            return export.export(x)
        return to_c(value, memo)
    return convert


def call(function, *args, **keywords):
    return function(*args, **keywords)


TYPE_RULES.extend([exception_rule, type_rule])
CLASS_RULES.append(class_rule)

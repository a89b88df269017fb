"""Class statements with a CPython base: what `cpyembed.class_statements` asks of this engine."""

import sys
import threading
import types

from cpyembed import class_statements
from cpyembed.class_statements import forward, lookup, mro_entries
from cpyembed.preload import capi, convert, export, protocols
from cpyembed.preload.api import import_module
from cpyembed.preload.capi import lib
from cpyembed.preload.convert import FROM, TO
from cpyembed.preload.gil import enter, leave
from cpyembed.preload.object import Object, classes, maker_for, pointer, wrap
from cpyembed.preload.refs import incref, intern, lookup_on_type
from cpyembed.preload.types import pair as pair_types
from cpyembed.preload.types import to_cpython

__all__ = ["address", "attribute_or_none", "by_reference", "class_of_instances", "Forward",
           "forward", "getattribute", "import_module", "is_overridden", "missing",
           "more_of_stand_in", "mro_entries", "pair", "raw_attribute", "raw_call", "stand_in"]

address = pointer


def raw_attribute(obj, name):
    """An attribute of an Object as an Object, whatever it is."""
    enter()
    try:
        p = lib.PyObject_GetAttr(pointer(obj), intern(name))
        if not p:
            raise protocols.errors.fetch()
        return wrap(p)
    finally:
        leave()


def attribute_or_none(obj, name):
    """An attribute of an Object, or None where there is none."""
    return getattr(obj, name, None)


def raw_call(f, *args):
    """What `f` returns, as an Object."""
    enter()
    try:
        return wrap(protocols.call_generally(pointer(f), args, {}))
    finally:
        leave()


def by_reference(x):
    """The Object that refers to the export of `x`."""
    enter()
    try:
        return wrap(export.export(x))
    finally:
        leave()


def is_overridden(original, base, name):
    """Whether a CPython class has another `name` than the built-in class called `base`."""
    plain = raw_attribute(import_module("builtins"), base)
    enter()
    try:
        return lookup_on_type(pointer(original), name) != lookup_on_type(pointer(plain), name)
    finally:
        leave()


def pair(cls, original):
    """The CPython class and the PyPy class stand for each other, also as the class of instances."""
    t = pointer(original)
    enter()
    try:
        pair_types(cls, t)
        TO[cls] = protocols.object_to_c
        classes[t] = FROM[t] = maker_for(cls, protocols.has_buffer(t))
    finally:
        leave()


def stand_in(cls, original):
    """The PyPy class goes to CPython as `original`, which comes to PyPy as the Object it was."""
    incref(pointer(original))
    to_cpython[cls] = pointer(original)
    TO[cls] = protocols.object_to_c


object_classes = {}     # address of a CPython class -> class_of_instances() of it


def class_of_instances(original):
    """A class with the methods that instances of a CPython class have as Objects."""
    t = pointer(original)
    cls = object_classes.get(t)
    if cls is None:
        enter()
        try:
            incref(t)
            cls = object_classes[t] = protocols.class_for(t)
        finally:
            leave()
    return cls


def more_of_stand_in(original):
    """What else the stand-in of a CPython class has in its dictionary."""
    if protocols.has_buffer(pointer(original)):
        return {"__buffer__": protocols.buffer_of}
    return {}


# ---- attributes --------------------------------------------------------------------------------


class Forward:
    """An attribute of a CPython class, in the dictionary of a PyPy class, where `super()` and
    implicit calls of special methods find it. direct: the function that does the same to an
    instance whose class does not override the attribute, or None."""

    __slots__ = ("owner", "name", "direct")

    def __init__(self, owner, name, direct):
        self.owner, self.name, self.direct = owner, name, direct

    def __get__(self, instance, cls=None):
        if instance is not None and self.direct is not None:
            # super() finds this beyond an override, which Object's function would find again.
            if lookup(type(instance), self.name) is self:
                return types.MethodType(self.direct, instance)
        return forward(self, instance, cls)


missed = threading.local()      # the attribute that was last asked for in vain, see missing()


def getattribute(self, name):
    """`__getattribute__` of an instance: PyPy's functions and properties are bound here, with
    `self` as it is; everything else is CPython's."""
    try:
        return find_attribute(self, name)
    except AttributeError as e:
        if lookup(type(self), "__getattr__") is not None:
            missed.last = self, name, e
        raise


def missing(self, name):
    """`__getattr__` as PyPy calls it after getattribute() failed: CPython has asked its own by
    then, and the error is raised that this ended with."""
    owner, last, error = getattr(missed, "last", (None, None, None))
    missed.last = None, None, None
    if owner is self and last == name:
        raise error
    # A __getattribute__ of PyPy's raised it.
    return self.__getattr__(name)


def find_attribute(self, name):
    cls = type(self)
    value = lookup(cls, name)
    if value is not None and type(value) is not Forward and name != "__dict__":
        kind = type(value)
        if hasattr(kind, "__get__") and not isinstance(value, Object):
            if not hasattr(kind, "__set__") and not hasattr(kind, "__delete__"):
                own = instance_value(self, name)
                if own is not self:
                    return own
            return kind.__get__(value, self, cls)
    return protocols.getattribute(self, name)


def instance_value(self, name):
    """What the CPython instance has in its own dictionary; itself if there is nothing."""
    enter()
    try:
        place = lib._PyObject_GetDictPtr(pointer(self))
        if place == capi.ffi.NULL or not place[0]:
            return self
        p = lib.PyDict_GetItemWithError(place[0], intern(name))
        if not p:
            lib.PyErr_Clear()       # a key whose comparison failed is another key
            return self
        incref(p)
        return convert.to_py(p)
    finally:
        leave()


class_statements.engine = sys.modules[__name__]

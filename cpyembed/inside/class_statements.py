"""Runs in CPython: the twins of PyPy's class statements that have a base class of CPython."""

import functools
import types

COPIED = ("__module__", "__name__", "__qualname__", "__doc__")


def function(target):
    """A function of CPython's that calls PyPy's `target`: it binds, and libraries that look at
    what is in a class know it for a function."""
    def method(*args, **keywords):
        return target(*args, **keywords)
    return functools.update_wrapper(method, target, assigned=COPIED)


class Descriptor:
    """A descriptor of PyPy's in a CPython class. get: PyPy's function that asks it."""

    def __init__(self, descriptor, get):
        self.descriptor, self.get = descriptor, get

    def __get__(self, instance, owner=None):
        return self.get(self.descriptor, instance, owner)

    def __getattr__(self, name):
        return getattr(self.descriptor, name)


class DataDescriptor(Descriptor):
    """One that takes part in setting and deleting as well."""

    def __init__(self, descriptor, get, set, delete):
        self.descriptor, self.get, self.set, self.delete = descriptor, get, set, delete

    def __set__(self, instance, value):
        self.set(self.descriptor, instance, value)

    def __delete__(self, instance):
        self.delete(self.descriptor, instance)


class Announcement:
    """Tells PyPy of the class as soon as there is one: before `__init_subclass__`, and before
    every other `__set_name__`, which may hand the class to PyPy."""

    def __init__(self, tell):
        self.tell = tell

    def __get__(self, instance, owner=None):    # no metaclass takes a descriptor for a value
        return self

    def __set_name__(self, owner, name):
        delattr(owner, name)
        self.tell(owner)


def make_class(name, bases, namespace, keywords, tell=None):
    """The twin of a class statement of PyPy's. tell: function that is called with it early."""
    def body(ns):
        if tell is not None:
            ns["__cpyembed_announcement__"] = Announcement(tell)
        for key, value in namespace.items():    # update() would pass a metaclass's mapping by
            ns[key] = value
    return types.new_class(name, bases, keywords, body)


def names_of(cls):
    """The names of all attributes of a class, of whatever class of its order; a tuple."""
    return tuple({name for klass in cls.__mro__ for name in vars(klass)})


def bind(cls, name, instance):
    """The attribute `name` of `instance`, looked for from `cls` on in its class's order."""
    return bind_class(cls, name, type(instance), instance)


def bind_class(cls, name, kind, instance=None):
    """The same for the class `kind` itself, or, with an instance of it, for that."""
    mro = kind.__mro__
    for klass in mro[mro.index(cls):]:
        if name in vars(klass):
            value = vars(klass)[name]
            get = getattr(type(value), "__get__", None)
            return value if get is None else get(value, instance, kind)
    if instance is None:
        return getattr(kind, name)
    raise AttributeError("%r object has no attribute %r" % (kind.__name__, name))


def mro_entries(base, bases):
    """What stands for `base` in a class statement with these bases: itself, if it is a class."""
    entries = getattr(base, "__mro_entries__", None)
    if isinstance(base, type) or entries is None:
        return (base,)
    return entries(bases)

"""Runs in CPython: the twins of PyPy's class statements that have a base class of CPython."""

import functools
import sys
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
    every other `__set_name__`, which may hand the class to PyPy. And of every class that CPython
    code derives from it."""

    def __init__(self, tell, adopt):
        self.tell, self.adopt = tell, adopt

    def __get__(self, instance, owner=None):    # no metaclass takes a descriptor for a value
        return self

    def __set_name__(self, owner, name):
        delattr(owner, name)
        self.tell(owner)
        own = vars(owner).get("__init_subclass__")
        adopt = self.adopt

        def init_subclass(cls, **keywords):
            adopt(cls)
            inherited = super(owner, cls).__init_subclass__ if own is None else (
                own.__get__(None, cls))
            inherited(**keywords)
        owner.__init_subclass__ = classmethod(init_subclass)


def make_class(name, bases, namespace, keywords, tell, adopt):
    """The twin of a class statement of PyPy's. tell: function that is called with it early; adopt:
    one that is called with each class derived from it."""
    def body(ns):
        ns["__cpyembed_announcement__"] = Announcement(tell, adopt)
        for key, value in namespace.items():    # update() would pass a metaclass's mapping by
            ns[key] = value
    return types.new_class(name, bases, keywords, body)


def names(cls):
    """The names of all attributes of a class, of whatever class of its order; a tuple."""
    return tuple({name for klass in cls.__mro__ for name in vars(klass)})


def own_names(cls):
    """The names in the class's own dictionary; a tuple."""
    return tuple(vars(cls))


def getter(name):
    """The function that gets the attribute `name` of an instance, or of a class, from the class
    behind `previous` on in the order of its class; of itself, if `previous` is None."""
    name = sys.intern(name)

    def get(previous, instance):
        return getattr(instance if previous is None else super(previous, instance), name)
    return get


def previous(kind, cls):
    """The class before `cls` in the order of the class `kind`; None if there is none."""
    i = kind.__mro__.index(cls)
    return kind.__mro__[i - 1] if i else None


def mro_entries(base, bases):
    """What stands for `base` in a class statement with these bases: itself, if it is a class."""
    entries = getattr(base, "__mro_entries__", None)
    if isinstance(base, type) or entries is None:
        return (base,)
    return entries(bases)

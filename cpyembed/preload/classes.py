"""Class statements with a CPython base: `class Net(torch.nn.Module)`.

`__mro_entries__` puts a stand-in, a real PyPy class, in the place of the CPython class. Its
metaclass makes two classes of the statement: PyPy's, and a CPython twin with the same functions.
An instance is one CPython object, an instance of the twin, where the state lives; on PyPy's side
it is an Object whose class is PyPy's. `super()` finds the stand-in's `Forward` descriptors, which
go on in CPython's method resolution order from the class that the stand-in stands for.
"""

import types

from cpyembed.preload import protocols
from cpyembed.preload.capi import W
from cpyembed.preload.convert import FROM, TO, attribute, to_py
from cpyembed.preload.gil import enter, leave
from cpyembed.preload.object import Object, classes, maker_for, pointer, wrap
from cpyembed.preload.refs import incref, lookup_on_type
from cpyembed.preload.types import made, pair, to_cpython

stand_ins = {}      # address of a CPython class -> its stand-in
MISSING = object()
# What a stand-in does not forward: what makes it an Object, or a class.
OWN = {"__class__", "__dict__", "__new__", "__init_subclass__", "__subclasshook__", "__slots__",
       "__getattribute__", "__getattr__", "__doc__", "__module__", "__weakref__", "__del__",
       "__reduce__", "__reduce_ex__", "__class_getitem__", "__mro_entries__", "__qualname__"}
NOT_PYPYS = {"__slots__", "__del__", "__init_subclass__"}      # only the twin has them
DIRECT = (types.FunctionType, property, classmethod, staticmethod)


class Forward:
    """An attribute of a CPython class, as `super()` or the class itself finds it."""

    __slots__ = ("owner", "name")

    def __init__(self, owner, name):
        self.owner, self.name = owner, name

    def __get__(self, instance, cls=None):
        from cpyembed import cside
        if instance is None:
            twin = twin_of(cls) if cls in to_cpython else self.owner
            return cside.function("class_statements.bind_class")(self.owner, self.name, twin)
        return cside.function("class_statements.bind")(self.owner, self.name, instance)


class TwinType(protocols.ObjectType):
    """The metaclass: makes the CPython twin, and calls it to make instances."""

    def __new__(meta, name, bases, namespace, made_by_cpyembed=False, **keywords):
        if made_by_cpyembed:
            return type.__new__(meta, name, bases, namespace)
        own = {k: v for k, v in namespace.items() if k not in NOT_PYPYS}
        own["__slots__"] = ()
        cls = type.__new__(meta, name, bases, own)
        make_twin(cls, namespace, keywords)
        return cls

    def __init__(cls, name, bases, namespace, **keywords):
        type.__init__(cls, name, bases, namespace)

    def __call__(cls, *args, **kwargs):
        enter()
        try:
            return to_py(protocols.call_generally(to_cpython[cls], args, kwargs))
        finally:
            leave()

    def __setattr__(cls, name, value):
        type.__setattr__(cls, name, value)
        setattr(twin_of(cls), name, value)

    def __delattr__(cls, name):
        type.__delattr__(cls, name)
        delattr(twin_of(cls), name)

    def __getattr__(cls, name):
        if cls not in to_cpython:
            raise AttributeError(name)
        return getattr(twin_of(cls), name)

    def __dir__(cls):
        return sorted(set(type.__dir__(cls)) | set(dir(twin_of(cls))))

    def __instancecheck__(cls, x):
        return type.__instancecheck__(cls, x) or isinstance(x, twin_of(cls))

    def __subclasscheck__(cls, other):
        return type.__subclasscheck__(cls, other)


def mro_entries(base, bases):
    """`__mro_entries__` of the Object `base`, a CPython class or something that leads to one."""
    enter()
    try:
        if lookup_on_type(W[pointer(base) >> 3], "__mro_entries__"):
            found = base.__mro_entries__(bases)
            return tuple(stand_in(b) if isinstance(b, Object) else b for b in found)
        return (stand_in(base),)
    finally:
        leave()


def stand_in(base):
    """The PyPy class that stands for the CPython class `base` (Object); made once."""
    t = pointer(base)
    cls = stand_ins.get(t)
    if cls is None:
        namespace = {name: Forward(base, name) for name in dir(base) if name not in OWN}
        if "__hash__" in namespace and base.__hash__ is None:
            namespace["__hash__"] = None
        for name in ("__getattribute__", "__dir__", "__reduce_ex__", "__copy__", "__deepcopy__"):
            namespace[name] = protocols.ALWAYS[name]
        namespace["__getattribute__"] = getattribute
        namespace["__new__"] = new
        namespace["__doc__"] = property(protocols.document)
        namespace["__slots__"] = ()
        if protocols.has_buffer(t):
            namespace["__buffer__"] = protocols.buffer_of
        name = attribute(t, "__name__")
        namespace["__module__"] = attribute(t, "__module__")
        cls = TwinType(name, (Object,), namespace, made_by_cpyembed=True)
        incref(t)
        stand_ins[t] = cls
        to_cpython[cls] = t
        TO[cls] = protocols.object_to_c
    return cls


def new(cls, *args, **kwargs):
    """`super().__new__(cls, ...)` in a class statement: CPython's, for the twin."""
    twin = twin_of(cls)
    base = next(wrap_borrowed(to_cpython[c]) for c in cls.__mro__ if c in STAND_INS)
    return base.__new__(twin, *args, **kwargs)


def wrap_borrowed(p):
    incref(p)
    return wrap(p)


def twin_of(cls):
    """The CPython class (Object) behind a class made by TwinType."""
    enter()
    try:
        return wrap_borrowed(to_cpython[cls])
    finally:
        leave()


def make_twin(cls, namespace, keywords):
    """Make the CPython class for the class statement that has just made `cls`."""
    bases, mixed = [], {}
    for base in cls.__bases__:
        if base in to_cpython:
            bases.append(twin_of(base))
        else:                   # a PyPy class mixed in: the twin gets its functions
            for klass in reversed(base.__mro__[:-1]):
                mixed.update(klass.__dict__)
    for name in ("__dict__", "__weakref__", "__module__", "__doc__", "__qualname__"):
        mixed.pop(name, None)
    mixed.update(namespace)
    mixed.pop("__classcell__", None)
    mixed.pop("__slots__", None)
    enter()
    try:
        t = made("class_statements.make_class", cls.__name__, tuple(bases), mixed, keywords)
        pair(cls, t)
        TO[cls] = protocols.object_to_c
        make = maker_for(cls)
        classes[t] = FROM[t] = make
    finally:
        leave()


def getattribute(self, name):
    """Functions and properties of PyPy's classes directly; all else is CPython's."""
    for klass in type(self).__mro__:
        value = klass.__dict__.get(name, MISSING)
        if value is not MISSING:
            if isinstance(value, DIRECT) and type(klass) is TwinType and klass not in STAND_INS:
                return value.__get__(self, type(self))
            break
    return protocols.getattribute(self, name)


class StandIns:
    """`klass in STAND_INS`: whether a class is a stand-in."""

    def __contains__(self, klass):
        return stand_ins.get(to_cpython.get(klass)) is klass


STAND_INS = StandIns()

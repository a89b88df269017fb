"""Class statements with a CPython base: `class Net(torch.nn.Module)`.

`__mro_entries__` puts a stand-in, a real PyPy class, in the place of the CPython class. Its
metaclass makes two classes of the statement: PyPy's, and a CPython twin with the same attributes.
An instance is one CPython object, an instance of the twin, where the state lives; on PyPy's side
it is an Object whose class is PyPy's.

In the dictionary of PyPy's class are the functions and descriptors of the class statement. All
other attributes are the twin's: a `Forward` stands for each, as for every attribute of the base in
the stand-in, and `super()` goes on from there in CPython's method resolution order.

Both engines; `engine` is the engine's module `classes`, which lists what is asked of it.
"""

import abc
import pickle
import types

from cpyembed import Object, cside, pickling

engine = None
_originals = {}         # PyPy class, twin or stand-in -> the CPython class (an Object)
_stand_ins = {}         # address of a CPython class -> its stand-in
_keywords = {}          # PyPy class in the making -> the keywords left for the twin

# What a stand-in does not forward: what makes it an Object, or a class.
_OWN = {"__class__", "__dict__", "__doc__", "__module__", "__qualname__", "__weakref__",
        "__slots__", "__del__", "__init_subclass__", "__subclasshook__", "__mro_entries__",
        "__abstractmethods__", "_abc_impl", "__annotations__", "__orig_bases__",
        "__cpyembed_announcement__"}
# Only the twin has these of a class statement.
_NOT_PYPYS = {"__slots__", "__del__", "__init_subclass__", "__getattr__"}
# Only the PyPy class has these, of the class statement or of a PyPy class that is mixed in.
_NOT_CPYTHONS = {"__classcell__", "__dict__", "__weakref__", "__abstractmethods__", "_abc_impl"}
_NOT_MIXED_IN = _NOT_CPYTHONS | {"__module__", "__qualname__", "__doc__", "__slots__",
                                 "__init_subclass__", "__class_getitem__", "__annotations__",
                                 "__orig_bases__", "__parameters__"}
# Both have these as they are.
_PLAIN = {"__name__", "__qualname__", "__module__", "__doc__", "__bases__", "__annotations__",
          "__orig_bases__", "__classcell__"}


class TwinType(abc.ABCMeta):
    """The metaclass: makes the CPython twin, and calls it to make instances."""

    makes_object_classes = True

    def __new__(meta, name, bases, namespace, **keywords):
        own = {k: v for k, v in namespace.items() if k not in _NOT_PYPYS and _is_pypys(k, v)}
        own["__slots__"] = ()
        # PyPy classes that are mixed in may want keywords; what they leave is the twin's.
        cls = abc.ABCMeta.__new__(meta, name, bases, own, **keywords)
        _make_twin(cls, namespace, _keywords.pop(cls, {}))
        return cls

    def __init__(cls, name, bases, namespace, **keywords):
        type.__init__(cls, name, bases, namespace)

    def __call__(cls, *args, **kwargs):
        return _construct(cls, args, kwargs)

    def __getattr__(cls, name):
        original = _originals.get(cls)
        if original is None:
            raise AttributeError("type object %r has no attribute %r" % (cls.__name__, name))
        return getattr(original, name)

    def __setattr__(cls, name, value):
        original = _originals.get(cls)
        if original is None or name in _NOT_CPYTHONS:
            return type.__setattr__(cls, name, value)
        _makers.clear()
        setattr(original, name, _for_twin(name, value))
        if _is_forwarded(name, value):
            type.__setattr__(cls, name, _forward(original, name))
        elif name not in _NOT_PYPYS:
            type.__setattr__(cls, name, value)

    def __delattr__(cls, name):
        _makers.clear()
        if cls in _originals and name not in _NOT_CPYTHONS:
            delattr(_originals[cls], name)
        if name in cls.__dict__:
            type.__delattr__(cls, name)

    def __dir__(cls):
        return sorted(set(type.__dir__(cls)) | set(dir(_originals[cls])))

    def __instancecheck__(cls, x):
        return type.__instancecheck__(cls, x) or (
            isinstance(x, Object) and isinstance(x, _originals[cls]))

    def __subclasscheck__(cls, other):
        return type.__subclasscheck__(cls, other) or (
            isinstance(other, Object) and issubclass(other, _originals[cls]))


# ---- the stand-in ------------------------------------------------------------------------------


def mro_entries(base, bases):
    """The bases of a class statement in the place of `base`, an Object, one of `bases`; a tuple.

    Raises TypeError if it cannot be a base.
    """
    entries = cside.function("class_statements.mro_entries")(base, bases)
    return tuple(stand_in(entry) if isinstance(entry, Object) else entry for entry in entries)


def stand_in(original):
    """The PyPy class that stands for a CPython class (an Object) as a base; made once."""
    address = engine.address(original)
    cls = _stand_ins.get(address)
    if cls is None:
        namespace = _namespace(original, "names")
        namespace.update({"__init_subclass__": _init_subclass(original),
                          "__copy__": pickling.copy, "__deepcopy__": pickling.deepcopy,
                          "__reduce_ex__": _reduce_ex})
        namespace.update(engine.more_of_stand_in(original))
        cls = abc.ABCMeta.__new__(_metaclass(engine.raw_attribute(original, "__class__")),
                                  original.__name__, (Object,), namespace)
        engine.stand_in(cls, original)
        _originals[cls] = original
        _stand_ins[address] = cls
    return cls


def _namespace(original, names):
    """What is in PyPy's class for a class of CPython: a Forward for each attribute that the
    function `names` of `inside/class_statements.py` lists."""
    namespace = {"__slots__": ()}
    for name in ("__module__", "__qualname__", "__doc__"):
        namespace[name] = engine.attribute_or_none(original, name)
    for name in cside.function("class_statements." + names)(original):
        if name not in _OWN:
            namespace[name] = _forward(original, name)
    if "__hash__" in namespace and original.__hash__ is None:
        namespace["__hash__"] = None
    return namespace


def _metaclass(original):
    """The metaclass for classes whose twin has CPython's metaclass `original` (an Object); with
    the special methods that it has and `type` has not: len(Color), Color["RED"], Struct * 3."""
    address = engine.address(original)
    made = _metaclasses.get(address)
    if made is None:
        namespace, methods = {}, engine.class_of_instances(original)
        for name in _OF_CLASSES:
            method = lookup(methods, name)
            if method is not None and engine.is_overridden(original, "type", name):
                namespace[name] = _of_original(method)
        bases = [_metaclass(base) for base in original.__bases__ if isinstance(base, Object)]
        made = type(original.__name__, tuple(bases) or (TwinType,), namespace)
        _metaclasses[address] = made
        _kept.append(original)
    return made


def _of_original(method):
    return lambda cls, *args: method(_originals[cls], *args)


_metaclasses = {}       # address of a metaclass of CPython's -> PyPy's
_kept = []
_OF_CLASSES = ["__%s__" % name for name in (
    "iter", "reversed", "len", "bool", "contains", "getitem", "setitem", "delitem", "repr", "str",
    "add", "radd", "mul", "rmul", "or", "ror", "and", "rand", "lt", "le", "gt", "ge")]


def _forward(owner, name):
    """A Forward; `direct` does the same as it for instances that do not override `name`."""
    direct = None
    if name == "__getattribute__":
        direct = engine.getattribute
    elif name == "__getattr__":
        direct = engine.missing
    elif name.startswith("__"):
        direct = lookup(engine.class_of_instances(owner), name)
        if not isinstance(direct, types.FunctionType):
            direct = None
    return engine.Forward(owner, name, direct)


def lookup(cls, name):
    """What PyPy's class `cls` has under `name`, unbound; None if only `object` has it."""
    for klass in cls.__mro__[:-1]:
        if name in klass.__dict__:
            return klass.__dict__[name]
    return None


def forward(forwarded, instance, cls):
    """What a Forward stands for, of an instance or, with None, of a class."""
    kind = cls if instance is None else type(instance)
    found = _ways.get((forwarded, kind))
    if found is None:
        found = _ways[forwarded, kind] = _way(forwarded, kind)
    get, previous = found
    if instance is None:
        if previous is None or lookup(kind, forwarded.name) is forwarded:
            return getattr(_originals.get(kind, forwarded.owner), forwarded.name)
        return get(previous, _originals[kind])      # it is super() that asks
    return get(previous, instance)


_ways = {}      # (Forward, PyPy class) -> what _way() said


def _way(forwarded, kind):
    """For a Forward in instances of a PyPy class: CPython's function that gets the attribute, and
    the class (an Object) behind which `super()` finds the Forward's; None if there is none."""
    get = cside.function("class_statements.getter")(forwarded.name)
    original = _originals.get(kind)
    if original is None:
        return get, None
    find = cside.function("class_statements.previous")
    return get, engine.raw_call(find, original, forwarded.owner)


def _init_subclass(original):
    """`__init_subclass__` of the stand-in of a CPython class."""
    def init_subclass(cls, **keywords):
        twin = _originals.get(cls)
        if twin is None:        # PyPy's type.__new__: the twin is made next
            _keywords.setdefault(cls, keywords)
            _init_mixed_in(cls, original)
        else:                   # super().__init_subclass__() in the twin's
            previous = cside.function("class_statements.previous")(twin, original)
            cside.function("class_statements.getter")("__init_subclass__")(
                previous, twin)(**keywords)
    return classmethod(init_subclass)


def _init_mixed_in(cls, original):
    """`__init_subclass__` of the next class of PyPy's behind the stand-in of `original`."""
    here = _stand_ins[engine.address(original)]
    for klass in cls.__mro__[cls.__mro__.index(here) + 1:]:
        if klass not in _originals and klass is not Object and "__init_subclass__" in vars(klass):
            vars(klass)["__init_subclass__"].__get__(None, cls)()
            return


# ---- the twin ----------------------------------------------------------------------------------


def _is_pypys(name, value):
    """Whether an attribute of a class statement stays in PyPy's class: what binds, and what PyPy
    itself looks at."""
    if name in _PLAIN or (value is None and name.startswith("__")):
        return True
    return hasattr(type(value), "__get__") and not isinstance(value, (Object, type))


def _is_forwarded(name, value):
    """Whether a Forward stands in PyPy's class for an attribute of a class statement."""
    return name == "__getattr__" or not (name in _NOT_PYPYS or _is_pypys(name, value))


def _make_twin(cls, namespace, keywords):
    """Make the CPython class for the class statement that has just made `cls`."""
    bases = tuple(_originals[base] for base in cls.__bases__ if base in _originals)
    attributes = _mixed_in(cls)
    attributes.update(namespace)
    original_bases = attributes.get("__orig_bases__", ())
    if all(b is _originals.get(c) for b, c in zip(original_bases, cls.__bases__)):
        attributes.pop("__orig_bases__", None)      # as in a class statement of CPython
    attributes = {name: _for_twin(name, value) for name, value in attributes.items()
                  if name not in _NOT_CPYTHONS}

    def tell(original):
        engine.pair(cls, original)
        _originals[cls] = original
        for name, value in namespace.items():
            if _is_forwarded(name, value):
                type.__setattr__(cls, name, _forward(original, name))
    cside.function("class_statements.make_class")(
        cls.__name__, bases, attributes, keywords, tell, adopt)
    for name, value in namespace.items():
        if not _is_pypys(name, value) and not isinstance(value, Object):
            set_name = getattr(type(value), "__set_name__", None)
            if set_name is not None:
                set_name(value, cls, name)


def adopt(original):
    """Make PyPy's class for a CPython class (an Object) that CPython code derives from a twin."""
    if not isinstance(original, Object):
        return                  # the twin of a class statement of PyPy's
    bases = tuple(stand_in(base) if isinstance(base, Object) else base
                  for base in original.__bases__ if isinstance(base, (Object, TwinType)))
    cls = abc.ABCMeta.__new__(_metaclass(engine.raw_attribute(original, "__class__")),
                              original.__name__, bases, _namespace(original, "own_names"))
    _keywords.pop(cls, None)
    engine.pair(cls, original)
    _originals[cls] = original


def _mixed_in(cls):
    """The attributes of PyPy classes among the bases; the twin has them as its own, for they are
    no bases of it. Only those that PyPy would find there."""
    attributes = {}
    known = {klass for base in cls.__bases__ if base in _originals for klass in base.__mro__}
    for klass in reversed(cls.__mro__[1:]):
        if klass not in known:
            attributes.update((name, value) for name, value in klass.__dict__.items()
                              if name not in _NOT_MIXED_IN and _holder(cls, name) is klass)
    return attributes


def _holder(cls, name):
    return next((klass for klass in cls.__mro__[1:] if name in klass.__dict__), None)


def _for_twin(name, value):
    """What the twin gets for an attribute of a class statement."""
    if isinstance(value, (Object, type)):
        return value
    made = cside.function
    if type(value) is types.FunctionType:
        function = made("class_statements.function")(value)
        if name == "__new__":
            return _builtin("staticmethod")(function)
        if name in ("__init_subclass__", "__class_getitem__"):
            return _builtin("classmethod")(function)
        return function
    if type(value) is property:
        functions = [_optional(f) for f in (value.fget, value.fset, value.fdel)]
        return _builtin("property")(*functions, value.__doc__)
    if type(value) in (classmethod, staticmethod):
        return _builtin(type(value).__name__)(_optional(value.__func__))
    if not hasattr(type(value), "__get__"):
        return value
    reference = engine.by_reference(value)
    if hasattr(type(value), "__set__") or hasattr(type(value), "__delete__"):
        return made("class_statements.DataDescriptor")(reference, _get, _set, _delete)
    return made("class_statements.Descriptor")(reference, _get)


def _optional(function):
    """A function of a descriptor, as `_for_twin` gives functions."""
    if type(function) is types.FunctionType:
        return cside.function("class_statements.function")(function)
    return function


def _builtin(name):
    """The maker of instances of a class of CPython's builtins, which stay there."""
    found = engine.raw_attribute(engine.import_module("builtins"), name)
    return lambda *args: engine.raw_call(found, *args)


def _get(descriptor, instance, owner):
    return type(descriptor).__get__(descriptor, instance, owner)


def _set(descriptor, instance, value):
    type(descriptor).__set__(descriptor, instance, value)


def _delete(descriptor, instance):
    type(descriptor).__delete__(descriptor, instance)


# ---- instances ---------------------------------------------------------------------------------


def _construct(cls, args, kwargs):
    """`cls(*args, **kwargs)`. An `__init__` of PyPy's is called from here, with the arguments as
    they are, unless a metaclass of CPython's has a say."""
    if cls.__abstractmethods__:
        raise TypeError("Can't instantiate abstract class %s with abstract methods %s" % (
            cls.__name__, ", ".join(sorted(cls.__abstractmethods__))))
    make = _makers.get(cls)
    if make is None:
        make = _makers[cls] = _maker(cls)
    if type(lookup(cls, "__init__")) is not types.FunctionType or make is _originals[cls]:
        return _originals[cls](*args, **kwargs)
    self = make(*args, **kwargs)
    if issubclass(type(self), cls):
        result = type(self).__init__(self, *args, **kwargs)
        if result is not None:
            raise TypeError("__init__() should return None, not %r" % type(result).__name__)
    return self


_makers = {}        # PyPy class -> its _maker()


def _maker(cls):
    """The function that makes an instance without `__init__`; the CPython class itself, if its
    metaclass decides what making an instance is."""
    original = _originals[cls]
    if engine.is_overridden(engine.raw_attribute(original, "__class__"), "type", "__call__"):
        return original
    new = lookup(cls, "__new__")
    if isinstance(new, staticmethod):
        return lambda *args, **kwargs: new.__func__(cls, *args, **kwargs)
    new = engine.raw_attribute(original, "__new__")
    if engine.is_overridden(original, "object", "__new__"):
        return lambda *args, **kwargs: new(original, *args, **kwargs)
    return lambda *args, **kwargs: new(original)


def _reduce_ex(self, protocol):
    """Only a `__reduce__` of the class statement's own can say how to pickle an instance."""
    reduce = lookup(type(self), "__reduce__")
    if isinstance(reduce, types.FunctionType):
        return reduce(self)
    raise pickle.PicklingError(
        "%s is a class of PyPy's with a base class of CPython's: its instances cannot be pickled, "
        "unless it has a __reduce__" % type(self).__name__)

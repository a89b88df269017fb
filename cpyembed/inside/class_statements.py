"""Runs in CPython: the twins of PyPy's class statements that have a base class of CPython."""


def make_class(name, bases, namespace, keywords):
    """The twin of a class statement of PyPy's."""
    import types
    return types.new_class(name, bases, keywords, lambda ns: ns.update(namespace))


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

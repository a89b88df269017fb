"""PyPy objects as CPython sees them: what both engines add to their exports.

An engine makes the type of a class's exports, with the special methods that the class has, and
calls `finish` once for each; `attribute` answers for names that the object itself lacks. What has
to run in CPython is in `inside/exports.py`.
"""

import collections.abc
import copy
import io
import numbers

from cpyembed import cside

# Abstract classes that do not find out by themselves what belongs to them.
ABSTRACT = [(name, getattr(module, name)) for module, names in (
    (collections.abc, "Mapping MutableMapping Sequence MutableSequence Set MutableSet MappingView "
                      "KeysView ItemsView ValuesView Generator AsyncGenerator Coroutine"),
    (numbers, "Number Complex Real Rational Integral"),
    (io, "IOBase RawIOBase BufferedIOBase TextIOBase")) for name in names.split()]


def finish(cls, export_type):
    """Complete the new type of the exports of instances of a class.

    cls: the PyPy class. export_type: the type in CPython, an Object.
    """
    doc = cls.__dict__.get("__doc__")
    cside.function("exports.finish")(
        export_type, _text(cls.__qualname__), _text(doc) if isinstance(doc, str) else None,
        tuple(name for name, abstract in ABSTRACT if _is_subclass(cls, abstract)),
        issubclass(cls, type))


def _text(text):
    """`text` as CPython takes it for the name of a type: without lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _is_subclass(cls, abstract):
    try:
        return issubclass(cls, abstract)
    except Exception:       # a class with a __subclasshook__ or __bases__ of its own
        return False


def attribute(obj, name):
    """The value of an attribute that CPython asks an export for and PyPy's object lacks.

    Raises AttributeError for all but `__signature__` of a callable (`inspect.signature` wants
    CPython's own), and `__copy__` and `__deepcopy__` (CPython's `copy` would go the way of pickle,
    which is refused).
    """
    if name == "__signature__" and callable(obj):
        return _signature(obj)
    if name == "__copy__":
        return lambda: copy.copy(obj)
    if name == "__deepcopy__":
        return lambda memo=None: copy.deepcopy(obj)
    raise AttributeError("%r object has no attribute %r" % (type(obj).__name__, name), name=name,
                         obj=obj)


def _signature(obj):
    import inspect
    try:
        found = inspect.signature(obj)
    except (ValueError, TypeError):
        raise AttributeError("__signature__") from None
    return cside.function("exports.make_signature")([
        (p.name, p.kind.name, p.default is not p.empty, None if p.default is p.empty else p.default)
        for p in found.parameters.values()])

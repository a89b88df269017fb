"""Exceptions across, both ways: the class and the instance on the other side.

The interpreter level brings CPython's exception as an `Object` and puts the tracebacks together
(pypy_module_cpyembed/errors.py). Nothing here may raise through the boundary while it makes an
exception, so attributes that may be missing are read with `_getattr_or_none`.
"""

import builtins
import threading

import cpyembed
from cpyembed import _getattr_or_none as attribute
from cpyembed import cside

# ---- CPython to PyPy ---------------------------------------------------------------------------


_in_the_making = {}


def new_exception(original):
    """The PyPy exception for CPython's `original`, with its cause, context and notes.

    Its cause and context are made by the same way while they cross, so what is in the making is
    remembered: a chain that leads back ends there.
    """
    key = threading.get_ident(), cpyembed._address(original)
    if key in _in_the_making:
        return _in_the_making[key]
    cls = attribute(original, "__class__")
    exc = _in_the_making[key] = _instance(cls, _args(original))
    try:
        exc.__cpython__ = original
        _copy_attributes(exc, original)
        for name in ("__cause__", "__context__"):
            other = attribute(original, name)
            if isinstance(other, BaseException):
                setattr(exc, name, other)
        exc.__suppress_context__ = bool(attribute(original, "__suppress_context__"))
        notes = attribute(original, "__notes__")
        if getattr(notes, "__class__", None) in (list, tuple):     # it may be anything
            exc.__notes__ = [str(note) for note in notes]
    finally:
        del _in_the_making[key]
    return exc


def _args(original):
    args = attribute(original, "args")
    return args if type(args) is tuple else ()


def _instance(cls, args):
    """An instance made without the class's own `__init__`, which wants arguments that nobody has
    any more: by `__new__`, and the `__init__` of the nearest built-in base."""
    base = next(c for c in cls.__mro__ if c.__module__ == "builtins")
    try:
        exc = base.__new__(cls, *args)
        base.__init__(exc, *args)
    except Exception:
        # A base that checks its arguments (UnicodeDecodeError, a group).
        exc = Exception.__new__(cls) if issubclass(cls, Exception) else BaseException.__new__(cls)
    exc.args = args
    return exc


# What the built-in classes keep beside `args`.
_KEPT = {
    ImportError: ("name", "path"), AttributeError: ("name",), NameError: ("name",),
    OSError: ("errno", "strerror", "filename", "filename2"), SystemExit: ("code",),
    SyntaxError: ("msg", "filename", "lineno", "offset", "text", "end_lineno", "end_offset"),
}


def _copy_attributes(exc, original):
    for cls, names in _KEPT.items():
        if isinstance(exc, cls):
            for name in names:
                value = attribute(original, name)
                if value is None:
                    continue    # as it is; a second file name of None would be shown
                try:
                    setattr(exc, name, value)
                except (AttributeError, TypeError):
                    pass        # not on this version of PyPy; __cpython__ has it


def exception_class(original):
    """The PyPy class for a CPython exception class: PyPy's own, the one that it was made for, or
    one with the same bases."""
    made_for = _made_for.get(cpyembed._address(original))
    if made_for is not None:
        return made_for
    module, name = attribute(original, "__module__"), attribute(original, "__name__")
    if module == "builtins":
        own = getattr(builtins, name, None)
        if isinstance(own, type) and issubclass(own, BaseException):
            return own
    bases = tuple(base for base in attribute(original, "__bases__")
                  if isinstance(base, type) and issubclass(base, BaseException))
    namespace = {"__module__": module, "__qualname__": attribute(original, "__qualname__"),
                 "__doc__": attribute(original, "__doc__"), "__getattr__": _from_original,
                 "__str__": _str_of_original}
    try:
        cls = type(name, bases, namespace)
    except TypeError:           # layouts that PyPy cannot combine
        cls = type(name, bases[:1], namespace)
    _classes[cls] = original    # also as the base of a class of PyPy's
    return cls


def _from_original(self, name):
    """Attributes that PyPy's exception lacks come from CPython's."""
    original = self.__dict__.get("__cpython__")
    if original is None or name == "__cpython__":
        raise AttributeError("%r object has no attribute %r" % (type(self).__name__, name))
    return getattr(original, name)


def _str_of_original(self):
    original = self.__dict__.get("__cpython__")
    return str(original) if original is not None else BaseException.__str__(self)


# ---- PyPy to CPython ---------------------------------------------------------------------------

_in_progress = set()


def cpython_exception(exc):
    """The CPython exception (an Object) for a PyPy one. One that came from there is that one
    again."""
    original = exc.__dict__.get("__cpython__")
    if isinstance(original, cpyembed.Object):
        return original
    cls = cpython_exception_class(type(exc))
    args = _args_there(exc)
    make = _raw(cls, "__new__")
    try:
        new = cpyembed._raw_call(make, cls, *args)
    except ValueError:          # one cannot be copied: a list that contains itself
        args = tuple([cpyembed._by_reference(arg) for arg in args])
        new = cpyembed._raw_call(make, cls, *args)
    base_init = _raw(_builtin(_builtin_base(type(exc)).__name__), "__init__")
    try:
        base_init(new, *args)
    except TypeError:
        pass                    # a base that checks its arguments; `args` is there already
    new.__pypy__ = cpyembed._by_reference(exc)
    if isinstance(exc, ImportError):
        new.name, new.path = exc.name, exc.path
    _link(new, exc)
    notes = getattr(exc, "__notes__", None)
    if isinstance(notes, (list, tuple)) and hasattr(new, "add_note"):       # since 3.11
        for note in notes:
            new.add_note(str(note))
    return new


def _args_there(exc):
    """What makes CPython's exception: `args`, and what the built-in classes want beside them."""
    args = exc.args
    if isinstance(exc, OSError) and len(args) == 2 and exc.filename is not None:
        return (*args, exc.filename)
    if isinstance(exc, builtins.BaseExceptionGroup):     # whatever `args` says now
        return exc.message, exc.exceptions
    return args


def _link(new, exc):
    """Cause and context; a context that leads back to where we are is cut."""
    _in_progress.add(id(exc))
    try:
        for name in ("__cause__", "__context__"):
            other = getattr(exc, name)
            if other is not None and id(other) not in _in_progress:
                setattr(new, name, cpython_exception(other))
        new.__suppress_context__ = exc.__suppress_context__
    finally:
        _in_progress.discard(id(exc))


_classes = {}
_made_for = {}      # address of a CPython class, which `_classes` keeps: the PyPy class


def cpython_exception_class(cls):
    """CPython's class (an Object) for a PyPy exception class: its own, or one made once."""
    if cls not in _classes:
        original = cls.__dict__.get("__cpython__")
        if isinstance(original, cpyembed.Object):
            _classes[cls] = original
        elif cls.__module__ == "builtins":
            _classes[cls] = _builtin(cls.__name__)
        else:
            bases = tuple(cpython_exception_class(base) for base in cls.__bases__
                          if issubclass(base, BaseException))
            _classes[cls] = cpyembed._raw_call(
                cside.function("exceptions.make_exception"), cls.__name__, cls.__module__,
                cls.__qualname__, bases)
            _made_for[cpyembed._address(_classes[cls])] = cls
    return _classes[cls]


def _builtin_base(cls):
    return next(c for c in cls.__mro__ if c.__module__ == "builtins")


def _builtin(name):
    try:
        return _raw(cpyembed._import_module("builtins"), name)
    except AttributeError:      # PyPy has it, this CPython has not (ExceptionGroup before 3.11)
        return _raw(cpyembed._import_module("builtins"), "Exception")


def _raw(obj, name):
    return cpyembed._raw_getattr(obj, name)

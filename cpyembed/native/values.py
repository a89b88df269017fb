"""Values and classes of the standard library across, both ways (section 4 of the design)."""

import builtins
import sys

import cpyembed
from cpyembed import cside
from cpyembed.native import errors

_raw = cpyembed._raw_getattr


def _cpython(module, name):
    return _raw(cpyembed._import_module(module), name)


def _make(module, name, /, *args, **keywords):
    return cpyembed._raw_call(_cpython(module, name), *args, **keywords)


# ---- classes -----------------------------------------------------------------------------------


def builtin_class(name):
    """PyPy's own built-in type of that name, or None."""
    own = getattr(builtins, name, None)
    if isinstance(own, type):
        return own
    return {"NoneType": type(None), "ellipsis": type(...), "NotImplementedType":
            type(NotImplemented)}.get(name)


def cpython_class(cls):
    """CPython's class (an Object) for a PyPy class, or None for one that is exported."""
    if issubclass(cls, BaseException):
        return errors.cpython_exception_class(cls)
    original = cls.__dict__.get("__cpython_class__")
    if original is not None:
        return original
    if cls is type(None):
        return _raw(_cpython("builtins", "None"), "__class__")
    if cls.__module__ == "builtins" and getattr(builtins, cls.__name__, None) is cls:
        return _cpython("builtins", cls.__name__)
    if (cls.__module__, cls.__qualname__) in _LIBRARY_CLASSES:
        module, name = _LIBRARY_CLASSES[cls.__module__, cls.__qualname__]
        return _cpython(module, name)
    return None


# ---- PyPy to CPython ---------------------------------------------------------------------------


def converter(cls):
    """How instances of `cls` become CPython's: a function that makes the value of one;
    ("mapping" or "deque", function that makes an empty container for one); ("namedtuple", twin
    class); None: by reference."""
    key = (cls.__module__, cls.__qualname__)
    if key in _TO_CPYTHON:
        return _TO_CPYTHON[key]
    if issubclass(cls, tuple) and isinstance(getattr(cls, "_fields", None), tuple):
        return "namedtuple", _twin(cls)
    datetime = sys.modules.get("datetime")
    if datetime is not None and issubclass(cls, datetime.tzinfo):
        return _time_zone
    if cls.__module__ in ("types", "typing", "collections.abc", "_pypy_generic_alias"):
        from cpyembed import typings
        typings.begin(_cpython, cpyembed._raw_call)
        return typings.converter(cls)
    return None


def _slice(value):
    return _make("builtins", "slice", value.start, value.stop, value.step)


def _range(value):
    return _make("builtins", "range", value.start, value.stop, value.step)


def _date(value):
    return _make("datetime", "date", value.year, value.month, value.day)


def _time_fields(value):
    return value.hour, value.minute, value.second, value.microsecond


def _time(value):
    return _make("datetime", "time", *_time_fields(value), tzinfo=value.tzinfo, fold=value.fold)


def _datetime(value):
    return _make("datetime", "datetime", value.year, value.month, value.day,
                 *_time_fields(value), tzinfo=value.tzinfo, fold=value.fold)


def _timedelta(value):
    return _make("datetime", "timedelta", value.days, value.seconds, value.microseconds)


def _timezone(value):
    if value.tzname(None) == type(value)(value.utcoffset(None)).tzname(None):
        return _make("datetime", "timezone", value.utcoffset(None))
    return _make("datetime", "timezone", value.utcoffset(None), value.tzname(None))


def _zoneinfo(value):
    if value.key is None:       # read from a file
        return _time_zone(value)
    return _make("zoneinfo", "ZoneInfo", value.key)


def _decimal(value):
    return _make("decimal", "Decimal", str(value))


def _fraction(value):
    return _make("fractions", "Fraction", value.numerator, value.denominator)


def _uuid(value):
    return _make("uuid", "UUID", int=value.int)


def _path(value):
    return _make("pathlib", type(value).__name__, str(value))


def _ordered_dict(value):
    return _make("collections", "OrderedDict")


def _defaultdict(value):
    return _make("collections", "defaultdict", value.default_factory)


def _counter(value):
    return _make("collections", "Counter")


def _deque(value):
    return _make("collections", "deque", (), value.maxlen)


def _twin(cls):
    """CPython's class of the same name and fields, for the namedtuple class `cls`."""
    return _make("collections", "namedtuple", cls.__name__, cls._fields, rename=True,
                 module=cls.__module__)


def _time_zone(value):
    """CPython's tzinfo that asks this one."""
    return cpyembed._raw_call(cside.function("time_zones.make"), cpyembed._by_reference(value))


_TO_CPYTHON = {
    ("builtins", "slice"): _slice, ("builtins", "range"): _range,
    ("datetime", "date"): _date, ("datetime", "time"): _time,
    ("datetime", "datetime"): _datetime, ("datetime", "timedelta"): _timedelta,
    ("datetime", "timezone"): _timezone, ("zoneinfo", "ZoneInfo"): _zoneinfo,
    ("decimal", "Decimal"): _decimal, ("_decimal", "Decimal"): _decimal,
    ("fractions", "Fraction"): _fraction, ("uuid", "UUID"): _uuid,
    ("collections", "OrderedDict"): ("mapping", _ordered_dict),
    ("_collections", "OrderedDict"): ("mapping", _ordered_dict),
    ("__pypy__", "OrderedDict"): ("mapping", _ordered_dict),
    ("collections", "defaultdict"): ("mapping", _defaultdict),
    ("_collections", "defaultdict"): ("mapping", _defaultdict),
    ("collections", "Counter"): ("mapping", _counter),
    ("collections", "deque"): ("deque", _deque), ("_collections", "deque"): ("deque", _deque),
}
for _name in ("PosixPath", "PurePosixPath", "PureWindowsPath"):
    _TO_CPYTHON["pathlib", _name] = _path

# Classes whose instances cross by value: (PyPy's module, name) -> CPython's.
_LIBRARY_CLASSES = {key: (key[0].lstrip("_") if key[0] != "__pypy__" else "collections", key[1])
                    for key in _TO_CPYTHON if key[0] not in ("builtins", "array", "mmap")}
_LIBRARY_CLASSES.update({key: key for key in (
    ("datetime", "tzinfo"), ("pathlib", "Path"), ("pathlib", "PurePath"), ("typing", "Any"))})


def add_class(cls, module, name):
    """From here on `cls` is handed over as CPython's class of that module and name (str)."""
    _LIBRARY_CLASSES[cls.__module__, cls.__qualname__] = module, name


def add_converter(cls, convert):
    """From here on `convert` makes CPython's value, an Object, of an instance of `cls`."""
    _TO_CPYTHON[cls.__module__, cls.__qualname__] = convert


# ---- CPython to PyPy ---------------------------------------------------------------------------


def from_cpython(name):
    """The function that makes PyPy's value of an instance of CPython's class `name` (with its
    module), or None."""
    return _FROM_CPYTHON.get(name)


def _to_datetime(cls, fields):
    def convert(original):
        import datetime
        values = {field: getattr(original, field) for field in fields}
        zone = values.get("tzinfo")
        if isinstance(zone, cpyembed.Object):
            from cpyembed.timezones import CPythonTimeZone
            values["tzinfo"] = CPythonTimeZone(zone)
        return getattr(datetime, cls)(**values)
    return convert


def _to_timezone(original):
    import datetime
    return datetime.timezone(*original.__getinitargs__())


def _to_time_zone(original):
    return original.__pypy__


def _to_decimal(original):
    import decimal
    return decimal.Decimal(str(original))


def _to_fraction(original):
    import fractions
    return fractions.Fraction(original.numerator, original.denominator)


def _to_uuid(original):
    import uuid
    return uuid.UUID(int=original.int)


def _to_zoneinfo(original):
    import zoneinfo
    return zoneinfo.ZoneInfo(original.key)


def _to_path(original):
    import pathlib
    return getattr(pathlib, original.__class__.__name__)(str(original))


_DATE = ("year", "month", "day")
_TIME = ("hour", "minute", "second", "microsecond", "tzinfo", "fold")
_FROM_CPYTHON = {
    "datetime.date": _to_datetime("date", _DATE),
    "datetime.time": _to_datetime("time", _TIME),
    "datetime.datetime": _to_datetime("datetime", _DATE + _TIME),
    "datetime.timedelta": _to_datetime("timedelta", ("days", "seconds", "microseconds")),
    "datetime.timezone": _to_timezone, "zoneinfo.ZoneInfo": _to_zoneinfo,
    "decimal.Decimal": _to_decimal, "fractions.Fraction": _to_fraction, "uuid.UUID": _to_uuid,
    "cpyembed_inside.time_zones.PyPyTimeZone": _to_time_zone,
    "pathlib.PosixPath": _to_path, "pathlib.PurePosixPath": _to_path,
    "pathlib.PureWindowsPath": _to_path,
}

# ---- subclasses of int, float, complex, str, bytes, tuple ---------------------------------------


def value_class(original, base_name):
    """The PyPy class for a CPython subclass of a scalar: instances are the value itself, keep the
    reference as `__cpython__`, and have the CPython class's attributes and operators."""
    base = getattr(builtins, base_name)

    def new(cls, value, reference):
        self = base.__new__(cls, value)
        self.__cpython__ = reference
        return self

    namespace = {"__new__": new, "__module__": errors.attribute(original, "__module__"),
                 "__qualname__": errors.attribute(original, "__qualname__"),
                 "__doc__": errors.attribute(original, "__doc__"),
                 "__cpython_class__": original, "__getattribute__": _getattribute}
    plain = _cpython("builtins", base_name)
    for name in _OPERATORS:
        if cpyembed._is_overridden(original, plain, name):
            namespace[name] = _operator(name)
    if base in (str, bytes):                    # each side hashes text in a way of its own
        namespace["__hash__"] = base.__hash__
    return type(base)(errors.attribute(original, "__name__"), (base,), namespace)


def _getattribute(self, name):
    """CPython's attribute where PyPy has none of its own; what both have is CPython's."""
    if name in ("__class__", "__cpython__", "__dict__"):
        return object.__getattribute__(self, name)
    return getattr(object.__getattribute__(self, "__cpython__"), name)


def _operator(name):
    def call(self, *args):
        reference = object.__getattribute__(self, "__cpython__")
        method = getattr(type(reference), name, None)
        if method is None:
            return getattr(reference, name)(*args)
        return method(reference, *args)
    call.__name__ = call.__qualname__ = name
    return call


_OPERATORS = [
    "__repr__", "__str__", "__format__", "__hash__", "__eq__", "__ne__", "__lt__", "__le__",
    "__gt__", "__ge__", "__bool__", "__len__", "__getitem__", "__iter__", "__contains__",
    "__call__", "__neg__", "__pos__", "__abs__", "__invert__", "__round__", "__divmod__",
    "__rdivmod__",
] + ["__%s%s__" % (prefix, name) for prefix in ("", "r") for name in (
    "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "lshift", "rshift", "and", "or",
    "xor", "matmul")]

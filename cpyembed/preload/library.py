"""Values of library classes that cross by value: dates, decimals, fractions, UUIDs, paths."""

import collections
import datetime
import decimal
import fractions
import pathlib
import sys
import uuid

from cpyembed.preload import errors
from cpyembed.preload.capi import lib
from cpyembed.preload.convert import (
    CLASS_RULES,
    TO,
    TYPE_RULES,
    attribute,
    by_value,
    call_type,
    tuple_to_c,
)
from cpyembed.preload.refs import decref, intern
from cpyembed.timezones import CPythonTimeZone

found = {}


def c_class(module, name):
    """A borrowed pointer to the class `name` of CPython's `module`."""
    p = found.get((module, name))
    if p is None:
        m = lib.PyImport_ImportModule(module.encode())
        if not m:
            raise errors.fetch()
        p = found[module, name] = lib.PyObject_GetAttr(m, intern(name))
        decref(m)
    return p


def maker(module, name, arguments):
    """A TO function: CPython's class called with `arguments(x)`."""
    def convert(x, memo):
        return call_type(c_class(module, name), *arguments(x))
    return convert


def date_time(x, memo):
    """datetime and time: fold is a keyword, so they are made and then replaced."""
    if type(x) is datetime.datetime:
        args = (x.year, x.month, x.day, x.hour, x.minute, x.second, x.microsecond, x.tzinfo)
        t = c_class("datetime", "datetime")
    else:
        args = (x.hour, x.minute, x.second, x.microsecond, x.tzinfo)
        t = c_class("datetime", "time")
    arguments = tuple_to_c(args, None)
    table = lib.PyDict_New()
    fold = TO[int](x.fold, None)
    lib.PyDict_SetItem(table, intern("fold"), fold)
    decref(fold)
    try:
        return lib.PyObject_Call(t, arguments, table)
    finally:
        decref(arguments)
        decref(table)


def zone_arguments(x):
    offset, name = x.utcoffset(None), x.tzname(None)
    return (offset,) if datetime.timezone(offset).tzname(None) == name else (offset, name)


TO.update({
    datetime.date: maker("datetime", "date", lambda x: (x.year, x.month, x.day)),
    datetime.datetime: date_time, datetime.time: date_time,
    datetime.timedelta: maker("datetime", "timedelta",
                              lambda x: (x.days, x.seconds, x.microseconds)),
    datetime.timezone: maker("datetime", "timezone", zone_arguments),
    decimal.Decimal: maker("decimal", "Decimal", lambda x: (str(x),)),
    fractions.Fraction: maker("fractions", "Fraction", lambda x: (x.numerator, x.denominator)),
    uuid.UUID: maker("uuid", "UUID", lambda x: (str(x),)),
})
for _cls in (pathlib.PosixPath, pathlib.PurePosixPath, pathlib.PureWindowsPath):
    TO[_cls] = maker("pathlib", _cls.__name__, lambda x: (str(x),))


CLASSES = {cls: ("datetime", cls.__name__) for cls in (
    datetime.date, datetime.datetime, datetime.time, datetime.timedelta, datetime.timezone,
    datetime.tzinfo)}
CLASSES.update({decimal.Decimal: ("decimal", "Decimal"), uuid.UUID: ("uuid", "UUID"),
                fractions.Fraction: ("fractions", "Fraction")})
CLASSES.update({cls: ("pathlib", cls.__name__) for cls in (
    pathlib.Path, pathlib.PurePath, pathlib.PosixPath, pathlib.PurePosixPath,
    pathlib.PureWindowsPath)})
CLASSES.update({cls: ("collections", cls.__name__) for cls in (
    collections.OrderedDict, collections.defaultdict, collections.Counter, collections.deque)})


def class_to_c(cls):
    """A borrowed pointer to CPython's own class for one of CLASSES, or 0."""
    place = CLASSES.get(cls)
    return c_class(*place) if place else 0


def zone_info_rule(t):
    """zoneinfo is only looked at once PyPy's program has imported it."""
    module = sys.modules.get("zoneinfo")
    if module is None or t is not module.ZoneInfo:
        return None
    return maker("zoneinfo", "ZoneInfo", lambda x: (x.key,))


def time_zone_rule(t):
    """Any other tzinfo: an export inside a CPython tzinfo."""
    if not issubclass(t, datetime.tzinfo):
        return None

    def convert(x, memo):
        from cpyembed.preload.export import Reference
        from cpyembed.preload.types import made
        return made("time_zones.make", Reference(x))
    return convert


def attributes(cls, names):
    """A reader: `cls` called with those attributes of the CPython object."""
    names = names.split()
    return lambda p: cls(*[attribute(p, name) for name in names])


def read_datetime(p):
    get = attributes(datetime.datetime, "year month day hour minute second microsecond tzinfo")
    return get(p).replace(fold=attribute(p, "fold"))


def read_time(p):
    get = attributes(datetime.time, "hour minute second microsecond tzinfo")
    return get(p).replace(fold=attribute(p, "fold"))


def text(p):
    """str() of the object at `p`."""
    from cpyembed.preload.convert import to_py
    s = lib.PyObject_Str(p)
    if not s:
        raise errors.fetch()
    return to_py(s)


def read_timezone(p):
    args = attribute(p, "__getinitargs__")()
    return datetime.timezone(*args)


READERS = {
    ("datetime", "date"): attributes(datetime.date, "year month day"),
    ("datetime", "datetime"): read_datetime,
    ("datetime", "time"): read_time,
    ("datetime", "timedelta"): attributes(datetime.timedelta, "days seconds microseconds"),
    ("datetime", "timezone"): read_timezone,
    ("cpyembed_inside.time_zones", "PyPyTimeZone"): lambda p: attribute(p, "__pypy__"),
    ("decimal", "Decimal"): lambda p: decimal.Decimal(text(p)),
    ("fractions", "Fraction"): attributes(fractions.Fraction, "numerator denominator"),
    ("uuid", "UUID"): lambda p: uuid.UUID(text(p)),
    ("pathlib", "PosixPath"): lambda p: pathlib.PosixPath(text(p)),
    ("pathlib", "PurePosixPath"): lambda p: pathlib.PurePosixPath(text(p)),
    ("pathlib", "PureWindowsPath"): lambda p: pathlib.PureWindowsPath(text(p)),
}
NAMES = {name for _, name in READERS} | {"ZoneInfo"}


def library_rule(t):
    """The FROM function for instances of exactly one of READERS' classes."""
    name = attribute(t, "__name__")
    if name not in NAMES:
        return time_zone_reader(t)
    module = attribute(t, "__module__").replace("_pydecimal", "decimal")
    if not module.startswith("cpyembed_inside."):
        module = module.partition(".")[0]       # pathlib._local is pathlib
    if module == "zoneinfo" and name == "ZoneInfo":
        return by_value(read_zone_info)
    reader = READERS.get((module, name))
    if reader is None or c_class(module, name) != t:
        return time_zone_reader(t)
    return by_value(reader)


def time_zone_reader(t):
    """CPython's other time zones arrive inside a PyPy tzinfo, once its datetime is in use."""
    if not imported("datetime"):
        return None
    if not lib.PyType_IsSubtype(t, c_class("datetime", "tzinfo")):
        return None
    make = maker_of_objects(t)
    return lambda p: CPythonTimeZone(make(p))


def imported(name):
    """Whether CPython's side has imported the module `name`."""
    table = lib.PyDict_GetItemWithError(lib.PyModule_GetDict(
        lib.PyImport_AddModule(b"sys")), intern("modules"))
    return bool(lib.PyDict_GetItemWithError(table, intern(name)))


def maker_of_objects(t):
    from cpyembed.preload.object import maker
    return maker(t)


TO[CPythonTimeZone] = lambda x, memo: TO[type(x.__cpython__)](x.__cpython__, memo)


def read_zone_info(p):
    import zoneinfo
    return zoneinfo.ZoneInfo(attribute(p, "key"))


TYPE_RULES.insert(0, library_rule)
CLASS_RULES.insert(0, zone_info_rule)
CLASS_RULES.append(time_zone_rule)

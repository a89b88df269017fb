"""Runs in CPython: makers of values whose classes are said in Python."""


class PyPyTimeZone:
    """Replaced by `make_tzinfo`, which knows the base class."""


def make_tzinfo(inner):
    """A tzinfo for PyPy's `inner`."""
    global PyPyTimeZone
    if "__pypy__" not in vars(PyPyTimeZone):
        import datetime

        class PyPyTimeZone(datetime.tzinfo):
            __pypy__ = None

            def utcoffset(self, dt):
                return self.__pypy__.utcoffset(dt)

            def dst(self, dt):
                return self.__pypy__.dst(dt)

            def tzname(self, dt):
                return self.__pypy__.tzname(dt)

            def __repr__(self):
                return repr(self.__pypy__)
    zone = PyPyTimeZone()
    zone.__pypy__ = inner
    return zone


def make_generic(kind, origin, arguments):
    """A generic alias or union: `kind` says where its maker is found."""
    import types
    import typing
    if kind == "alias":
        return types.GenericAlias(origin, arguments)
    if kind == "union":
        return typing.Union[arguments]
    return getattr(typing, kind)[arguments]


def make_type_variable(name, bound, constraints, covariant, contravariant):
    import typing
    return typing.TypeVar(name, *constraints, bound=bound, covariant=covariant,
                          contravariant=contravariant)

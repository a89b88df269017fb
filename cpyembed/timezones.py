"""A time zone object of CPython's side, for datetimes of PyPy's."""

import datetime


class CPythonTimeZone(datetime.tzinfo):
    """A tzinfo that asks CPython's, the Object `__cpython__`; handed back, it is that one again."""

    def __init__(self, inner):
        self.__cpython__ = inner

    def utcoffset(self, dt):
        """As CPython's zone says."""
        return self.__cpython__.utcoffset(dt)

    def dst(self, dt):
        """As CPython's zone says."""
        return self.__cpython__.dst(dt)

    def tzname(self, dt):
        """As CPython's zone says."""
        return self.__cpython__.tzname(dt)

    def __getattr__(self, name):
        if name == "__cpython__":
            raise AttributeError(name)
        return getattr(self.__cpython__, name)

    def __repr__(self):
        return repr(self.__cpython__)

    def __eq__(self, other):
        return isinstance(other, CPythonTimeZone) and self.__cpython__ == other.__cpython__

    def __hash__(self):
        return hash(self.__cpython__)

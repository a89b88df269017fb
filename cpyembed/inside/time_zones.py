"""Runs in CPython, not in PyPy: a time zone whose rules are those of a PyPy tzinfo."""

import datetime
import weakref

_made = weakref.WeakValueDictionary()       # id of the export -> PyPyTimeZone


class PyPyTimeZone(datetime.tzinfo):
    """A tzinfo that asks PyPy's, the export `__pypy__`."""

    def __init__(self, zone):
        self.__pypy__ = zone

    def utcoffset(self, dt):
        """As PyPy's zone says."""
        return self.__pypy__.utcoffset(dt)

    def dst(self, dt):
        """As PyPy's zone says."""
        return self.__pypy__.dst(dt)

    def tzname(self, dt):
        """As PyPy's zone says."""
        return self.__pypy__.tzname(dt)

    def fromutc(self, dt):
        """As PyPy's zone says."""
        return self.__pypy__.fromutc(dt)

    def __getattr__(self, name):
        if name == "__pypy__":
            raise AttributeError(name)
        return getattr(self.__pypy__, name)

    def __repr__(self):
        return repr(self.__pypy__)


def make(zone):
    """The PyPyTimeZone for the export `zone`: one while it lives, for arithmetic within a zone
    goes by identity."""
    made = _made.get(id(zone))
    if made is None:
        made = _made[id(zone)] = PyPyTimeZone(zone)
    return made

"""This side and the other: what the works say `cpyembed` to, and the registry of works.

Where there is no cpyembed (CPython, and a stock PyPy whose libraries come through cpyext) nothing
has to be crossed, and a stand-in takes its place.
"""

import builtins
import importlib
import os
import sys

try:
    import cpyembed
    EMBEDDED = True
except ImportError:
    EMBEDDED = False

    class cpyembed:
        """What the module does, where nothing has to be crossed."""
        import_module = staticmethod(importlib.import_module)
        eval = staticmethod(builtins.eval)

        @staticmethod
        def raw(function):
            return function

        @staticmethod
        def asarray(array):
            return array

        @staticmethod
        def to_python(value):
            return value

WORK = {}


def work(name):
    """Register a function under `name` (str). It prepares the work and returns `run(turns)`, which
    does it that often; or yields a point of a curve at a time: see worker.py."""
    def register(function):
        WORK[name] = function
        return function
    return register


def evaluated(source):
    """A CPython object, as a reference: not as the value that it might cross as."""
    if not EMBEDDED:
        return eval(source, {})
    return cpyembed.raw(cpyembed.import_module("builtins").eval)(source, {})


def peer():
    """The module peer.py, on the other side."""
    folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    path = cpyembed.import_module("sys").path
    if folder not in list(path):
        path.append(folder)
    return cpyembed.import_module("peer")


def compiled(parameter, body, names):
    """A `run(turns)` whose loop has the line `body` (str) in it: so that what is timed is written
    as one would write it, and compiled on its own. names: dict, what the line uses."""
    names = dict(names)
    exec("def run(turns):\n    for %s in range(turns):\n        %s\n    return 0\n"
         % (parameter, body), names)
    return names["run"]


def resident():
    """Kilobytes of memory that the process has now."""
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    raise OSError("no VmRSS in /proc/self/status")


def python():
    """"cpython" or "pypy"."""
    return sys.implementation.name

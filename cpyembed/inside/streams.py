"""Runs in CPython: sys.stdout, stderr and stdin are whatever PyPy's are at the moment.

So what both sides print keeps its order, and whoever captures PyPy's output captures all of it.
"""

import io
import sys

pypy = None


def begin(services):
    """Put the streams in place. services: PyPy's object with the callbacks."""
    global pypy
    pypy = services
    for name in ("stdin", "stdout", "stderr"):
        setattr(sys, name, Follower(name))
        setattr(sys, "__%s__" % name, getattr(sys, name))


class Binary(io.RawIOBase):
    """The `buffer` of a Follower."""

    def __init__(self, name):
        self.cpyembed_name = name

    def writable(self):
        return self.cpyembed_name != "stdin"

    def readable(self):
        return self.cpyembed_name == "stdin"

    def write(self, data):
        return pypy.write_bytes(self.cpyembed_name, bytes(data))

    def readinto(self, b):
        data = pypy.read_bytes(self.cpyembed_name, len(b))
        b[:len(data)] = data
        return len(data)

    def flush(self):
        pypy.flush(self.cpyembed_name)

    def fileno(self):
        return pypy.fileno(self.cpyembed_name)

    def isatty(self):
        return pypy.isatty(self.cpyembed_name)


class Follower(io.TextIOBase):
    """One of sys.stdout, stderr, stdin: whatever PyPy's is at the moment."""

    def __init__(self, name):
        self.cpyembed_name = name
        self.buffer = Binary(name)
        self.mode = "r" if name == "stdin" else "w"
        self.name = "<%s>" % name

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError("write() argument must be str, not %s" % type(text).__name__)
        pypy.write(self.cpyembed_name, text)
        return len(text)

    def flush(self):
        pypy.flush(self.cpyembed_name)

    def read(self, n=-1):
        return pypy.read(self.cpyembed_name, n)

    def readline(self, n=-1):
        return pypy.readline(self.cpyembed_name, n)

    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def writable(self):
        return self.mode == "w"

    def readable(self):
        return self.mode == "r"

    def isatty(self):
        return pypy.isatty(self.cpyembed_name)

    def fileno(self):
        return pypy.fileno(self.cpyembed_name)

    @property
    def encoding(self):
        return pypy.encoding(self.cpyembed_name)

    @property
    def errors(self):
        return "backslashreplace" if self.cpyembed_name == "stderr" else "strict"

    @property
    def closed(self):
        return False

    def reconfigure(self, **kwargs):
        pass

    def close(self):
        pass

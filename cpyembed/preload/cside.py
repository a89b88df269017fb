"""Runs in CPython, not in PyPy: what is easier said there. `setup` executes this file's text.

CPython 3.9 to 3.13. PyPy's side passes in what it wants called as `pypy`, an export.
"""

import sys

pypy = None


def begin(hooks, argv, first_path):
    """Set up sys and the streams. hooks: PyPy's object with the callbacks."""
    global pypy
    pypy = hooks
    sys.argv = list(argv)
    if first_path is not None and first_path not in sys.path[:1]:
        sys.path.insert(0, first_path)
    follow_streams()
    follow_warnings()
    follow_frames()
    follow_fork()


def follow_fork():
    """os.fork goes through PyPy's, so that the fork hooks of both sides run, PyPy's GIL in hand."""
    import os

    def fork():
        return pypy.fork()
    fork.__doc__ = os.fork.__doc__
    os.fork = fork


# ---- exceptions --------------------------------------------------------------------------------

def make_exception(name, module, qualname, bases):
    """A class for PyPy's exception class of that name."""
    namespace = {"__module__": module, "__qualname__": qualname,
                 "__getattr__": attribute_of_original, "__str__": str_of_original,
                 "__reduce_ex__": reduce_original}
    return type(name, bases, namespace)


def original_of(self):
    return self.__dict__.get("__pypy__")


def attribute_of_original(self, name):
    original = self.__dict__.get("__pypy__")
    if original is None or name.startswith("__"):
        raise AttributeError("%r object has no attribute %r" % (type(self).__name__, name))
    return pypy.attribute_of(original, name)


def str_of_original(self):
    original = self.__dict__.get("__pypy__")
    if original is None:
        return Exception.__str__(self)
    return pypy.str_of(original)


def reduce_original(self, protocol):
    import pickle
    raise pickle.PicklingError("%s is an exception of PyPy's side: pickle it in PyPy"
                               % type(self).__name__)


# ---- exports -----------------------------------------------------------------------------------

def register(cls, names):
    """Make the export type `cls` a virtual subclass of abstract classes."""
    import collections.abc
    import numbers
    for name in names:
        getattr(collections.abc, name, None) or getattr(numbers, name)
        abstract = getattr(collections.abc, name, None) or getattr(numbers, name)
        abstract.register(cls)


def make_signature(parameters):
    """An inspect.Signature. parameters: tuples (name, kind, has default, default)."""
    import inspect
    made = []
    for name, kind, has_default, default in parameters:
        made.append(inspect.Parameter(name, getattr(inspect.Parameter, kind),
                                      default=default if has_default else inspect._empty))
    return inspect.Signature(made)


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


def make_released():
    """What a released Object refers to."""
    def refuse(self, *args, **kwargs):
        raise ValueError("this reference was released")

    class Released:
        __repr__ = lambda self: "<released>"
        __getattribute__ = __setattr__ = __call__ = __len__ = __iter__ = __getitem__ = refuse
        __setitem__ = __bool__ = __eq__ = __add__ = __float__ = __int__ = refuse
        __hash__ = object.__hash__
    return Released()


def describe_signature(f):
    """The parameters of `f`, as `make_signature` takes them."""
    import inspect
    return tuple((p.name, p.kind.name, p.default is not p.empty,
                  None if p.default is p.empty else p.default)
                 for p in inspect.signature(f).parameters.values())


# ---- classes ----------------------------------------------------------------------------------

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


# ---- streams -----------------------------------------------------------------------------------

def follow_streams():
    import io

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

    for name in ("stdin", "stdout", "stderr"):
        setattr(sys, name, Follower(name))
        setattr(sys, "__%s__" % name, getattr(sys, name))


# ---- warnings and log records ------------------------------------------------------------------

def follow_warnings():
    """Every warning goes to PyPy's `warnings`, whose filters decide."""
    import warnings

    def show(message):
        if message.file is not None or message.line is not None:
            return original(message)
        pypy.warn(str(message.message), message.category, message.filename, message.lineno)
    original = warnings._showwarnmsg
    warnings._showwarnmsg = show
    warnings.filters[:] = [("always", None, Warning, None, 0)]
    warnings._filters_mutated() if hasattr(warnings, "_filters_mutated") else None


def follow_logging():
    """Every log record goes to PyPy's `logging`, whose levels and handlers decide."""
    import logging
    if getattr(logging, "cpyembed_follows", False):
        return
    logging.cpyembed_follows = True

    class ToPyPy(logging.Handler):
        def emit(self, record):
            if pypy.wants_record(record.name, record.levelno):
                frame = (record.pathname, record.lineno, record.funcName)
                error = record.exc_info and record.exc_info[1]
                pypy.log(record.name, record.levelno, record.getMessage(), frame, error)
    logging.root.addHandler(ToPyPy())
    logging.root.setLevel(1)


# ---- frames ------------------------------------------------------------------------------------

def follow_frames():
    """`sys._getframe` beyond the last CPython frame gives PyPy's."""
    real = sys._getframe

    def _getframe(depth=0, /):
        frame = real(1)
        n = depth
        while n > 0 and frame is not None:
            frame = frame.f_back
            n -= 1
        if frame is not None:
            return frame
        found = pypy.frame(n)
        if found is None:
            raise ValueError("call stack is not deep enough")
        return found
    sys._getframe = _getframe


# ---- the end -----------------------------------------------------------------------------------

def finish():
    """What CPython's own end would do that a program can see."""
    threading = sys.modules.get("threading")
    if threading is not None:
        threading._shutdown()
    import atexit
    atexit._run_exitfuncs()


# ---- asyncio -----------------------------------------------------------------------------------

loop = None


def event_loop():
    """CPython's event loop, running in a thread of its own."""
    global loop
    if loop is None:
        import asyncio
        import threading
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, name="cpyembed-asyncio", daemon=True).start()
    return loop


def run_awaitable(awaitable, done):
    """Run it on CPython's loop; done(kind, value) is called there at the end. Returns cancel."""
    import asyncio

    async def run():
        return await awaitable

    def finished(future):
        if future.cancelled():
            done("cancelled", None)
        elif future.exception() is not None:
            done("error", future.exception())
        else:
            done("result", future.result())
    if isinstance(awaitable, asyncio.Future) and awaitable.get_loop() is not event_loop():
        raise RuntimeError("a future of another CPython event loop cannot be awaited from PyPy")
    future = asyncio.run_coroutine_threadsafe(run(), event_loop())
    future.add_done_callback(finished)
    return future.cancel

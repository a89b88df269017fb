"""What the files of `inside/`, in CPython, call on PyPy's side; both engines."""

import _imp
import os
import sys

import cpyembed


class Services:
    """An export of the one instance of this is `pypy` in the files of `inside/`."""

    def __init__(self):
        self.warned = {}        # file of CPython's -> registry of its warnings

    # streams: whatever sys.stdout and friends are at the moment

    def write(self, name, text):
        stream = getattr(sys, name)
        if stream is not None:
            stream.write(text)

    def write_bytes(self, name, data):
        stream = getattr(sys, name)
        stream.flush()
        n = stream.buffer.write(data)
        stream.buffer.flush()
        return n

    def flush(self, name):
        stream = getattr(sys, name)
        if stream is not None:
            stream.flush()

    def read(self, name, n):
        return getattr(sys, name).read(n)

    def readline(self, name, n):
        return getattr(sys, name).readline(n)

    def read_bytes(self, name, n):
        return getattr(sys, name).buffer.read(n)

    def isatty(self, name):
        stream = getattr(sys, name)
        return stream is not None and bool(stream.isatty())

    def fileno(self, name):
        return getattr(sys, name).fileno()

    def encoding(self, name):
        return getattr(getattr(sys, name), "encoding", None) or "utf-8"

    # processes

    def fork(self):
        return os.fork()

    def forkpty(self):
        return os.forkpty()

    def give_import_lock(self):
        """Before a fork: give PyPy's import lock back, which a fork hook of PyPy's may have taken.
        Returns whether it is to be taken again (bool)."""
        if hasattr(cpyembed, "_gives_import_lock"):     # done by the one who called the hooks
            return True
        try:
            _imp.release_lock()
        except RuntimeError:
            return False
        return True

    def take_import_lock(self):
        _imp.acquire_lock()

    def interrupts_taken(self):
        """CPython has put its own C handler for Ctrl-C in place: PyPy's goes back."""
        import signal
        handler = signal.getsignal(signal.SIGINT)
        if handler is not None:
            signal.signal(signal.SIGINT, handler)

    # warnings and log records

    def warn(self, text, category, filename, line, module, frame):
        """frame: the one of PyPy's that is meant, or None: the file and the line are CPython's."""
        import warnings
        registry = self.warned.setdefault(filename, {})     # for "once" and "default"
        if filename in ("sys", "<sys>"):                    # beyond CPython's last frame
            frame = user_frame(0)
        if frame is not None:
            filename, line = frame.f_code.co_filename, frame.f_lineno
            module = frame.f_globals.get("__name__")
            registry = frame.f_globals.setdefault("__warningregistry__", {})
        warnings.warn_explicit(text, category, filename, line, module, registry)

    def wants_record(self, name, level):
        import logging
        return logging.getLogger(name).isEnabledFor(level)

    def log(self, name, level, text, place, error):
        import logging
        logger = logging.getLogger(name)
        if place is None:               # PyPy's program called CPython's logging itself
            frame = user_frame(0)
            if frame is None:
                place = ("(unknown file)", 0, "(unknown function)")
            else:
                place = (frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)
        pathname, line, function = place
        info = None if error is None else (type(error), error, error.__traceback__)
        logger.handle(logger.makeRecord(name, level, pathname, line, text, (), info, function))

    # frames and exceptions

    def callers(self):
        """CPython's function that says which of its frames called PyPy, for each callback under
        way, the innermost first; or None, where the engine cannot tell."""
        make = getattr(cpyembed, "_cpython_frames", None)
        return None if make is None else make()

    def frame(self, n, callback, is_last):
        """The n-th PyPy frame of the program, counted outwards from where CPython was called.

        callback: how many callbacks lie between there and here. is_last: nothing of CPython's
        lies beyond; otherwise the frames end where the next callback came from CPython.
        Returns a tuple: the frame, or None if there are not so many; and how many are to go.
        """
        if not hasattr(cpyembed, "_callback_frames"):
            return find_frame(n, sys._getframe(1), None)
        starts = cpyembed._callback_frames()        # the first is this very call's
        end = None if is_last else starts[callback + 1]
        return find_frame(n, starts[callback], end)

    def attribute_of(self, x, name):
        return getattr(x, name)

    def str_of(self, x):
        return str(x)


def user_frame(n):
    """The n-th PyPy frame of the program, counted outwards, or None."""
    return find_frame(n, sys._getframe(1), None)[0]


def find_frame(n, frame, end):
    """The n-th frame outwards from `frame` and before `end`, leaving out those of the engine.

    Returns a tuple: the frame, or None if there are not so many; and how many are to go.
    """
    while frame is not None and frame is not end:
        if not frame.f_code.co_filename.startswith(OWN_FILES):
            if n == 0:
                return frame, 0
            n -= 1
        frame = frame.f_back
    return None, n


OWN_FILES = os.path.dirname(__file__) + os.sep

"""Runs in CPython: warnings and log records go to PyPy's `warnings` and `logging`."""

import sys
import warnings
from types import FrameType

from cpyembed_inside import after_import, frames

pypy = None


def begin(services):
    """From here on PyPy's filters, levels and handlers decide, for CPython's too."""
    global pypy
    pypy = services
    follow_warnings()
    after_import.call("logging", follow_logging)


def follow_warnings():
    """Every warning that is not caught here goes to PyPy's `warnings`; one with a file of its own
    is written there."""
    def show(message):
        if message.file is not None or message.line is not None:
            return original(message)
        filename, line = message.filename, message.lineno
        frame = frames.meant(filename, line)
        if isinstance(frame, FrameType):
            filename, line, frame = frame.f_code.co_filename, frame.f_lineno, None
        pypy.warn(str(message.message), message.category, filename, line, module_of(filename),
                  frame)
    # Not _showwarnmsg, before which catch_warnings(record=True) and showwarning come.
    original = warnings._showwarnmsg_impl
    warnings._showwarnmsg_impl = show
    warnings.filters[:] = [("always", None, Warning, None, 0)]
    warnings._filters_mutated()


modules = {}


def module_of(filename):
    """The name of the module that was made of a file, for filters that name one; or None."""
    if filename not in modules:
        for name, module in list(sys.modules.items()):
            if getattr(module, "__file__", None) == filename:
                modules[filename] = name
                break
    return modules.get(filename)


def follow_logging(logging):
    """Every log record goes to PyPy's `logging`."""
    class ToPyPy(logging.Handler):
        def emit(self, record):
            if pypy.wants_record(record.name, record.levelno):
                place = (record.pathname, record.lineno, record.funcName)
                frame = frames.meant(record.pathname, record.lineno)
                if record.pathname in nobody:
                    place = None
                elif frame is not None:
                    place = (frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)
                error = record.exc_info and record.exc_info[1]
                pypy.log(record.name, record.levelno, record.getMessage(), place, error)
    # What a record says when no CPython frame called `logging`.
    nobody = ("(unknown file)", logging._srcfile)
    logging.root.addHandler(ToPyPy())
    logging.root.setLevel(1)

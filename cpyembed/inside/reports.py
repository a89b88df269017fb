"""Runs in CPython: warnings and log records go to PyPy's `warnings` and `logging`."""

import warnings

from cpyembed_inside import after_import

pypy = None


def begin(services):
    """From here on PyPy's filters, levels and handlers decide, for CPython's too."""
    global pypy
    pypy = services
    follow_warnings()
    after_import.call("logging", follow_logging)


def follow_warnings():
    """Every warning goes to PyPy's `warnings`; one with a file of its own is written there."""
    def show(message):
        if message.file is not None or message.line is not None:
            return original(message)
        pypy.warn(str(message.message), message.category, message.filename, message.lineno)
    original = warnings._showwarnmsg
    warnings._showwarnmsg = show
    warnings.filters[:] = [("always", None, Warning, None, 0)]
    warnings._filters_mutated()


def follow_logging(logging):
    """Every log record goes to PyPy's `logging`."""
    class ToPyPy(logging.Handler):
        def emit(self, record):
            if pypy.wants_record(record.name, record.levelno):
                frame = (record.pathname, record.lineno, record.funcName)
                error = record.exc_info and record.exc_info[1]
                pypy.log(record.name, record.levelno, record.getMessage(), frame, error)
    logging.root.addHandler(ToPyPy())
    logging.root.setLevel(1)

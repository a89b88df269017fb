"""Runs in CPython: a handler for Ctrl-C that CPython's program sets (asyncio does) is its own.

CPython's `signal.signal` puts its C handler in the place of PyPy's, which would never hear of the
signal again, also when CPython's handler is the default one again.
"""

from cpyembed_inside import after_import


def begin(pypy):
    """Follow `signal.signal`. pypy: PyPy's object with the callbacks."""
    def follow(signal):
        set_handler = signal.signal

        def signal_(signalnum, handler, /):
            previous = set_handler(signalnum, handler)
            if signalnum == signal.SIGINT and callable(handler):
                pypy.interrupts_taken()
            return previous
        signal_.__name__ = signal_.__qualname__ = "signal"
        signal_.__doc__ = set_handler.__doc__
        signal.signal = signal_
    after_import.call("signal", follow)

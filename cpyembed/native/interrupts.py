"""Ctrl-C: while CPython runs it is CPython's, and PyPy's otherwise (src/interrupts.c).

A program that sets its own handler for SIGINT on PyPy's side is left alone: it gets the signal
when the CPython call returns.
"""

import functools
import signal

import cpyembed


def begin():
    """On the main thread, once CPython runs."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        cpyembed._watch_interrupts()
    signal.signal = following(signal.signal)


def following(set_handler):
    """`signal.signal`, which puts PyPy's C handler in the place of ours."""
    @functools.wraps(set_handler)
    def signal_(signalnum, handler):
        previous = set_handler(signalnum, handler)
        if signalnum == signal.SIGINT and handler is signal.default_int_handler:
            cpyembed._watch_interrupts()
        return previous
    return signal_

"""Ctrl-C while CPython code runs (section 7).

PyPy's C handler only sets a flag, and PyPy's Python handler runs when PyPy's bytecode runs again.
So while the main thread is inside CPython somebody else has to tell CPython: a thread that reads
PyPy's wakeup pipe. If PyPy's handler has not run a moment after the signal, the main thread is
inside CPython, and is tripped there; a second signal then wakes it from a system call, for the
first one came before the trip and was slept through. The handler on PyPy's side sees to it that
the interrupt is raised once.

A program that sets its own SIGINT handler, or its own wakeup file descriptor (asyncio does), is
left alone: then Ctrl-C arrives when the CPython call returns.
"""

import _thread
import os
import signal
import time

from __pypy__ import hidden_applevel

from cpyembed.preload import capi, gil

GRACE = 0.02
handled = [0]       # how many interrupts PyPy's handler took that CPython was not told of
tripped = []        # not empty: CPython was told, and PyPy's handler has not run since
pipe = []


def begin():
    """On the main thread, with the GIL, once CPython runs."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return
    from cpyembed.preload import setup
    module = setup.module("_signal")
    module.signal(int(signal.SIGINT), module.default_int_handler)
    # CPython has put its own C handler in place; this puts PyPy's back.
    signal.signal(signal.SIGINT, on_interrupt)
    start_pipe()


def start_pipe():
    """The wakeup pipe and the thread that reads it; again in the child of a fork."""
    r, w = os.pipe()
    os.set_blocking(w, False)
    if pipe:
        for fd in pipe:
            os.close(fd)
        signal.set_wakeup_fd(-1)
    old = signal.set_wakeup_fd(w, warn_on_full_buffer=False)
    if old != -1:
        signal.set_wakeup_fd(old)
        os.close(r)
        os.close(w)
        pipe[:] = []
        return
    pipe[:] = [r, w]
    _thread.start_new_thread(listen, (r,))


def listen(r):
    """Body of the listening thread."""
    gil.own_threads.add(_thread.get_ident())
    before = handled[0]     # since the last signal: the handler may well run before this thread
    while not gil.stopping:
        try:
            data = os.read(r, 100)
        except OSError:
            return
        if signal.SIGINT in data:
            time.sleep(GRACE)
            known, before = before, handled[0]
            if before == known and not gil.closed[0]:
                tripped.append(1)
                capi.lib.PyErr_SetInterrupt()
                time.sleep(0.001)
                capi.lib.pthread_kill(gil.main_ident, gil.SIGNAL)
                # From another thread the trip does not reach CPython's eval loop by itself; the
                # request for the GIL does.
                gil.enter()
                gil.leave()


@hidden_applevel
def on_interrupt(signum, frame):
    """PyPy's handler for SIGINT."""
    if not tripped:
        handled[0] += 1
        raise KeyboardInterrupt
    tripped.clear()
    if not capi.lib.PyGILState_Check():
        gil.enter()
        try:
            told = consume()
        finally:
            gil.leave()
    else:
        told = consume()
    if not told:
        raise KeyboardInterrupt


def consume():
    """Whether CPython has raised the interrupt, or is just raising it; else it is taken back."""
    if capi.lib.PyErr_Occurred():
        return True
    if capi.lib.PyErr_CheckSignals():
        capi.lib.PyErr_Clear()
        return False
    return True

"""Who may touch CPython, when; references waiting to be dropped.

CPython's GIL comes before PyPy's.  `enter` gives up PyPy's while it waits for
CPython's, and comes back with both; `leave` drops CPython's, which never
waits.  They do not nest: code that is inside and wants to run PyPy code leaves
first (`convert` and `export` do).  A callback from CPython is the mirror
image: `callback_begin` leaves CPython, `callback_end` comes back to it.
"""
from rpython.rlib import rgil
from rpython.rlib.objectmodel import we_are_translated

from . import capi


class GateClosed(Exception):
    """CPython has ended, or is ending, and this thread was never in it."""


class NotStarted(Exception):
    """There is no CPython yet."""


class State(object):
    started = False


state = State()


def enter():
    """Take CPython's GIL; with both GILs held afterwards.  References that
    finalizers left behind are dropped on the way.  Raises GateClosed, and
    NotStarted."""
    if not state.started:
        raise NotStarted
    if capi.enter() < 0:
        raise GateClosed


def leave():
    """Drop CPython's GIL."""
    capi.leave()


def callback_begin():
    """In a callback, with both GILs held: drop CPython's.  The result is for
    callback_end."""
    return capi.callback_begin()


def callback_end(token):
    """Take CPython's GIL back before the callback returns to it."""
    capi.callback_end(token)


def drop_later(ob):
    """Queue a reference, from a finalizer: no GIL is needed, nothing is run."""
    capi.drop_later(ob)


def drop_pending():
    """Drop what is queued, if anything is.  Without CPython's GIL held."""
    if state.started and state.shared.pending_decrefs != 0:
        enter()         # drains
        leave()

"""Who may touch CPython, when; references waiting to be dropped.

CPython's GIL comes before PyPy's.  `enter` gives up PyPy's while it waits for
CPython's, and comes back with both; `leave` drops CPython's, and waits at
most until a thread that asked for it has it.  They do not nest: code that is
inside and wants to run PyPy code leaves first (`convert` and `export` do).  A
callback from CPython starts inside: its entry into PyPy code is an exit from
CPython, a `leave`, and it enters again before it returns.
"""
import os

import py

from rpython.rlib import rgil, rstack, rthread
from rpython.rlib.objectmodel import we_are_translated
from rpython.rlib.rstackovf import StackOverflow
from rpython.rtyper.lltypesystem import llmemory, lltype, rffi
from rpython.rtyper.lltypesystem.lloperation import llop

from . import capi


GIL_HAS_OWNER = hasattr(rgil, 'am_I_holding_the_GIL')
# PyPI's rpython has the older name only.
_acquire = getattr(rgil, 'acquire_maybe_in_new_thread', rgil.acquire)


class GateClosed(Exception):
    """CPython has ended, or is ending, and this thread was never in it."""


class NotStarted(Exception):
    """There is no CPython yet."""


class State(object):
    _immutable_fields_ = ['started?', 'ended?', 'shared?']
    started = False
    ended = False       # the program's part in CPython is over
    shared = lltype.nullptr(capi.SHARED.TO)


state = State()


def enter():
    """Take CPython's GIL; with both GILs held afterwards.  References that
    finalizers left behind are dropped on the way.  Raises GateClosed, and
    NotStarted."""
    if not state.started:
        raise NotStarted
    # The first neither waits nor runs code, so PyPy's GIL need not be given up.
    if not capi.try_enter() and capi.enter() < 0:
        raise GateClosed


def leave():
    """Drop CPython's GIL, or keep it for the next entry where that harms nobody
    (src/keep.c)."""
    capi.leave()


def callback_begin():
    """At the start of a callback from CPython, with both GILs held.  The result
    is for callback_end.  In between the callback leaves and enters as usual."""
    return capi.callback_begin()


def callback_end(token):
    """At the end of a callback, with both GILs held."""
    capi.callback_end(token)


def drop_later(ob):
    """Queue a reference, from a finalizer: no GIL is needed, nothing is run."""
    capi.drop_later(ob)


def drop_pending():
    """Drop what is queued, if anything is.  Without CPython's GIL held."""
    if state.started and state.shared.pending_decrefs != 0:
        enter()         # drains
        leave()


def _already_inside():
    """Whether this thread holds PyPy's GIL.  PyPI's rpython cannot tell."""
    if GIL_HAS_OWNER and we_are_translated():
        return rgil.am_I_holding_the_GIL()
    return False


def entry(function, failure, nargs, may_fail=True):
    """The C-callable form of an RPython function that CPython calls back: it
    takes PyPy's GIL and gives it up again.  `failure` says that there is an
    exception.  A function that `may_fail` is not even called when PyPy's stack
    is nearly full: what is left of it is for the way back.

    CPython is only ever called with PyPy's GIL given up, or by functions that
    cannot call back.  If one did after all, waiting for the GIL would never
    end, so the process says so and stops."""
    source = py.code.Source("""
        def entry(%(args)s):
            if already_inside():
                capi.fatal_reentry()
            acquire()
            llop.gc_stack_bottom(lltype.Void)
            result = failure
            if may_fail and stack_almost_full():
                capi.set_recursion_error()
            else:
                try:
                    result = function(%(args)s)
                except StackOverflow:
                    if may_fail:
                        capi.set_recursion_error()
                except Exception as e:
                    os.write(2, "cpyembed: uncaught error in a callback: " + str(e) + "\\n")
                    if may_fail:
                        capi.set_runtime_error("uncaught error in a callback")
            rgil.release()
            # No exception may be checked for after the release.
            return result
    """ % {'args': ', '.join(['a%d' % i for i in range(nargs)])})
    names = {'already_inside': _already_inside, 'capi': capi, 'rgil': rgil,
             'acquire': _acquire, 'llop': llop, 'may_fail': may_fail,
             'stack_almost_full': rstack.stack_almost_full, 'StackOverflow': StackOverflow,
             'lltype': lltype, 'failure': failure, 'function': function, 'os': os, 'str': str,
             'Exception': Exception, '__name__': __name__}
    exec source.compile() in names
    return names['entry']


# ____________________________________________________________
# fork() by CPython, see src/forks.c

class Fork(object):
    from_before = llmemory.NULL


fork = Fork()


def _take_for_fork():
    """Take PyPy's GIL, so that no other thread has it in the child; 1 if it was
    not here already."""
    if _already_inside():
        return 0
    _acquire()
    llop.gc_stack_bottom(lltype.Void)
    fork.from_before = rthread.gc_thread_before_fork()
    return 1


def _give_after_fork(in_child):
    """Give it back, on each side."""
    pid = 1
    if in_child:
        pid = 0
    rthread.gc_thread_after_fork(pid, fork.from_before)
    rgil.release()


def setup_forks():
    """Once, when CPython starts.  Untranslated there is nothing to take: whoever
    forks has the host's GIL, for which the callback would wait for ever."""
    if not we_are_translated():
        return
    capi.set_fork_functions(rffi.llhelper(capi.TAKE_FN, _take_for_fork),
                            rffi.llhelper(capi.GIVE_FN, _give_after_fork))

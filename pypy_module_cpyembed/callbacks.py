"""The callbacks from CPython that are under way on a thread.

Each is noted in the thread's ExecutionContext: with the PyPy frame that was on
top when it came, so that the frames of both sides can be put in order, and as
the reason why continulets may not move the C stack under it (patches/0032).
"""
from rpython.rlib import jit

from pypy.interpreter.executioncontext import ForeignCall
from pypy.module.cpyembed import capi, errors, gil
from pypy.module.cpyembed.object import wrap


class Callback(ForeignCall):
    """One that is under way."""

    def __init__(self, must_leave, token, outer, topframeref):
        self.must_leave = must_leave    # the thread has no ExecutionContext that outlives it
        self.token = token              # the C part's, see gil.callback_begin
        self.outer = outer
        self.topframeref = topframeref


def begin(space):
    """With both GILs held.  The result is for `end`, which must follow, whatever
    the callback raises: callbacks are levels on a stack."""
    must_leave = space.threadlocals.try_enter_thread(space)
    ec = space.getexecutioncontext()
    callback = Callback(must_leave, gil.callback_begin(), ec.foreign_call, ec.topframeref)
    ec.foreign_call = callback
    return callback


def end(space, callback):
    """With both GILs held."""
    gil.callback_end(callback.token)
    callback.topframeref = jit.vref_None        # keeps no frame
    space.getexecutioncontext().foreign_call = callback.outer
    if callback.must_leave:
        space.threadlocals.leave_thread(space)


@jit.dont_look_inside
def frames(space):
    """A list: for each callback under way on this thread the PyPy frame that
    called CPython, or None if there was none.  The innermost first."""
    frames_w = []
    ec = space.getexecutioncontext()
    callback = ec.foreign_call
    while isinstance(callback, Callback):
        frame = callback.topframeref()
        while frame is not None and frame.hide():
            frame = frame.f_backref()
        if frame is None:
            frames_w.append(space.w_None)
        else:
            frame.mark_as_escaped()
            frames_w.append(frame)
        callback = callback.outer
    return space.newlist(frames_w)


@jit.dont_look_inside
def cpython_frames(space):
    """A function of CPython, an Object, that gives the same for the CPython
    frames that were current (src/frames.c)."""
    errors.enter(space)
    try:
        ob = capi.frames_function()
        if not ob:
            raise errors.current(space)
        return wrap(space, ob)
    finally:
        gil.leave()

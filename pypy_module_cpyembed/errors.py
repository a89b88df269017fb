"""Exceptions across, both ways.

The class and the instance on the other side are made by `cpyembed/native/
errors.py`; here is what needs CPython's error indicator.
"""
from rpython.rlib import jit
from pypy.interpreter.error import OperationError, oefmt
from pypy.interpreter.pytraceback import PyTraceback
from pypy.module.cpyembed import capi, gil, hooks, tracebacks


def enter(space):
    """gil.enter, with the errors of the application level."""
    if gil.state.ended:
        raise oefmt(space.w_RuntimeError, "CPython has ended: it can no longer be used")
    try:
        gil.enter()
    except gil.NotStarted:
        raise oefmt(space.w_RuntimeError,
                    "CPython has not been started: call cpyembed.start() or import a module first")
    except gil.GateClosed:
        raise closed(space)


def closed(space):
    """The error of a thread that comes when CPython has ended."""
    return oefmt(space.w_RuntimeError, "CPython has ended: this thread can no longer enter it")


@jit.dont_look_inside
def current(space):
    """The OperationError for CPython's current exception, which is cleared.
    Both GILs are held, before and after; CPython's is dropped in between, where
    the exception's class and instance are made."""
    exception = capi.fetch_error()
    w_origin = _origin(space, exception)
    entries = tracebacks.of_exception(space, exception, w_origin is not None, w_origin is None)
    if w_origin is not None:
        capi.decref(exception)
        gil.leave()
        try:
            return _again(space, w_origin, entries)
        finally:
            enter(space)
    w_error = _made_for(space, exception)
    return OperationError(space.type(w_error), w_error,
                          tracebacks.to_pypy(space, entries, None))


def from_exception(space, exception):
    """The PyPy exception for a CPython one that crosses as a value; takes the
    reference.  Steps out of CPython."""
    w_origin = _origin(space, exception)
    if w_origin is not None:
        capi.decref(exception)
        return w_origin
    return _made_for(space, exception)


def _origin(space, exception):
    """The PyPy exception that the CPython one was made for, or None."""
    from pypy.module.cpyembed import export
    origin = capi.origin_of(exception)
    if not origin:
        return None
    w_origin = None
    if capi.export_handle(origin) >= 0:
        w_origin = export.reveal(space, origin)
    capi.decref(origin)
    return w_origin


def _made_for(space, exception):
    from pypy.module.cpyembed import object as objects
    w_original = objects.wrap(space, exception)
    gil.leave()
    try:
        return space.call_function(hooks.get(space).w_new_exception, w_original)
    finally:
        enter(space)


def _again(space, w_error, entries):
    """A PyPy exception that only passed through CPython: the very object, with
    the CPython frames in front of the frames it had."""
    w_traceback = space.getattr(w_error, space.newtext('__traceback__'))
    tail = None
    if isinstance(w_traceback, PyTraceback):
        tail = w_traceback
    return OperationError(space.type(w_error), w_error, tracebacks.to_pypy(space, entries, tail))


@jit.dont_look_inside
def prepare(space, operror):
    """In PyPy, outside CPython: the CPython exception for a PyPy one, as an
    Object."""
    w_error = operror.normalize_exception(space)
    return space.call_function(hooks.get(space).w_cpython_exception, w_error)


@jit.dont_look_inside
def restore(space, w_cpython_error, operror):
    """With both GILs held: make it CPython's current exception, with PyPy's
    frames in its traceback."""
    from pypy.module.cpyembed.object import W_Object
    assert isinstance(w_cpython_error, W_Object)
    if not w_cpython_error.ptr:
        raise oefmt(space.w_ValueError, "the original of this exception was released")
    capi.incref(w_cpython_error.ptr)
    tracebacks.restore(space, w_cpython_error.ptr, operror.get_traceback())

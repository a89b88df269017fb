"""Exceptions across, both ways.

The class and the instance on the other side are made by `cpyembed/native/
errors.py`; here is what needs CPython's error indicator and PyPy's frames.
"""
from rpython.rlib import jit
from rpython.rtyper.lltypesystem import lltype, rffi

from pypy.interpreter.error import OperationError, oefmt
from pypy.interpreter.pycode import PyCode
from pypy.interpreter.pytraceback import PyTraceback
from pypy.module.cpyembed import capi, gil, hooks


def enter(space):
    """gil.enter, with the errors of the application level."""
    try:
        gil.enter()
    except gil.NotStarted:
        raise oefmt(space.w_RuntimeError,
                    "CPython has not been started: call cpyembed.start() or import a module first")
    except gil.GateClosed:
        raise oefmt(space.w_RuntimeError,
                    "CPython has ended: this thread can no longer enter it")


@jit.dont_look_inside
def current(space):
    """The OperationError for CPython's current exception, which is cleared.
    Both GILs are held, before and after; CPython's is dropped in between, where
    the exception's class and instance are made."""
    exception = capi.fetch_error()
    entries = _traceback_entries(exception)
    w_origin = _origin(space, exception)
    if w_origin is not None:
        capi.decref(exception)
        gil.leave()
        try:
            return _again(space, w_origin, entries)
        finally:
            enter(space)
    w_error = _made_for(space, exception)
    return OperationError(space.type(w_error), w_error, _make_traceback(space, entries, None))


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
        code = tail.frame.pycode
        for i in range(len(entries)):
            # From here on CPython's entries are images of PyPy's own frames.
            filename, name, lineno = entries[i]
            if filename == code.co_filename and name == code.co_name:
                assert i >= 0
                entries = entries[:i]
                break
    return OperationError(space.type(w_error), w_error, _make_traceback(space, entries, tail))


def _traceback_entries(exception):
    """[(filename, function, line number)], the outermost frame first."""
    entries = []
    traceback = capi.traceback_of(exception)
    lineno = lltype.malloc(capi.SIGNEDP.TO, 1, flavor='raw')
    texts = lltype.malloc(rffi.CCHARPP.TO, 2, flavor='raw')
    while traceback:
        traceback = capi.traceback_next(traceback, lineno, texts,
                                        rffi.ptradd(texts, 1))
        entries.append((rffi.charp2str(texts[0]), rffi.charp2str(texts[1]), lineno[0]))
    lltype.free(texts, flavor='raw')
    lltype.free(lineno, flavor='raw')
    return entries


def _make_traceback(space, entries, tail):
    """PyPy traceback entries for CPython frames, in front of `tail`."""
    traceback = tail
    for i in range(len(entries) - 1, -1, -1):
        filename, name, lineno = entries[i]
        code = PyCode(space, 0, 0, 0, 0, 0, 0, '', [], [], [], filename, name, name,
                      max(lineno, 1), '', [], [])
        frame = space.createframe(code, space.newdict())
        # No instruction: the line is known, the columns are not.
        traceback = PyTraceback(space, frame, -1, traceback, lineno)
    return traceback


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
    capi.incref(w_cpython_error.ptr)
    capi.restore_error(w_cpython_error.ptr)
    traceback = operror.get_traceback()
    entries = []
    while isinstance(traceback, PyTraceback):
        code = traceback.frame.pycode
        entries.append((code.co_name, code.co_filename, traceback.get_lineno()))
        traceback = traceback.next
    for i in range(len(entries) - 1, -1, -1):
        name, filename, lineno = entries[i]
        capi.add_traceback(name, filename, lineno)

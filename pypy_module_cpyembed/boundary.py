"""The functions that `cpyembed/native/` builds the public API from.

Their names start with an underscore in the module: they are for that package
alone.
"""
from rpython.rlib import jit
from rpython.rtyper.lltypesystem import rffi

from pypy.interpreter.error import oefmt
from pypy.interpreter.gateway import unwrap_spec
from pypy.interpreter.executioncontext import PeriodicAsyncAction
from pypy.module.cpyembed import (calls, capi, classes, convert, errors, export, gil,
                                  interpreter, memory)
from pypy.module.cpyembed.buffer import arrivals, asarray
from pypy.module.cpyembed.object import (W_Object, address_of_class, attribute, begin, end,
                                         pointer, result, wrap)
from pypy.module.imp.importing import getimportlock


@jit.dont_look_inside
@unwrap_spec(executable='fsencode', pythonpath='fsencode')
def start(space, executable, w_argv, pythonpath):
    """Start CPython as `executable` would; RuntimeError if it refuses."""
    argv = [space.fsencode_w(w_arg) for w_arg in space.listview(w_argv)]
    space.threadlocals.setup_threads(space)     # its threads will come to PyPy
    try:
        interpreter.start(executable, argv, pythonpath)
    except interpreter.StartError as e:
        raise oefmt(space.w_RuntimeError, "CPython (%s) did not start: %s", executable, e.message)
    export.setup(space)
    memory.setup()


@jit.dont_look_inside
def stop(space):
    """End the program's part in CPython: threads joined, atexit functions run,
    streams flushed.  Entering it raises RuntimeError afterwards."""
    try:
        interpreter.stop()
    except gil.GateClosed:
        pass


@jit.dont_look_inside
def watch_interrupts(space):
    """Ctrl-C reaches CPython while it runs; again after either side has set a
    handler for it.  On the main thread."""
    errors.enter(space)
    try:
        if capi.watch_interrupts() < 0:
            raise errors.current(space)
    finally:
        gil.leave()


@jit.dont_look_inside
def signals_changed(space):
    """To be called when the program may have blocked or handled SIGURG on this thread."""
    if not gil.state.started or gil.state.ended:
        return
    if capi.signals_changed():
        errors.enter(space)
        gil.leave()


def is_started(space):
    return space.newbool(gil.state.started)


@unwrap_spec(name='text')
def import_module(space, name):
    """The CPython module, as an Object."""
    errors.enter(space)
    try:
        ob = capi.PyImport_ImportModule(name)
        if not ob:
            raise errors.current(space)
        return wrap(space, ob)
    finally:
        gil.leave()


@unwrap_spec(name='text')
def raw_getattr(space, w_obj, name):
    """An attribute as an Object, whatever its type."""
    ptr = begin(space, space.interp_w(W_Object, w_obj))
    try:
        ob = attribute(space, ptr, name)
        if not ob:
            raise errors.current(space)
        return wrap(space, ob)
    finally:
        end(ptr)


@unwrap_spec(name='text')
def getattr_or_none(space, w_obj, name):
    """An attribute, or None where there is none; no exception is made, so that
    the making of exceptions can use it."""
    ptr = begin(space, space.interp_w(W_Object, w_obj))
    try:
        ob = attribute(space, ptr, name)
        if not ob:
            capi.PyErr_Clear()
            return space.w_None
        return result(space, ob)
    finally:
        end(ptr)


def raw_call(space, w_callable, __args__):
    """Call a CPython object; the result stays an Object."""
    return calls.call(space, space.interp_w(W_Object, w_callable), __args__, True)


@unwrap_spec(name='text')
def is_overridden(space, w_class, w_base, name):
    """Whether a CPython class has another method of that name than its base.
    TypeError if one of the two is no class."""
    w_derived = space.interp_w(W_Object, w_class)
    w_object = space.interp_w(W_Object, w_base)
    errors.enter(space)
    try:
        name_ob = classes.name_of(space, name)
        try:
            # Nothing here gives up PyPy's GIL.
            found = capi.type_lookup(address_of_class(space, w_derived), name_ob)
            other = capi.type_lookup(address_of_class(space, w_object), name_ob)
            return space.newbool(bool(found) and found != other)
        finally:
            capi.decref_scalar(name_ob)
    finally:
        gil.leave()


def by_reference(space, w_obj):
    """An Object that refers to the export of `w_obj`, whatever its type."""
    errors.enter(space)
    try:
        return wrap(space, export.export(space, w_obj))
    finally:
        gil.leave()


def release(space, w_obj):
    """Drop the reference now; the Object is of no use afterwards."""
    w_object = space.interp_w(W_Object, w_obj)
    errors.enter(space)
    try:
        ob = w_object.ptr
        if ob:
            w_object.ptr = capi.NULL
            gil.state.shared.releases += 1      # whoever read the address does not use it
            capi.decref(ob)
    finally:
        gil.leave()


def convert_to_cpython(space, w_class, w_function):
    """Instances of exactly this PyPy class cross as what the function makes."""
    space.fromcache(convert.Converters).own_w[w_class] = w_function


@jit.dont_look_inside
def convert_to_pypy(space, w_class, w_function):
    """Likewise for a CPython class; TypeError if it is not one."""
    ptr = begin(space, space.interp_w(W_Object, w_class))
    try:
        if capi.kind(ptr) != capi.KIND_TYPE:
            raise oefmt(space.w_TypeError, "cpython_type must be a CPython class, not %T", w_class)
        cache = classes.get(space)
        info = cache.info(rffi.cast(rffi.SIGNED, ptr))
        info.w_own = w_function
        info.is_plain = False
        cache.has_own = True
    finally:
        end(ptr)


def refcount(space, w_obj):
    """How many references CPython counts, the Object's own among them."""
    w_object = space.interp_w(W_Object, w_obj)
    errors.enter(space)
    try:
        return space.newint(pointer(space, w_object).ob_refcnt)
    finally:
        gil.leave()


def address(space, w_obj):
    """The address of the CPython object, its id() there."""
    return space.newint(rffi.cast(rffi.SIGNED, pointer(space, space.interp_w(W_Object, w_obj))))


def drain(space):
    """Drop the references that finalizers left behind, and forget the exports
    that CPython let go of."""
    errors.enter(space)
    gil.leave()
    export.forget_gone(export.get(space))


def exports_alive(space):
    """How many PyPy objects CPython refers to."""
    exports = export.get(space)
    export.forget_gone(exports)
    return space.newint(len(exports.objects_w) - len(exports.free))


@unwrap_spec(scalars=bool, foreign=bool)
def arrays_arrive(space, w_on, scalars=False, foreign=False):
    """From here on ndarrays arrive as numpypy arrays, or as Objects; returns what
    was so before.  With `scalars`, NumPy's scalars as numpypy's; with `foreign`,
    arrays too whose elements only NumPy knows."""
    state = arrivals(space)
    before = state.on
    state.on = space.is_true(w_on)
    state.scalars = scalars
    state.foreign = foreign
    return space.newbool(before)


def libpython(space):
    """The path of the libpython in use, as the loader found it."""
    return space.newfilename(interpreter.libpython())


class DropAction(PeriodicAsyncAction):
    """References are dropped soon, also when the program calls nothing."""

    def perform(self, executioncontext, frame):
        if not gil.state.started or gil.state.ended:
            return
        shared = gil.state.shared
        if shared.pending_exports != 0:
            export.forget_gone(export.get(self.space))
        # What dies may import in CPython, whose import lock comes before PyPy's.
        imports = getimportlock(self.space).lockowner is executioncontext
        if shared.pending_decrefs != 0 and not imports:
            try:
                gil.drop_pending()
            except gil.GateClosed:
                pass

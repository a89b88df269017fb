"""`cpyembed.scope()`: the Objects that a thread is given inside are released at its end.

Only what arrives as a value is noted (`convert._other`, and results of raw
callables): what the engine makes for itself and keeps, such as the class of an
exception, goes on living.
"""
import weakref

from rpython.rlib import jit, rthread
from rpython.rlib.rshrinklist import AbstractShrinkList

from pypy.interpreter.error import oefmt
from pypy.module.cpyembed.object import W_Object


class MadeList(AbstractShrinkList):
    """Weak references, so that an Object that is collected earlier costs nothing."""

    def must_keep(self, ref):
        return ref() is not None


class Scope(object):

    def __init__(self, number, thread):
        self.number = number
        self.thread = thread
        self.paused = 0
        self.made = MadeList()


class Scopes(object):
    """The open ones, of all threads; the innermost last."""

    def __init__(self):
        self.open = []
        self.count = 0      # how many are open, read on each conversion
        self.last = 0


scopes = Scopes()


def any_open():
    return scopes.count != 0


def _current():
    thread = rthread.get_ident()
    for i in range(len(scopes.open) - 1, -1, -1):
        if scopes.open[i].thread == thread:
            return scopes.open[i]
    return None


@jit.dont_look_inside
def note(w_object):
    """An Object that this thread was given."""
    scope = _current()
    if scope is not None and scope.paused == 0:
        scope.made.append(weakref.ref(w_object))


@jit.dont_look_inside
def pause():
    """What arrives until resume() is made for a value and belongs to it."""
    scope = _current()
    if scope is not None:
        scope.paused += 1
    return scope


@jit.dont_look_inside
def resume(scope):
    if scope is not None:
        scope.paused -= 1


def note_object(space, w_obj):
    """Note an Object that the Python half hands out."""
    note(space.interp_w(W_Object, w_obj))


@jit.dont_look_inside
def begin(space):
    """Open a scope of this thread; its number is for end()."""
    scopes.last += 1
    scopes.open.append(Scope(scopes.last, rthread.get_ident()))
    scopes.count = len(scopes.open)
    return space.newint(scopes.last)


@jit.dont_look_inside
def end(space, w_number):
    """Close it, and release what it noted."""
    from pypy.module.cpyembed import boundary
    number = space.int_w(w_number)
    for i in range(len(scopes.open)):
        if scopes.open[i].number == number:
            scope = scopes.open.pop(i)
            scopes.count = len(scopes.open)
            break
    else:
        raise oefmt(space.w_ValueError, "this scope has ended")
    for ref in scope.made.items():
        w_object = ref()
        if w_object is not None:
            boundary.release(space, w_object)

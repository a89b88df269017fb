"""`Object`, PyPy's reference to a CPython object; one subclass of it for each CPython type met.

Importing this needs no CPython: the protocols are in `protocols`, and what makes an Object for
a pointer is here. Engine code reads the pointer with `pointer(x)`, never through an attribute,
for attributes are CPython's.
"""

import weakref

from __pypy__.bufferable import bufferable

from cpyembed.preload import gil


class Object(bufferable):
    """A CPython object. `Object(x)` makes CPython's object for `x` and keeps it there."""

    __slots__ = ("_cpyembed_pointer", "_cpyembed_extra", "__weakref__")

    def __new__(cls, x):
        from cpyembed.preload import api
        return api.make_object(x)

    def __init_subclass__(cls, **kwargs):
        if not getattr(type(cls), "makes_object_classes", False):
            raise TypeError("cpyembed.Object cannot be subclassed; derive from a CPython class")

    def __buffer__(self, flags):
        raise TypeError("memoryview: a bytes-like object is required")

    def __del__(self):
        p = pointer(self)
        ref = alive.get(p)
        if ref is not None and ref() is None:
            alive.pop(p, None)
        if p:
            pending.append(p)


pending = gil.pending
pointer = Object._cpyembed_pointer.__get__
set_pointer = Object._cpyembed_pointer.__set__
get_extra = Object._cpyembed_extra.__get__     # what else PyPy knows of the object; rarely set
set_extra = Object._cpyembed_extra.__set__
alive = {}          # pointer -> weak reference to the Object that refers to it
classes = {}        # address of a CPython type -> function that makes an Object
scopes = []         # for each open `scope()` (thread, weak references of the Objects made inside)
new_instance = bufferable.__new__
make_ref = weakref.ref


def wrap(p):
    """The Object for the object at `p`, whose reference is taken over; the same while alive."""
    from cpyembed.preload.capi import W
    t = W[p >> 3]
    f = classes.get(t)
    if f is None:
        f = classes[t] = maker(t)
    return f(p)


def maker(t):
    """A function that makes Objects for instances of the CPython type at `t`."""
    f = classes.get(t)
    if f is None:
        from cpyembed.preload import protocols
        f = classes[t] = maker_for(protocols.class_for(t), protocols.has_buffer(t))
    return f


class Budget:
    """How many Objects, and how much memory behind them, there may be before PyPy collects.

    PyPy's collector does not see what hangs on an Object, and `add_memory_pressure` only lowers
    a threshold that is a gigabyte where the processor's cache is large. So it is asked to collect
    here: when there are twice as many Objects as the last collection left, and for the memory more
    rarely if that takes a large part of the time.
    """

    FEW = 300000

    def __init__(self):
        self.objects = self.FEW
        self.memory, self.limit = 0, 128 << 20
        self.last = 0.0

    def collect(self):
        import gc
        import time
        start = time.monotonic()
        self.objects = 1 << 60      # not again from within
        self.memory = 0
        gc.collect()
        end = time.monotonic()
        busy = end - start > 0.2 * (start - self.last)
        if busy:
            self.limit = min(self.limit * 2, 1 << 30)
        else:
            self.limit = max(self.limit // 2, 128 << 20)
        self.last = end
        self.objects = len(alive) + max(len(alive), self.FEW)


budget = Budget()


def maker_for(cls, lends_memory=False):
    """The function that makes (or finds) the instance of `cls`, an Object class, for a pointer."""
    from cpyembed.preload.refs import decref
    if lends_memory:
        from cpyembed.preload.buffer import size_of_memory

    def make(p):
        ref = alive.get(p)
        if ref is not None:
            x = ref()
            if x is not None:
                decref(p)
                return x
        x = new_instance(cls)
        set_pointer(x, p)
        alive[p] = ref = make_ref(x)
        if lends_memory:
            budget.memory += size_of_memory(p)
        if len(alive) > budget.objects or budget.memory > budget.limit:
            budget.collect()
        if scopes:
            note(ref)
        return x
    return make


def note(ref):
    """Tell the innermost scope of this thread of an Object that was made."""
    for thread, made in reversed(scopes):
        if thread == gil.get_ident():
            made.append(ref)
            return


def released():
    """The address of the CPython object that a released Object refers to instead of its own."""
    global released_pointer
    if not released_pointer:
        from cpyembed.preload import setup
        released_pointer = setup.make_released()
    return released_pointer


released_pointer = 0


def valid_pointer(x):
    """The pointer of the Object `x`; ValueError if it was released."""
    p = pointer(x)
    if p == released_pointer:
        raise ValueError("this reference was released")
    return p


def extra(p):
    """What PyPy has noted about the object at `p` while an Object for it lives, or None."""
    ref = alive.get(p)
    x = ref() if ref is not None else None
    if x is None:
        return None
    try:
        return get_extra(x)
    except AttributeError:
        return None

"""Control over references: results that are not converted, references dropped at once."""

from cpyembed.preload import capi, errors, gil, protocols
from cpyembed.preload import object as objects
from cpyembed.preload.capi import W
from cpyembed.preload.object import Object, alive, pointer, set_pointer, wrap
from cpyembed.preload.refs import incref


class Raw:
    """`cpyembed.raw(f)`: calls `f`, and its result is an Object whatever it is."""

    __slots__ = ("f",)

    def __init__(self, f):
        self.f = f

    def __call__(self, *args, **kwargs):
        gil.enter()
        try:
            return wrap(protocols.call_generally(pointer(self.f), args, kwargs))
        finally:
            gil.leave()

    def __repr__(self):
        return "cpyembed.raw(%r)" % (self.f,)


def raw(f):
    """TypeError for what is not an Object that can be called."""
    if isinstance(f, Raw):
        return f
    if not isinstance(f, Object) or not callable(f):
        raise TypeError("raw() takes a CPython callable, not %s" % type(f).__name__)
    return Raw(f)


def release(obj):
    """See `api.release`."""
    if not isinstance(obj, Object):
        raise TypeError("release() takes an Object, not %s" % type(obj).__name__)
    gil.enter()
    try:
        p, instead = pointer(obj), objects.released()
        if p == instead:
            return
        ref = alive.get(p)
        if ref is not None and ref() is obj:
            del alive[p]
        incref(instead)
        set_pointer(obj, instead)
        gil.pending.append(p)
        gil.drop_pending()
    finally:
        gil.leave()


class Scope:
    """`with cpyembed.scope():`, see `api.scope`. Scopes nest; one may be entered again."""

    def __init__(self):
        self.open = []          # the entries of `scopes`, the innermost last

    def __enter__(self):
        entry = gil.get_ident(), []
        self.open.append(entry)
        objects.scopes.append(entry)
        return self

    def __exit__(self, *exc):
        if not self.open:
            raise ValueError("this scope has ended")
        ended = self.open.pop()
        # By identity: two of them may be equal.
        objects.scopes[:] = [entry for entry in objects.scopes if entry is not ended]
        for ref in ended[1]:
            x = ref()
            if x is not None and not stays(W[pointer(x) >> 3]):
                release(x)


def stays(t):
    """Whether the end of a scope leaves an instance of the type at `t` alone: an exception may have
    left the scope, and a module is everybody's."""
    return t == capi.MODULE_TYPE or errors.is_exception_type(t)


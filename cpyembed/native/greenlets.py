"""A greenlet that ends in a callback from CPython goes on somewhere in that callback.

What a greenlet that ends goes on to, its parent, may have been suspended outside of the callback.
Switching there would move the part of the C stack that CPython has pointers into, so it raises
`greenlet.error`, and that must be raised in some greenlet that waits within the callback.
"""

import threading
import weakref

import _continuation


def prepare():
    """Once, when CPython has started."""
    from cpyembed.inside import after_import
    after_import.call("greenlet", adapt)


def adapt(module):
    """PyPy's module `greenlet` has been imported."""
    started = Started()
    module._continuation = Continuation(started)
    for name in ("_greenlet_start", "_greenlet_throw"):
        setattr(module, name, noting(getattr(module, name), started))


class Started(threading.local):
    """The greenlets of a thread that have begun."""

    def __init__(self):
        self.greenlets = weakref.WeakSet()


def noting(begin, started):
    """The function that a new greenlet begins with, for which the greenlet is noted."""
    def noted(greenlet, *args):
        started.greenlets.add(greenlet)
        return begin(greenlet, *args)
    return noted


class Continuation:
    """What the module `greenlet` uses of `_continuation` when a greenlet ends."""

    error = _continuation.error
    continulet = _continuation.continulet

    def __init__(self, started):
        self.started = started

    def permute(self, greenlet, parent):
        """Have a greenlet that ends go on to its parent; where that cannot be, to another, and
        raise `error`."""
        try:
            _continuation.permute(greenlet, parent)
        except _continuation.error:
            self.go_on_to_any(greenlet)
            raise

    def go_on_to_any(self, greenlet):
        for other in (greenlet, *self.started.greenlets):
            try:
                if other is greenlet:
                    return _continuation.permute(greenlet)
                if other.is_pending():
                    return _continuation.permute(greenlet, other)
            except _continuation.error:     # outside of the callback
                pass

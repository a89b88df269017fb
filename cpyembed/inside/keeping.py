"""Runs on both sides: PyPy is told when the program may have taken SIGURG away (see
cpyembed/native/keeping.py)."""

import _signal
import functools


def begin(changed, names):
    """Wrap functions of this side's `_signal`. changed: PyPy's function to call; names: tuple of
    str."""
    for name in names:
        setattr(_signal, name, then_tell(getattr(_signal, name), changed))


def then_tell(function, changed):
    """`function`, and `changed` is called when it returns."""
    @functools.wraps(function)
    def called(*args, **keywords):
        try:
            return function(*args, **keywords)
        finally:
            changed()
    return called

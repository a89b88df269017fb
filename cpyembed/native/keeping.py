"""SIGURG, the signal by which a thread that keeps CPython's GIL is asked to drop it
(docs/threads.md): a program that blocks or handles it is noticed at once.

Without this it would be noticed a few milliseconds later where the program goes on calling
CPython, and not at all where it sleeps.
"""

import functools

import cpyembed

# What can take the signal away from its handler, on either side.
NAMES = ("signal", "pthread_sigmask")


def prepare():
    """Wrap the functions of both sides' `_signal`; once, when CPython has started."""
    import _signal

    from cpyembed import cside
    for name in NAMES:
        setattr(_signal, name, then_tell(getattr(_signal, name)))
    cside.function("keeping.begin")(cpyembed._signals_changed, NAMES)


def then_tell(function):
    """`function`, and the interpreter level is told when it returns."""
    changed = cpyembed._signals_changed

    @functools.wraps(function)
    def called(*args, **keywords):
        try:
            return function(*args, **keywords)
        finally:
            changed()
    return called

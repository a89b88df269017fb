"""SIGURG, the signal by which a thread that keeps CPython's GIL is asked to drop it
(docs/threads.md): a program that blocks or handles it is noticed at once.

Without this it would be noticed a few milliseconds later where the program goes on calling
CPython, and not at all where it sleeps.
"""

import cpyembed

# What can take the signal away from its handler, on either side.
NAMES = ("signal", "pthread_sigmask")


def prepare():
    """Wrap the functions of both sides' `_signal`; once, when CPython has started."""
    from cpyembed import cside
    from cpyembed.inside import keeping
    keeping.begin(cpyembed._signals_changed, NAMES)
    cside.function("keeping.begin")(cpyembed._signals_changed, NAMES)

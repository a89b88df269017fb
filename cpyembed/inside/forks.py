"""Runs in CPython: os.fork goes through PyPy's, so that the fork hooks of both sides run.

PyPy's GIL is then held by the thread that forks; without that the child hangs whenever another
PyPy thread was computing.
"""

import os


def begin(pypy):
    """Replace the functions that fork. pypy: PyPy's object with the callbacks."""
    for name in ("fork", "forkpty"):
        if hasattr(os, name):
            setattr(os, name, through(getattr(pypy, name), getattr(os, name)))


def through(in_pypy, original):
    def fork():
        return in_pypy()
    fork.__name__ = fork.__qualname__ = original.__name__
    fork.__doc__ = original.__doc__
    return fork

"""Runs in CPython: os.fork goes through PyPy's, so that the fork hooks of both sides run.

PyPy's GIL is then held by the thread that forks; without that the child hangs whenever another
PyPy thread was computing.
"""

import _imp
import functools
import os
from collections import deque


def begin(pypy):
    """Replace the functions that fork. pypy: PyPy's object with the callbacks."""
    for name in ("fork", "forkpty"):
        if hasattr(os, name):
            setattr(os, name, through(getattr(pypy, name), getattr(os, name)))
    if hasattr(os, "register_at_fork"):
        # What is registered first runs last: CPython takes its import lock right afterwards. No
        # frame of Python may lie in between, for it could let another thread have the GIL.
        os.register_at_fork(before=functools.partial(
            deque, UntilNobodyImports(pypy.let_imports_go_on), 0))


def through(in_pypy, original):
    def fork():
        return in_pypy()
    fork.__name__ = fork.__qualname__ = original.__name__
    fork.__doc__ = original.__doc__
    return fork


class UntilNobodyImports:
    """An iterable that ends when no other thread has CPython's import lock.

    A fork takes PyPy's import lock and then CPython's. Another thread may have CPython's and want
    PyPy's: what dies in the midst of an import may import in PyPy.
    step_back: function that gives PyPy's import lock back for a moment.
    """

    def __init__(self, step_back):
        self.step_back = step_back

    def __iter__(self):
        if _imp.lock_held() and is_own():
            return iter(())
        return map(lambda held: self.step_back(), iter(_imp.lock_held, False))


def is_own():
    """Whether it is this thread that has CPython's import lock."""
    try:
        _imp.release_lock()
    except RuntimeError:
        return False
    _imp.acquire_lock()
    return True

"""Runs in CPython: os.fork goes through PyPy's, so that the fork hooks of both sides run.

PyPy's GIL is then held by the thread that forks; without that the child hangs whenever another
PyPy thread was computing.
"""

import _imp
import os


def begin(pypy):
    """Replace the functions that fork. pypy: PyPy's object with the callbacks."""
    for name in ("fork", "forkpty"):
        if hasattr(os, name):
            setattr(os, name, through(getattr(pypy, name), getattr(os, name)))
    if hasattr(os, "register_at_fork"):
        # What is registered first runs last before the fork, and first after it.
        locks = ImportLocks(pypy)
        os.register_at_fork(before=locks.take, after_in_parent=locks.give,
                            after_in_child=locks.give)


def through(in_pypy, original):
    def fork():
        return in_pypy()
    fork.__name__ = fork.__qualname__ = original.__name__
    fork.__doc__ = original.__doc__
    return fork


class ImportLocks:
    """Both import locks, for a fork: CPython's first, as by whoever imports in PyPy amid an import.

    CPython takes its own right after the last at-fork function, and by then the fork has PyPy's. To
    look whether CPython's is free would not do: a thread that waited for it owns it before that can
    be seen. So it is taken here already; CPython's lock may be taken twice by the same thread.
    """

    def __init__(self, pypy):
        self.pypy = pypy
        self.taken = False      # by the thread that forks, while it has the lock

    def take(self):
        """Wait for CPython's lock with neither, and then for PyPy's."""
        had = self.pypy.give_import_lock()
        _imp.acquire_lock()
        self.taken = True
        if had:
            self.pypy.take_import_lock()

    def give(self):
        """Give CPython's back; PyPy's is given back by a hook of PyPy's own."""
        if self.taken:
            self.taken = False
            _imp.release_lock()

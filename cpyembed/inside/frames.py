"""Runs in CPython: `sys._getframe` goes on through PyPy's frames, in the order of the calls.

Code that looks at its caller (`df.query("x > @limit")`, a warning's stack level) finds the program.
Beyond CPython's last frame are PyPy's. Where a callback of PyPy's is under way, its frames come
between the CPython frames that it called and those that called it.
"""

import sys


def begin(pypy):
    """Replace `sys._getframe`. pypy: PyPy's object with the callbacks."""
    real = sys._getframe
    callers = pypy.callers() or list

    def _getframe(depth=0, /):
        frame, n = real(0).f_back, max(depth, 0)
        under_way = callers()
        for number, caller in enumerate(under_way):
            frame, n = outwards(frame, n, caller)
            if frame is not caller:
                return frame
            found, n = pypy.frame(n, number, False)
            if found is not None:
                return found
        frame, n = outwards(frame, n, None)
        if frame is None:
            frame, n = pypy.frame(n, len(under_way), True)
        if frame is None:
            raise ValueError("call stack is not deep enough")
        return frame
    _getframe.__doc__ = real.__doc__
    sys._getframe = _getframe


def outwards(frame, n, end):
    """The frame n frames further out, or `end` if that comes first; and how many are to go."""
    while n > 0 and frame is not end:
        frame = frame.f_back
        n -= 1
    return frame, n

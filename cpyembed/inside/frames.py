"""Runs in CPython: `sys._getframe` beyond the last CPython frame gives PyPy's frames.

Code that looks at its caller (`df.query("x > @limit")`, a warning's stack level) finds the program.
"""

import sys


def begin(pypy):
    """Replace `sys._getframe`. pypy: PyPy's object with the callbacks."""
    real = sys._getframe

    def _getframe(depth=0, /):
        frame = real(1)
        n = depth
        while n > 0 and frame is not None:
            frame = frame.f_back
            n -= 1
        if frame is not None:
            return frame
        found = pypy.frame(n)
        if found is None:
            raise ValueError("call stack is not deep enough")
        return found
    _getframe.__doc__ = real.__doc__
    sys._getframe = _getframe

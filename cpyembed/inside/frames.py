"""Runs in CPython: `sys._getframe` goes on through PyPy's frames, in the order of the calls.

Code that looks at its caller (`df.query("x > @limit")`, a warning's stack level) finds the program.
Beyond CPython's last frame are PyPy's. Where a callback of PyPy's is under way, its frames come
between the CPython frames that it called and those that called it.
"""

import sys

pypy = None
real = sys._getframe
callers = list


def begin(services):
    """Replace `sys._getframe`. services: PyPy's object with the callbacks."""
    global pypy, callers
    pypy = services
    callers = pypy.callers() or list

    def _getframe(depth=0, /):
        frame = outwards(real(0).f_back, max(depth, 0), callers())
        if frame is None:
            raise ValueError("call stack is not deep enough")
        return frame
    _getframe.__doc__ = real.__doc__
    sys._getframe = _getframe


def outwards(frame, n, under_way):
    """The frame of either side that lies n frames outwards from `frame`, or None.

    under_way: for each callback under way the frame that called PyPy, as `callers()` says.
    """
    for number, caller in enumerate(under_way):
        frame, n = within(frame, n, caller)
        if frame is not caller:
            return frame
        found, n = pypy.frame(n, number, False)
        if found is not None:
            return found
    frame, n = within(frame, n, None)
    if frame is None:
        frame, n = pypy.frame(n, len(under_way), True)
    return frame


def within(frame, n, end):
    """Likewise, or `end` if that comes first; and how many frames are to go."""
    while n > 0 and frame is not end:
        frame = frame.f_back
        n -= 1
    return frame, n


def meant(filename, line):
    """The frame of either side that code means which counted CPython's frames alone, from the
    caller outwards, and came to this line; or None if that is the right one."""
    under_way = callers()
    if not under_way:
        return None
    frame, n = real(1), 0
    while frame is not None and (frame.f_lineno != line or frame.f_code.co_filename != filename):
        frame = frame.f_back
        n += 1
    found = None if frame is None else outwards(real(1), n, under_way)
    return None if found is frame else found

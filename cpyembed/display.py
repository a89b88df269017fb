"""Pictures without a screen: where there is no display, Matplotlib's `show()` writes files.

Matplotlib itself would warn that its backend cannot show anything. The backend used instead is
`inside/file_backend.py`, which runs in CPython. A backend that the user chose (MPLBACKEND, a
matplotlibrc, `matplotlib.use`) is never replaced.
"""

import os
import sys


def has_display(environ=None):
    """Whether a window can be opened here (bool)."""
    environ = os.environ if environ is None else environ
    if sys.platform != "linux":
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def prepare():
    """Tell CPython, which has just started, to give Matplotlib the file backend when it is
    imported. Does nothing where there is a display, or where MPLBACKEND names a backend.
    """
    if has_display() or os.environ.get("MPLBACKEND"):
        return
    from cpyembed import cside
    cside.function("file_backend.install")()

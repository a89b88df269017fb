"""Pictures without a screen: where there is no display, Matplotlib's `show()` writes files.

Matplotlib itself would warn that its backend cannot show anything. The backend used instead is
`inside/file_backend.py`, which runs in CPython. A backend that the user chose (MPLBACKEND, a
matplotlibrc, `matplotlib.use`) is never replaced.
"""

import os
import sys

INSIDE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "inside")


def has_display(environ=None):
    """Whether a window can be opened here (bool)."""
    environ = os.environ if environ is None else environ
    if sys.platform != "linux":
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def prepare(import_module):
    """Tell CPython, which has just started, to give Matplotlib the file backend when it is
    imported. Does nothing where there is a display, or where MPLBACKEND names a backend.

    import_module: the function that imports a CPython module.
    """
    if has_display() or os.environ.get("MPLBACKEND"):
        return
    util = import_module("importlib.util")
    path = os.path.join(INSIDE, "file_backend.py")
    spec = util.spec_from_file_location("cpyembed_file_backend", path)
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.install(module)

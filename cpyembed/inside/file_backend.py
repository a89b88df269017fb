"""A Matplotlib backend for a machine without a display: `show()` writes PNG files and says where.

Runs in CPython. `install()` makes Matplotlib use it, when Matplotlib is imported and
nobody has chosen a backend.
"""

import os
import sys

from cpyembed_inside import after_import

NAME = __name__


def choose(matplotlib):
    """Make this module the backend, unless a configuration file named one."""
    # The dictionary itself, for asking rcParams would choose a backend.
    chosen = dict.__getitem__(matplotlib.rcParams, "backend")
    if not isinstance(chosen, str):
        matplotlib.use("module://" + NAME)


def install():
    """Choose this backend when Matplotlib is imported."""
    after_import.call("matplotlib", choose)


def file_name(number):
    """The first name of the form SCRIPT-figure-N.png that no earlier figure of this run has."""
    script = os.path.splitext(os.path.basename(sys.argv[0] or ""))[0]
    return "%s-figure-%d.png" % (script if script.strip("-") else "cpyembed", number)


def __getattr__(name):
    # Matplotlib is imported only when it asks for its backend.
    if name not in ("FigureCanvas", "FigureManager"):
        raise AttributeError(name)
    from matplotlib import _pylab_helpers
    from matplotlib.backend_bases import FigureManagerBase
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    class FileManager(FigureManagerBase):
        """Shows a figure by writing it."""

        def show(self):
            path = os.path.abspath(file_name(self.num))
            self.canvas.figure.savefig(path)
            print("no display: figure %s is in %s" % (self.num, path), flush=True)

        @classmethod
        def pyplot_show(cls, *, block=None):
            for manager in _pylab_helpers.Gcf.get_all_fig_managers():
                manager.show()
            # A window would be closed by now.
            _pylab_helpers.Gcf.destroy_all()

    class FileCanvas(FigureCanvasAgg):
        manager_class = FileManager

    globals().update(FigureCanvas=FileCanvas, FigureManager=FileManager)
    return globals()[name]

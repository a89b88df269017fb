"""Matplotlib's picture, Qt and GTK, where the CPython of the run has them.

Each in a program of its own: a window system's event loop wants the main thread.
"""

import glob
import os
import shutil
import subprocess
import textwrap

import pytest

import cpyembed

PICTURE = """
    import sys
    import matplotlib
    matplotlib.use("Agg")
    import numpy as np
    import matplotlib.pyplot as plt

    def steps(value, position):
        return "%d: %.2f" % (position, value)

    figure, (left, right) = plt.subplots(1, 2, figsize=(6, 3), dpi=80)
    xs = [i / 20 for i in range(100)]
    left.plot(xs, [x * x - 3 * x for x in xs], label="list \\u00e9")
    left.plot(np.arange(100) / 20, np.sin(np.arange(100) / 5), "--", label="array")
    left.yaxis.set_major_formatter(steps)
    left.annotate("here", xy=(1.5, -2.25), xytext=(2, 4), arrowprops={"arrowstyle": "->"})
    left.legend(loc="upper left")
    right.imshow([[(i * j) % 7 for i in range(20)] for j in range(20)], cmap="viridis")
    right.set_title("$\\\\sum_i x_i^2$")
    figure.tight_layout()
    figure.savefig(sys.argv[1])
"""
INSTALLED = """
import cpyembed
cpyembed.install("matplotlib", "numpy")
"""

COMPARISON = """
def difference(first, second):
    import matplotlib.image
    import numpy
    a, b = matplotlib.image.imread(first), matplotlib.image.imread(second)
    if a.shape != b.shape:
        return "shapes %s and %s" % (a.shape, b.shape)
    return int((a != b).any(axis=2).sum()), len(numpy.unique(a.reshape(-1, a.shape[2]), axis=0))
"""

QT = """
    import cpyembed
    cpyembed.install("PySide6")
    from PySide6.QtCore import QPoint, Qt, QTimer, Signal
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QPushButton, QWidget

    class Counter(QWidget):
        counted = Signal(int)

        def __init__(self, step):
            super().__init__()
            self.step, self.count, self.painted, self.pressed = step, 0, 0, []
            self.button = QPushButton("count", self)
            self.button.clicked.connect(self.add)
            self.resize(200, 100)

        def add(self):
            self.count += self.step
            self.counted.emit(self.count)

        def paintEvent(self, event):
            self.painted += 1
            super().paintEvent(event)

        def mousePressEvent(self, event):
            self.pressed.append(event.position().toPoint().x())

    application = QApplication(["counter"])
    counter = Counter(3)
    assert isinstance(counter, QWidget) and isinstance(counter, Counter)
    seen, ticks = [], []
    counter.counted.connect(seen.append)
    counter.show()

    def click():
        counter.button.click()
        QTest.mouseClick(counter.button, Qt.MouseButton.LeftButton)
        QTest.mouseClick(counter, Qt.MouseButton.LeftButton, pos=QPoint(150, 90))

    def tick():
        ticks.append(len(ticks))
        if len(ticks) == 5:
            application.exit(7)

    QTimer.singleShot(0, click)
    timer = QTimer()
    timer.timeout.connect(tick)
    timer.start(20)
    status = application.exec()
    timer.stop()
    print(status, counter.count, seen, counter.painted > 0, counter.pressed, len(ticks))
"""

GTK = """
    import cpyembed
    gi = cpyembed.import_module("gi")
    gi.require_version("Gtk", "3.0")
    from cpyembed.lib.gi.repository import GLib, Gtk

    clicks, ticks = [], []
    window = Gtk.Window(title="counter")
    button = Gtk.Button(label="count")
    window.add(button)

    def clicked(widget, word):
        clicks.append((widget.get_label(), word))

    def tick():
        ticks.append(1)
        button.clicked()
        if len(ticks) == 3:
            window.destroy()
        return len(ticks) < 3

    button.connect("clicked", clicked, "word")
    window.connect("destroy", lambda widget: Gtk.main_quit())
    window.show_all()
    GLib.timeout_add(20, tick)
    Gtk.main()
    print(clicks, len(ticks))
"""


def has(module):
    """Whether the CPython of this run can find `module` (str)."""
    return cpyembed.import_module("importlib.util").find_spec(module) is not None


def finished(done):
    """The output of a program that has ended well."""
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.timeout(200)
def test_matplotlib_draws_what_cpython_draws(program, define, tmp_path):
    if not has("matplotlib"):
        pytest.skip("the CPython of this run has no matplotlib")
    code = textwrap.dedent(PICTURE)
    ours, theirs = str(tmp_path / "ours.png"), str(tmp_path / "theirs.png")
    finished(program(INSTALLED + code, ours, timeout=120))
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    finished(subprocess.run([cpyembed.info()["executable"], "-c", code, theirs], env=env,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
    different, colours = define(COMPARISON)["difference"](ours, theirs)
    assert colours > 20, "there is nothing in the picture"
    assert different == 0, "%d pixels are not CPython's" % different


@pytest.mark.timeout(100)
def test_qt_widget_of_pypy_clicked_and_ended_by_a_timer(program, tmp_path):
    if not has("PySide6"):
        pytest.skip("the CPython of this run has no PySide6")
    done = program(textwrap.dedent(QT), timeout=80, env={
        "QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(tmp_path)})
    if "libEGL" in done.stderr or "libGL" in done.stderr:
        pytest.skip("Qt lacks a library of the system: " + done.stderr.strip().split("\n")[-1])
    assert finished(done) == "7 6 [3, 6] True [150] 5"


def gtk_environment(folder):
    """What finds PyGObject: {} if CPython does by itself; else, if Debian's is of the same version
    of CPython, a folder (Path) with a link to it. Skips the test if there is none."""
    if has("gi"):
        return {}
    tag = "cpython-%d%d-" % tuple(cpyembed.import_module("sys").version_info)[:2]
    for found in glob.glob("/usr/lib/python3/dist-packages/gi/_gi.%s*.so" % tag):
        (folder / "gi").symlink_to(os.path.dirname(found))
        return {"CPYEMBED_PYTHONPATH": str(folder)}
    pytest.skip("the CPython of this run has no gi (PyGObject)")


@pytest.mark.timeout(150)
def test_gtk_button_of_a_pypy_function_under_xvfb(program, tmp_path):
    env = dict(gtk_environment(tmp_path), NO_AT_BRIDGE="1", GDK_BACKEND="x11")
    screen = shutil.which("xvfb-run")
    if screen is None:
        pytest.skip("there is no Xvfb on this machine")
    version = "import cpyembed; cpyembed.import_module('gi').require_version('Gtk', '3.0')"
    probe = program(version, env=env)
    if "Namespace Gtk not available" in probe.stderr:
        pytest.skip("there is no GTK 3 for PyGObject on this machine (gir1.2-gtk-3.0)")
    done = program(textwrap.dedent(GTK), before=[screen, "-a"], timeout=80, env=env)
    assert finished(done) == "[%s] 3" % ", ".join(["('count', 'word')"] * 3)

"""The program of December 2011, end to end, without a display and with one."""

import os
import shutil
import struct
import subprocess
import sys
import time

import pytest
from both_sides import library
from support import ROOT, environment

import cpyembed

PROGRAM = ROOT / "examples" / "plot_2011.py"

# The same program in CPython alone.
REFERENCE = """
import sys
import matplotlib
matplotlib.use("agg")
import numpy
import pylab
a = numpy.arange(100, dtype=int)
pylab.plot(a, numpy.sin(a))
pylab.savefig(sys.argv[1])
"""


@pytest.fixture(scope="module")
def pyplot():
    return library("matplotlib")


def draw(folder, **changes):
    """Run the program in `folder`; what came of it."""
    return subprocess.run([sys.executable, str(PROGRAM)], cwd=folder, timeout=120,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          env=environment(DISPLAY=None, WAYLAND_DISPLAY=None, MPLBACKEND=None,
                                          **changes))


@pytest.fixture(scope="module")
def picture(tmp_path_factory, pyplot):
    """The picture that the program writes without a display."""
    folder = tmp_path_factory.mktemp("demo")
    done = draw(folder)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    files = list(folder.glob("*.png"))
    assert len(files) == 1
    assert str(files[0]) in done.stdout, "it does not say where the picture is"
    return files[0]


def test_without_a_display_it_writes_a_png(picture):
    data = picture.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", data[16:24]) == (640, 480)
    assert 5_000 < len(data) < 200_000


def test_the_picture_is_the_one_that_cpython_draws(picture, tmp_path, define):
    reference = tmp_path / "reference.png"
    subprocess.run([cpyembed.info()["executable"], "-c", REFERENCE, str(reference)], check=True,
                   timeout=120, env=environment(PYTHONPATH=None))
    compare = define("""
        import matplotlib.image
        import numpy
        def compare(first, second):
            a, b = matplotlib.image.imread(first), matplotlib.image.imread(second)
            assert a.shape == b.shape, (a.shape, b.shape)
            dark = int((a[:, :, :3].min(axis=2) < 0.5).sum())
            return dark, float((abs(a - b).max(axis=2) > 0.02).mean())
    """)["compare"]
    dark, different = compare(str(picture), str(reference))
    assert dark > 3000, "the picture is blank"
    assert different < 0.001


@pytest.fixture
def screen(pyplot):
    """The DISPLAY (str) of an X server of its own."""
    for name in ("Xvfb", "xdotool", "xwininfo"):
        if shutil.which(name) is None:
            pytest.skip("no %s (Debian: xvfb, xdotool, x11-utils)" % name)
    try:
        cpyembed.import_module("tkinter")
    except ImportError:
        pytest.skip("the CPython of this run has no tkinter (Debian: python3-tk)")
    reading, writing = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(writing), "-screen", "0", "1024x768x24",
                               "-nolisten", "tcp"], pass_fds=[writing],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as stream:
            number = stream.readline().strip()
        assert number, "Xvfb did not start"
        yield ":" + number
    finally:
        server.terminate()
        server.wait(10)


def x(display, *command):
    """What an X client prints (str); empty if it fails."""
    return subprocess.run(command, env=environment(DISPLAY=display), capture_output=True,
                          text=True, timeout=30).stdout


def window_of(display, process, seconds=60):
    """The id (str) of the visible window "Figure 1", which `process` is to open."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, "it ended before it opened a window: %s" % (
            process.communicate()[1])
        found = x(display, "xdotool", "search", "--onlyvisible", "--name", "Figure 1").split()
        if found:
            return found[0]
        time.sleep(0.2)
    raise AssertionError("no window after %d s" % seconds)


def test_with_a_display_show_opens_a_window_and_returns_when_it_is_closed(screen, tmp_path):
    process = subprocess.Popen([sys.executable, str(PROGRAM)], cwd=tmp_path,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True,
                               # Not Qt, which ends the process where it lacks a library of X.
                               env=environment(DISPLAY=screen, WAYLAND_DISPLAY=None,
                                               MPLBACKEND="TkAgg"))
    try:
        window = window_of(screen, process)
        facts = x(screen, "xwininfo", "-id", window)
        assert "Map State: IsViewable" in facts
        width = int(facts.split("Width:")[1].split()[0])
        height = int(facts.split("Height:")[1].split()[0])
        assert width >= 640 and height >= 480
        time.sleep(1)
        assert process.poll() is None, "show() returned while the window was open"
        x(screen, "xdotool", "windowfocus", "--sync", window, "key", "q")
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 0, errors
        assert not list(tmp_path.glob("*.png")), "with a display no file is written"
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()

"""`make demo`: the program of December 2011, on the native build, else on a stock PyPy."""

import os

from tools import debian, engines, process
from tools.console import Failure, exit_with, say
from translation.paths import CHECKOUT

PROGRAM = CHECKOUT / "examples" / "plot_2011.py"
ROOM = CHECKOUT / "build" / "demo"


def main():
    """Draw the plot; returns an exit status (int). Raises Failure."""
    has_display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    build = engines.native()
    if build is None:
        say("native engine: " + engines.why_not_native())
        build = engines.linked()
    if build is not None:
        command, python, env = on_native(build)
    else:
        command, python, env = on_stock_pypy()
    if has_display and python.startswith("/usr/bin/"):
        debian.install(["python3-tk"], "a window", optional=True)
    env["CPYEMBED_PYTHON"] = str(engines.cpython_environment(python))
    return draw(command, env, has_display)


def on_native(build):
    """(command, CPython to make the environment of, environment) for a Native build."""
    state = "" if build.exact else ", of another state of the tree"
    say("engine: native (%s%s), CPython %s" % (build.executable, state, build.version))
    return [build.executable, PROGRAM], build.python, process.clean_environment()


def on_stock_pypy():
    """The same for the engine that needs no build."""
    pypy = engines.stock_pypy()
    say("engine: preload, on %s (no build needed; `import numpypy` is CPython's NumPy there)"
        % pypy)
    env = process.clean_environment(PYTHONPATH=CHECKOUT)
    return [pypy, "-m", "cpyembed", PROGRAM], engines.shared_cpython().executable, env


def draw(command, env, has_display):
    """Run the program in a folder of its own and say where the picture is; exit status (int)."""
    ROOM.mkdir(parents=True, exist_ok=True)
    for old in ROOM.glob("*.png"):
        old.unlink()
    say("running examples/plot_2011.py" + ("; close the window to end it" if has_display else ""))
    status = process.run(command, cwd=ROOM, env=env)
    if status != 0:
        raise Failure("examples/plot_2011.py " + process.described(status))
    pictures = sorted(ROOM.glob("*.png"))
    if pictures:
        say("the picture: %s" % pictures[0])
    elif not has_display:
        raise Failure("examples/plot_2011.py ended well and drew nothing")
    return 0


if __name__ == "__main__":
    exit_with(main)

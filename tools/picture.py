"""Makes docs/images/plot_2011.png: the window that the program of 2011 opens on the native build.

    python3 -m tools.picture
"""

import os
import subprocess
import time

from tools import debian, engines, process
from tools.console import Failure, exit_with, say
from tools.demo import PROGRAM
from translation.paths import CHECKOUT

PICTURE = CHECKOUT / "docs" / "images" / "plot_2011.png"


def main():
    """Take the picture; returns an exit status (int). Raises Failure."""
    debian.install(["xvfb", "xdotool", "imagemagick", "python3-tk"], "a window")
    build = engines.native() or engines.linked()
    if build is None:
        raise Failure("there is no native build to take a picture of: " + engines.why_not_native())
    python = engines.cpython_environment(build.python)
    reading, writing = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(writing), "-screen", "0", "1024x768x24",
                               "-nolisten", "tcp"], pass_fds=[writing],
                              stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as stream:
            env = process.clean_environment(DISPLAY=":" + stream.readline().strip(),
                                            CPYEMBED_PYTHON=python, MPLBACKEND=None)
        take([build.executable, PROGRAM], env)
    finally:
        server.terminate()
        server.wait()
    say("the picture: %s" % PICTURE)
    return 0


def take(command, env):
    """Run the program, photograph its window, and close it. Raises Failure."""
    program = subprocess.Popen([str(word) for word in command], env=env)
    try:
        window = wait_for_window(program, env)
        time.sleep(2)  # until it is drawn
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["import", "-window", window, str(PICTURE)], env=env, check=True)
        subprocess.run(["xdotool", "windowfocus", "--sync", window, "key", "q"], env=env,
                       check=True)
        if program.wait(30) != 0:
            raise Failure("the program %s" % process.described(program.returncode))
    finally:
        if program.poll() is None:
            program.kill()
            program.wait()


def wait_for_window(program, env, seconds=60):
    """The id (str) of the window "Figure 1". Raises Failure."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and program.poll() is None:
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "Figure 1"],
                               env=env, capture_output=True, text=True).stdout.split()
        if found:
            return found[0]
        time.sleep(0.2)
    raise Failure("the program opened no window")


if __name__ == "__main__":
    exit_with(main)

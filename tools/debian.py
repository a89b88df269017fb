"""Debian packages: which are missing, installed when we are root, named otherwise."""

import os
import shutil
import subprocess

from tools import process
from tools.console import Failure, say


def is_installed(package):
    """Whether dpkg says that `package` (str) is installed (bool)."""
    if shutil.which("dpkg-query") is None:
        return False
    answer = subprocess.run(["dpkg-query", "-W", "-f", "${Status}", package],
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, text=True)
    return answer.stdout.endswith(" installed")


def install(packages, why, optional=False):
    """Make sure that `packages` (list of str) are there; `why` (str) says what for.

    Returns whether they are (bool). Raises Failure, with the line to run, if they are not and
    not `optional`.
    """
    wanted = [package for package in packages if not is_installed(package)]
    if not wanted:
        return True
    line = "apt-get install " + " ".join(wanted)
    if shutil.which("apt-get") is None:
        return _cannot("%s needs packages that Debian calls %s" % (why, " ".join(wanted)),
                       optional)
    if os.geteuid() != 0:
        return _cannot("%s needs: sudo %s" % (why, line), optional)
    say("%s: %s" % (why, line))
    command = ["apt-get", "install", "-y", "--no-install-recommends", *wanted]
    if _apt(command) == 0:
        return True
    # The lists may be missing or old.
    _apt(["apt-get", "update"])
    status = _apt(command)
    if status != 0:
        return _cannot("`%s` %s" % (line, process.described(status)), optional)
    return True


def _apt(command):
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    with open(os.devnull, "w") as nowhere:
        return process.run(command, limit=900, env=env, output=nowhere)


def _cannot(problem, optional):
    if not optional:
        raise Failure(problem)
    say("left out: " + problem)
    return False

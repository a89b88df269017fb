"""A program that takes part: how it is started, what it can do, or why it is absent."""

import subprocess
import tempfile
from dataclasses import dataclass, field

from tools import process
from translation.paths import CHECKOUT

BENCH = CHECKOUT / "bench"
LIBRARIES = "libraries.txt"


@dataclass
class Program:
    """One program.

    name: str; command: list of str, to be followed by the words that worker.py takes, or None if
    it is absent; version: str, or the reason why it is absent; environment: dict; works: set of the
    works (str) that it has; alone: list of str, what starts the interpreter around CPython and
    nothing else, or None; empty: list of str, what starts CPython in it as well, or None; numpy:
    list of str, what imports NumPy besides, or None;
    script: list of str, to be followed by a Python program and its arguments, or None; note: str,
    what one must know to read its figures.
    """

    name: str
    command: object
    version: str
    environment: object = None
    works: object = field(default_factory=set)
    alone: object = None
    empty: object = None
    numpy: object = None
    script: object = None
    note: str = ""

    def run(self, words, limit):
        """(status, list of str: the lines that it printed) of one run, ended after `limit`
        seconds (float) with all that it started."""
        return run(self.command + list(words), self.environment, limit)


def run(command, environment, limit):
    """(status, list of str: the lines of its output and of its complaints) of a command."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        # Not from the checkout: R takes its pyproject.toml for the project's.
        status = process.run(command, limit, tempfile.gettempdir(), environment, output)
        output.seek(0)
        return status, output.read().splitlines()


def absent(name, reason):
    """The Program that is not there; reason: str or exception."""
    return Program(name, None, str(reason).strip().splitlines()[0] if str(reason).strip() else "?")


def asked(command, code, environment=None):
    """What a Python prints for `code` (str)."""
    return subprocess.check_output(command + ["-c", code], text=True, stdin=subprocess.DEVNULL,
                                   env=environment).strip()


def pypy_version(executable, environment):
    """What a PyPy says that it is (str)."""
    return asked([executable], "import sys; print('PyPy %d.%d.%d, Python %d.%d.%d' % "
                               "(sys.pypy_version_info[:3] + sys.version_info[:3]))", environment)

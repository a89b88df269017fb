"""The programs that take part: the command of each, or why it is absent."""

import os
import shutil
import subprocess

from bench.rows import CPYTHON, NATIVE, PRELOAD, C
from tools import engines, process
from tools.console import Failure
from translation.paths import CHECKOUT

BENCH = CHECKOUT / "bench"
LIBRARIES = "libraries.txt"


class Program:
    """One program.

    name: str; command: list of str, to be followed by the work's arguments, or None if it is
    absent; version: str, or the reason why it is absent; environment: dict.
    """

    def __init__(self, name, command, version, environment=None):
        self.name = name
        self.command = command
        self.version = version
        self.environment = environment

    def run(self, arguments, limit):
        """The two words (list of str) that it prints. Raises Failure."""
        try:
            done = subprocess.run(self.command + arguments, env=self.environment, timeout=limit,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True)
        except subprocess.TimeoutExpired:
            raise Failure("more than %d s" % limit) from None
        words = done.stdout.split()
        if done.returncode != 0 or len(words) != 2:
            last = (done.stderr.strip().splitlines() or [""])[-1]
            raise Failure("%s: %s" % (process.described(done.returncode), last))
        return words


def find(folder):
    """The four Programs; the C program is compiled into `folder` (Path)."""
    build = engines.native() or engines.linked()
    base = build.python if build else engines.shared_cpython().executable
    python = str(engines.cpython_environment(base, LIBRARIES))
    return [_floor(base, folder), _cpython(python), _native(build, python), _preload(python)]


def _asked(command, code, environment=None):
    return subprocess.check_output(command + ["-c", code], text=True, env=environment).strip()


def _floor(base, folder):
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    if not compiler:
        return Program(C, None, "no C compiler")
    query = ("import sysconfig as s; v = s.get_config_var; "
             "print(s.get_path('include'), v('LIBDIR'), v('LDVERSION'))")
    include, libdir, version = _asked([base], query).split()
    floor = str(folder / "floor")
    command = [compiler, "-O2", "-fno-tree-vectorize", "-Wall", "-o", floor, str(BENCH / "floor.c"),
               "-I" + include, "-L" + libdir, "-lpython" + version, "-Wl,-rpath," + libdir]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        return Program(C, None, "floor.c does not compile: " + done.stdout.strip()[-200:])
    text = subprocess.check_output([compiler, "--version"], text=True).splitlines()[0]
    environment = process.clean_environment(PYTHONHOME=_asked([base],
                                                              "import sys; print(sys.prefix)"))
    return Program(C, [floor], text + ", -O2 -fno-tree-vectorize, libpython of the CPython below",
                   environment)


def _cpython(python):
    version = _asked([python], "import platform, numpy, scipy; print('CPython %s, NumPy %s, SciPy "
                               "%s' % (platform.python_version(), numpy.__version__, "
                               "scipy.__version__))", process.clean_environment())
    return Program(CPYTHON, [python, str(BENCH / "work.py")], version, process.clean_environment())


_VERSION = "import sys; print('PyPy %d.%d.%d, Python %d.%d.%d' % (sys.pypy_version_info[:3] + " \
           "sys.version_info[:3]))"


def _native(build, python):
    if build is None:
        return Program(NATIVE, None, "no build: ./translate.sh makes one")
    executable = str(build.executable)
    environment = process.clean_environment(CPYEMBED_PYTHON=python)
    try:
        version = _asked([executable], _VERSION, environment)
    except (OSError, subprocess.CalledProcessError) as problem:
        return Program(NATIVE, None, "the build does not run: %s" % problem)
    return Program(NATIVE, [executable, str(BENCH / "work.py")], version, environment)


def _preload(python):
    try:
        pypy = engines.stock_pypy()
    except Failure as problem:
        return Program(PRELOAD, None, str(problem))
    environment = process.clean_environment(CPYEMBED_PYTHON=python, PYTHONPATH=str(CHECKOUT))
    version = _asked([pypy], _VERSION, environment)
    return Program(PRELOAD, [pypy, "-m", "cpyembed", str(BENCH / "work.py")], version, environment)

"""The programs that section 8 compares: C with libpython, CPython, and the two engines."""

import os
import shutil
import subprocess
from pathlib import Path

from bench import curves, rows
from bench.names import CPYTHON, NATIVE, PRELOAD, C
from bench.programs import BENCH, LIBRARIES, Program, absent, asked, pypy_version
from tools import engines, process
from tools.console import Failure
from translation.paths import CHECKOUT

WORKER = str(BENCH / "worker.py")
_START = "import cpyembed; cpyembed.start()"
_IMPORT = "import cpyembed; cpyembed.import_module('numpy')"


def native(executable):
    """The engines.Native whose executable is `executable` (str); without one, the build of this
    tree or the one that bin/ leads to; or None. Raises Failure."""
    if executable is None:
        return engines.native() or engines.linked()
    try:
        python = asked([executable], "import cpyembed; print(cpyembed.info()['executable'])",
                       process.clean_environment())
    except (OSError, subprocess.CalledProcessError) as problem:
        raise Failure("%s is no native build that runs: %s" % (executable, problem)) from None
    return engines.Native(Path(executable), python, "", False)


def base_and_libraries(build):
    """(path of the CPython without an environment, path of its environment with the libraries),
    for an engines.Native or None."""
    base = build.python if build else engines.shared_cpython().executable
    return base, str(engines.cpython_environment(base, LIBRARIES))


def find(build, folder):
    """The four Programs; the C program is compiled into `folder` (Path). build: engines.Native, or
    None."""
    base, python = base_and_libraries(build)
    return [_floor(base, folder), _cpython(python), _native(build, python), _preload(python)]


def _floor(base, folder):
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    if not compiler:
        return absent(C, "no C compiler")
    query = ("import sysconfig as s; v = s.get_config_var; "
             "print(s.get_path('include'), v('LIBDIR'), v('LDVERSION'))")
    include, libdir, version = asked([base], query).split()
    floor = str(folder / "floor")
    command = [compiler, "-O2", "-fno-tree-vectorize", "-Wall", "-o", floor, str(BENCH / "floor.c"),
               "-I" + include, "-L" + libdir, "-lpython" + version, "-Wl,-rpath," + libdir]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        return absent(C, "floor.c does not compile: " + " ".join(done.stdout.split())[-200:])
    text = subprocess.check_output([compiler, "--version"], text=True).splitlines()[0]
    environment = process.clean_environment(PYTHONHOME=asked([base],
                                                             "import sys; print(sys.prefix)"))
    return Program(C, [floor], text + ", -O2 -fno-tree-vectorize, libpython of the CPython below",
                   environment, rows.IN_C, empty=[floor, "0", "0", "0"],
                   note="calls through libpython with CPython's GIL kept; loops without "
                        "vectorisation")


def _cpython(python):
    environment = process.clean_environment()
    version = asked([python], "import platform, numpy, scipy; print('CPython %s, NumPy %s, SciPy "
                              "%s' % (platform.python_version(), numpy.__version__, "
                              "scipy.__version__))", environment)
    return Program(CPYTHON, [python, WORKER], version, environment, curves.OF_CPYTHON,
                   alone=[python, "-c", "pass"], empty=[python, "-c", "pass"],
                   numpy=[python, "-c", "import numpy"],
                   script=[python], note="where a value would cross, it makes the value anew")


def _native(build, python):
    if build is None:
        return absent(NATIVE, "no build: ./translate.sh makes one")
    executable = str(build.executable)
    environment = process.clean_environment(CPYEMBED_PYTHON=python)
    try:
        version = pypy_version(executable, environment)
    except (OSError, subprocess.CalledProcessError) as problem:
        return absent(NATIVE, "the build does not run: %s" % problem)
    return Program(NATIVE, [executable, WORKER], version, environment, curves.OF_ENGINES,
                   alone=[executable, "-c", "pass"], empty=[executable, "-c", _START],
                   numpy=[executable, "-c", _IMPORT], script=[executable])


def _preload(python):
    try:
        pypy = engines.stock_pypy()
    except Failure as problem:
        return absent(PRELOAD, problem)
    environment = process.clean_environment(CPYEMBED_PYTHON=python, PYTHONPATH=str(CHECKOUT))
    version = pypy_version(pypy, environment)
    start = [pypy, "-m", "cpyembed"]
    return Program(PRELOAD, [*start, WORKER], version, environment,
                   curves.OF_ENGINES - curves.OF_NUMPYPY, alone=[pypy, "-c", "pass"],
                   empty=[*start, "-c", _START], numpy=[*start, "-c", _IMPORT], script=start)

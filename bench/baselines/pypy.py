"""The baselines on a stock PyPy: libraries through cpyext, and pipes to a CPython process."""

from bench import curves
from bench.names import CPYEXT, EXECNET, SHARED_MEMORY
from bench.programs import BENCH, Program, asked, pypy_version
from tools import engines, process

VENV = ["pypy3-venv"]
# PyPI has no wheel of Pillow, which Matplotlib needs, for the PyPy of Debian 12.
PILLOW = ["pypy3-dev", "gcc", "libc6-dev", "libjpeg-dev", "zlib1g-dev"]
PIPE = str(BENCH / "baselines" / "pipe.py")
WORKS = {"arguments", "kinds", "str-to", "str-from", "list-to", "list-from", "dict-to", "dict-from",
         "array-to", "array-from", "callbacks", "exceptions", "references", "nesting-to",
         "nesting-from"}


def cpyext(means, _base, _python, _folder):
    """Stock PyPy with NumPy through cpyext."""
    pypy = means.environment(engines.stock_pypy(), "cpython.txt", "cpyext", "", VENV, PILLOW)
    environment = process.clean_environment()
    numpy = asked([pypy], "import numpy; print(numpy.__version__)", environment)
    version = "%s, NumPy %s" % (pypy_version(pypy, environment), numpy)
    return Program(CPYEXT, [pypy, str(BENCH / "worker.py")], version, environment,
                   curves.OF_CPYEXT, alone=[pypy, "-c", "pass"], empty=[pypy, "-c", "pass"],
                   numpy=[pypy, "-c", "import numpy"], script=[pypy],
                   note="nothing crosses, so that it has only what NumPy does; PyPI has no wheel "
                        "of SciPy, pandas or scikit-learn for it")


def execnet(means, _base, python, _folder):
    """A CPython process behind a pipe, by pickles through execnet."""
    return _pipe(means, python, EXECNET, "execnet", "import execnet; print(execnet.__version__)",
                 "execnet %s, pickles of protocol 4, from %s", WORKS)


def shared_memory(means, _base, python, _folder):
    """A CPython process behind a pipe, with shared memory for what is large."""
    return _pipe(means, python, SHARED_MEMORY, "memory", "print(0)",
                 "multiprocessing.shared_memory%.0s, from %s", WORKS)


def _pipe(means, python, name, transport, code, version, works):
    pypy = means.environment(engines.stock_pypy(), "pipe.txt", "pipe", "", VENV)
    environment = process.clean_environment()
    version = version % (asked([pypy], code, environment), pypy_version(pypy, environment))
    command = [pypy, PIPE, transport, python]
    return Program(name, command, version, environment, works, alone=[pypy, "-c", "pass"],
                   empty=[*command, "0", "0", "0"], numpy=[*command, "0", "0", "0", "import-numpy"],
                   note="memory is that of PyPy's process alone; an exception is a message; "
                        "objects stay on the other side, under a number")

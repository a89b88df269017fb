"""The executable of a build: launcher.c, which says what is missing when libpypy does not load."""

import os
from pathlib import Path

from translation import deps, release, translate
from translation.errors import DriverError

SOURCE = Path(__file__).with_name("launcher.c")
NAME = f"pypy{release.PYTHON_VERSION}"


def make(folder, cpython, runner):
    """Compile it for ``cpython`` (cpython.CPython) into ``folder`` (Path), in place of PyPy's own.

    Raises child.Failed, DriverError.
    """
    compiler = deps.compiler()
    if compiler is None:
        raise DriverError("there is no C compiler", "apt-get install gcc")
    fresh = folder / (NAME + ".new")
    definitions = {"LIBPYPY": translate.LIBRARY, "LIBPYTHON": cpython.libpython,
                   "VERSION": ".".join(cpython.version.split(".")[:2])}
    runner.run([compiler, "-O2", "-s", "-Wl,-rpath,$ORIGIN/",
                *(f"-D{name}={_literal(value)}" for name, value in definitions.items()),
                "-o", str(fresh), str(SOURCE), "-ldl"], "the executable")
    os.replace(fresh, folder / NAME)
    (folder / (NAME + ".debug")).unlink(missing_ok=True)


def _literal(text):
    """A C string literal (str)."""
    data = os.fsencode(text)
    return '"' + "".join(f"\\{byte:03o}" if byte in b'"\\?' or not 32 <= byte < 127 else chr(byte)
                         for byte in data) + '"'

"""The CPython that is built in: which one, and whether it can be.

The interpreter itself is asked; nothing is guessed from its name.
"""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass

from translation.errors import DriverError

OLDEST, NEWEST = (3, 9), (3, 13)
SYSTEM_PYTHON = "/usr/bin/python3"

# Runs inside the candidate, so it must not need more than any Python 3 has.
_PROBE = r"""
import json, platform, sys, sysconfig
get = sysconfig.get_config_var
print("\n" + json.dumps({
    "implementation": platform.python_implementation(),
    "version_info": list(sys.version_info[:3]),
    "version": sys.version.split()[0],
    "executable": sys.executable,
    "base": getattr(sys, "_base_executable", None),
    "base_prefix": getattr(sys, "base_prefix", sys.prefix),
    "debug": hasattr(sys, "gettotalrefcount") or bool(get("Py_DEBUG")),
    "free_threaded": bool(get("Py_GIL_DISABLED")),
    "shared": bool(get("Py_ENABLE_SHARED")),
    "instsoname": get("INSTSONAME") or "",
    "ldversion": get("LDVERSION") or get("VERSION") or "",
    "libdir": get("LIBDIR") or "",
    "libpl": get("LIBPL") or "",
    "multiarch": get("MULTIARCH") or "",
    "include": sysconfig.get_paths()["include"],
    "platinclude": sysconfig.get_paths()["platinclude"],
}))
"""


@dataclass(frozen=True)
class CPython:
    """A CPython that can be built in.

    ``executable``: str, never a shim or a virtual environment; ``version``: str such as
    "3.11.2"; ``libpython``: str, the real path; ``include``: str, the folder of Python.h.
    """

    executable: str
    version: str
    libpython: str
    include: str

    @property
    def short(self):
        """"3.11" (str)."""
        return ".".join(self.version.split(".")[:2])


@dataclass(frozen=True)
class Problem:
    """Why a candidate cannot be used.

    ``package``: the Debian package that mends it (str), or "" when none does.
    """

    message: str
    remedy: str
    package: str = ""

    def error(self):
        """The same as a DriverError."""
        return DriverError(self.message, self.remedy)


def choose(wanted=None):
    """The CPython to build in, or the Problem with it.

    ``wanted``: what --python says (str), or None: python3 on PATH if it can be used, else the
    system's.  Returns CPython or Problem.
    """
    if wanted:
        path = shutil.which(os.path.expanduser(wanted))
        if path is None:
            return Problem(
                f"--python {wanted}: there is no such executable",
                "Name a CPython 3.9 to 3.13, for instance --python /usr/bin/python3.",
            )
        return examine(path)
    candidates = []
    for path in (shutil.which("python3"), SYSTEM_PYTHON):
        if path and os.access(path, os.X_OK) and path not in candidates:
            candidates.append(path)
    if not candidates:
        return Problem("there is no python3", "Install one: apt-get install python3-dev",
                       "python3-dev")
    problems = []
    for path in candidates:
        result = examine(path)
        if isinstance(result, CPython):
            return result
        problems.append(result)
    # The system's is the one that a package can mend.
    return next((problem for problem in reversed(problems) if problem.package), problems[0])


def examine(path):
    """Ask the executable at ``path`` (str) what it is.  Returns CPython or Problem."""
    facts = _ask(path)
    if isinstance(facts, Problem):
        return facts
    base = facts["base"]
    if base and base != facts["executable"] and os.access(base, os.X_OK):
        # A virtual environment can vanish; the interpreter below it is what gets linked.
        facts = _ask(base)
        if isinstance(facts, Problem):
            return facts
    executable, version = facts["executable"], facts["version"]
    if facts["implementation"] != "CPython":
        return Problem(f"{path} is {facts['implementation']}, not CPython",
                       "Name a CPython 3.9 to 3.13 with --python.")
    pair = tuple(facts["version_info"][:2])
    if not OLDEST <= pair <= NEWEST:
        return Problem(f"{executable} is CPython {version}; supported are 3.9 to 3.13",
                       "Name another with --python.")
    if facts["debug"]:
        return Problem(
            f"{executable} is a debug build of CPython {version}: wheels do not fit it",
            "Name a release build with --python (one configured without --with-pydebug).")
    if facts["free_threaded"]:
        return Problem(
            f"{executable} is a free-threaded build of CPython {version}: not supported yet",
            "Name a build with a GIL with --python (one configured without --disable-gil).")
    return _with_files(facts)


def _ask(path):
    """The facts (dict) that the executable tells of itself, or a Problem."""
    # -I: neither PYTHONPATH nor the current folder may answer in its place.
    try:
        answer = subprocess.run([path, "-I", "-c", _PROBE], stdin=subprocess.DEVNULL,
                                capture_output=True, text=True, timeout=60)
        if answer.returncode == 0:
            return json.loads(answer.stdout.splitlines()[-1])
        reason = (answer.stderr.strip().splitlines() or ["no message"])[-1]
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired) as error:
        reason = str(error)
    return Problem(f"{path} does not run as a Python 3: {reason}",
                   "Name a CPython 3.9 to 3.13 with --python.")


def _with_files(facts):
    """Look for the header and the shared library.  Returns CPython or Problem."""
    executable, version = facts["executable"], facts["version"]
    short = ".".join(version.split(".")[:2])
    libpython = find_libpython(facts)
    if libpython is None:
        message = f"{executable} (CPython {version}) has no shared libpython"
        return Problem(message, *_shared_remedy(executable, version, short))
    include = facts["include"]
    if not os.path.isfile(os.path.join(include, "Python.h")):
        package = f"python{short}-dev" if _is_systems(executable) else ""
        how = f"apt-get install {package}" if package else "reinstall it with its headers"
        return Problem(f"{executable} (CPython {version}) has no headers: "
                       f"{include}/Python.h is not there", how[0].upper() + how[1:] + ".", package)
    return CPython(executable, version, libpython, include)


def find_libpython(facts):
    """Real path (str) of the interpreter's shared library, or None.

    A file of the right name is not enough: one left by an earlier build in the same prefix has
    another version.  The version string inside decides.
    """
    names = [name for name in (
        facts["instsoname"],
        f"libpython{facts['ldversion']}.so.1.0",
        f"libpython{facts['ldversion']}.so",
    ) if name and ".so" in name]
    prefix = facts["base_prefix"]
    folders = [facts["libdir"], os.path.join(facts["libdir"], facts["multiarch"]),
               os.path.join(prefix, "lib"), os.path.join(prefix, "lib", facts["multiarch"])]
    stamp = facts["version"].encode() + b"\0"
    for folder in folders:
        for name in names:
            path = os.path.realpath(os.path.join(folder, name))
            try:
                with open(path, "rb") as stream:
                    if stamp in stream.read():
                        return path
            except OSError:
                continue
    return None


def _is_systems(executable):
    return os.path.realpath(executable).startswith("/usr/bin/")


def _shared_remedy(executable, version, short):
    """What brings a shared library for this interpreter.  Returns (remedy, Debian package)."""
    if _is_systems(executable):
        package = f"libpython{short}-dev"
        return f"Install it: apt-get install {package}", package
    root = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    real = os.path.realpath(executable)
    if real.startswith(os.path.realpath(root) + os.sep) or re.search(r"/\.?pyenv/versions/", real):
        return ("pyenv builds without it unless told: "
                f"PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install --force {version}"), ""
    return ("Build it with ./configure --enable-shared, or name another with --python "
            "(Debian: apt-get install python3-dev, then --python /usr/bin/python3)."), ""

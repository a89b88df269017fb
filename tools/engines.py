"""The two engines on this machine: a native build of this tree, a stock PyPy, and their CPython."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from tools import debian, environments, process
from tools.console import Failure
from translation import builds, cpython, paths
from translation.build import keys_of

LINK = paths.CHECKOUT / "bin" / "pypy-cpyembed"
# A build to use whatever tree it was made from: its folder, or its executable.
OVERRIDE = "CPYEMBED_BUILD"


@dataclass(frozen=True)
class Native:
    """A finished native build.

    executable: Path; python: str, the CPython that it is linked to; version: str, CPython's;
    exact: whether it was made from the tree as it is now (bool).
    """

    executable: Path
    python: str
    version: str
    exact: bool


def native():
    """The Native build of this very tree, or the one that CPYEMBED_BUILD names; else None.

    Raises Failure if CPYEMBED_BUILD names none.
    """
    if os.environ.get(OVERRIDE):
        build = _build_at(Path(os.environ[OVERRIDE]))
        if build is None:
            raise Failure("%s=%s is no finished build" % (OVERRIDE, os.environ[OVERRIDE]))
        return build
    for build in builds.every(paths.Cache()):
        if _is_of_this_tree(build) and build.executable.exists():
            return _native(build, True)
    return None


def linked():
    """The Native build that bin/pypy-cpyembed leads to, from whatever tree; or None."""
    return _build_at(LINK) if LINK.exists() else None


def _build_at(path):
    for folder in (path.resolve(), *path.resolve().parents):
        record = builds.read(folder)
        if record is not None and "cpython" in record:
            build = builds.Build(folder, record)
            return _native(build, False) if build.executable.exists() else None
    return None


def _native(build, exact):
    facts = build.record["cpython"]
    return Native(build.executable, facts["executable"], facts["version"], exact)


def _is_of_this_tree(build):
    record = build.record
    facts = SimpleNamespace(**record["cpython"])
    return build.path.name == builds.name(
        *keys_of(paths.CHECKOUT, facts, record["opt"], record["source"]))


def why_not_native():
    """Why there is no native build of this tree, and how to make one (str)."""
    if builds.every(paths.Cache()):
        return ("the builds in the cache were made from another state of the tree; "
                "./translate.sh makes one of this")
    return "there is no finished build; ./translate.sh makes one"


def shared_cpython():
    """A translation.cpython.CPython: one with a shared libpython.

    Installs the Debian package that it lacks. Raises Failure if there is none.
    """
    found = cpython.choose()
    if isinstance(found, cpython.Problem) and found.package:
        debian.install([found.package], "CPython's library")
        found = cpython.choose()
    if isinstance(found, cpython.Problem):
        raise Failure("%s\n%s" % (found.message, found.remedy))
    return found


def cpython_environment(base, requirements="cpython.txt"):
    """The interpreter (Path) of the environment with NumPy and Matplotlib for the CPython `base`
    (str); or with what another file of requirements (str) names."""
    version = _asked(base, "import platform; print(platform.python_version())")
    name = requirements.partition(".")[0] + "-" + version
    return environments.environment(base, requirements, name, version,
                                    ["python3-venv"] if base.startswith("/usr/bin/") else [])


def stock_pypy():
    """The path (str) of a PyPy 3.9 or later without this project in it; Debian's is installed
    where there is none. Raises Failure."""
    for attempt in range(2):
        path = shutil.which("pypy3")
        if path and _asked(path, "import sys; print(hasattr(sys, 'pypy_version_info') and "
                                 "sys.version_info >= (3, 9))") == "True":
            return path
        if attempt == 0:
            debian.install(["pypy3", "pypy3-venv"], "a PyPy")
    raise Failure("there is no pypy3 of Python 3.9 or later on PATH")


def _asked(executable, code):
    answer = subprocess.run([executable, "-c", code], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                            text=True, env=process.clean_environment())
    return answer.stdout.strip()


def preload_environment():
    """The interpreter (Path) of a stock PyPy's environment with pytest and hypothesis."""
    pypy = stock_pypy()
    return environments.environment(pypy, "preload.txt", "preload", "", ["pypy3-venv"])


def native_environment(build):
    """The interpreter (Path) of an environment of the Native `build` with pytest."""
    stamp = str(build.executable.resolve().parent.parent.parent)
    return environments.environment(build.executable, "native.txt", "native", stamp)

"""The Python 2.7 that runs the translation."""

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass

from translation import child, download, release
from translation.errors import DriverError

NAMES = ("pypy2", "pypy", "pypy2.7", "python2.7", "python2")
PYCPARSER = "pycparser==2.21"

REMEDY = (
    "Name a Python 2.7 with --host EXE: a PyPy 2.7 (it translates in two thirds of the time), or "
    "a CPython 2.7,\nfor instance from `pyenv install 2.7.18`.  Or put "
    f"{release.HOST_ARCHIVE} from PyPy's download page into {{folder}} by hand."
)

_PROBE = (
    "import sys, platform\n"
    "try:\n"
    "    import cffi._pycparser as parser\n"
    "except ImportError:\n"
    "    try:\n"
    "        import pycparser as parser\n"
    "    except ImportError:\n"
    "        parser = None\n"
    "print('%d.%d|%s|%s|%s' % (sys.version_info[0], sys.version_info[1],\n"
    "      platform.python_implementation(), sys.executable, parser is not None))\n"
)


@dataclass(frozen=True)
class Host:
    """``executable``: str; ``implementation``: "PyPy" or "CPython"; ``has_pycparser``: bool."""

    executable: str
    implementation: str
    has_pycparser: bool


def examine(path):
    """The Host at ``path`` (str), or None when it is no Python 2.7."""
    env = dict(os.environ)
    env.pop("PYTHONPATH", None)
    try:
        answer = subprocess.run([path, "-c", _PROBE], stdin=subprocess.DEVNULL, env=env,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    fields = answer.stdout.strip().split("|")
    if answer.returncode != 0 or len(fields) != 4 or fields[0] != "2.7":
        return None
    return Host(fields[2] or path, fields[1], fields[3] == "True")


def find(wanted=None):
    """The Host to use, PyPy preferred, or None when the machine has no Python 2.7.

    ``wanted``: what --host says (str or None).  Raises DriverError when it is no Python 2.7.
    """
    if wanted:
        path = shutil.which(os.path.expanduser(wanted))
        host = examine(path) if path else None
        if host is None:
            raise DriverError(f"--host {wanted} is not a Python 2.7",
                              "RPython, PyPy's own language, is translated by Python 2.7 only.")
        return host
    fallback = None
    for name in NAMES:
        # Every entry of PATH, not the first alone: a shim may stand before the real one.
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            path = os.path.join(folder, name)
            host = examine(path) if os.access(path, os.X_OK) else None
            if host and host.implementation == "PyPy":
                return host
            fallback = fallback or host
    return fallback


def can_download():
    """Whether PyPy publishes a host for this machine.  -> bool"""
    return platform.system() == "Linux" and platform.machine() == "x86_64"


def obtain(wanted, cache, runner, reporter):
    """A Host that can translate, downloaded where the machine has none.

    ``runner``: child.Runner.  Raises DriverError.
    """
    host = find(wanted)
    if host is None:
        host = _official(cache, runner, reporter)
    return host


def _official(cache, runner, reporter):
    folder = cache.tools / release.HOST_ARCHIVE.replace(".tar.bz2", "")
    executable = folder / "bin" / "pypy"
    remedy = REMEDY.format(folder=cache.downloads)
    if not executable.exists():
        if not can_download():
            raise DriverError("there is no Python 2.7 on this machine, and PyPy publishes none "
                              f"for {platform.system()} {platform.machine()}", remedy)
        archive = download.fetch(release.HOST_ARCHIVE, release.HOST_SHA256, cache.downloads,
                                 reporter, remedy)
        fresh = cache.tools / f"host.{os.getpid()}"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        try:
            runner.run(["tar", "-xf", str(archive), "-C", str(fresh)], "unpacking the host")
            shutil.rmtree(folder, ignore_errors=True)
            os.rename(fresh / folder.name, folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    host = examine(str(executable))
    if host is None:
        raise DriverError(f"the official PyPy 2.7 at {executable} does not run here", remedy)
    return host


def library_path(host, cache, runner):
    """What the host needs on PYTHONPATH (list of str): pycparser, for a CPython without it.

    Raises DriverError when it is missing and cannot be installed.
    """
    if host.has_pycparser:
        return []
    folder = cache.tools / "pycparser-2.21"
    if not (folder / "pycparser" / "__init__.py").exists():
        command = [host.executable, "-m", "pip", "install", "--no-deps", "--target", str(folder),
                   PYCPARSER]
        try:
            runner.run(command, "installing pycparser for the host")
        except child.Failed as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise DriverError(
                f"the host {host.executable} lacks pycparser, and its pip could not install it",
                f"Install it by hand: {host.executable} -m pip install {PYCPARSER}\n"
                "or take a PyPy 2.7 as the host (--host), which has one inside.") from error
    return [str(folder)]

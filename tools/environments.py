"""Virtual environments in the cache folder, made once for an interpreter and its requirements."""

import hashlib
import os
import shutil
import subprocess

from tools import debian, process
from tools.console import Failure, say
from translation.paths import CHECKOUT, Cache

REQUIREMENTS = CHECKOUT / "tools" / "requirements"
STAMP = "finished"


def cache_folder(name):
    """The folder (Path) for what is kept under `name` (str)."""
    return Cache().root / name


def environment(interpreter, requirements, name, identity="", packages=()):
    """The interpreter (Path) of a virtual environment with the packages of a requirements file.

    interpreter: str or Path of the Python below; requirements: name (str) of a file in
    tools/requirements; name: str, the first part of the folder's name; identity: str, what else
    makes it another environment; packages: Debian packages (list of str) that bring `venv`.
    Raises Failure when it cannot be made.
    """
    source = REQUIREMENTS / requirements
    python = made(interpreter, requirements, name, identity)
    if python is not None:
        return python
    folder = _folder(interpreter, requirements, name, identity)
    python = folder / "bin" / "python3"
    say("making the environment %s" % folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        _make(interpreter, folder, packages)
        _install(python, source)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    (folder / STAMP).touch()
    return python


def made(interpreter, requirements, name, identity=""):
    """The interpreter (Path) of such an environment if it has been made, else None."""
    folder = _folder(interpreter, requirements, name, identity)
    python = folder / "bin" / "python3"
    return python if (folder / STAMP).exists() and _runs(python) else None


def _folder(interpreter, requirements, name, identity):
    key = hashlib.sha256("\n".join([os.path.realpath(interpreter), identity,
                                    *_lines(REQUIREMENTS / requirements)]).encode())
    return cache_folder("envs") / ("%s-%s" % (name, key.hexdigest()[:10]))


def _lines(source):
    """The lines of a file of requirements, and of those that it includes with `-r`."""
    lines = []
    for line in source.read_text(encoding="utf-8").split("\n"):
        if line.startswith("-r "):
            lines += _lines(source.parent / line[3:].strip())
        else:
            lines.append(line)
    return lines


def _runs(python):
    try:
        return process.run([python, "-c", ""], 60, env=process.clean_environment()) == 0
    except OSError:
        return False


def _make(interpreter, folder, packages):
    command = [str(interpreter), "-m", "venv", str(folder)]
    answer = _captured(command)
    if answer.returncode != 0 and packages and debian.install(packages, "a virtual environment"):
        shutil.rmtree(folder, ignore_errors=True)
        answer = _captured(command)
    if answer.returncode != 0:
        raise Failure("`%s` failed:\n%s" % (" ".join(command), answer.stdout.strip()))


def _install(python, source):
    names = [line.split("==")[0] for line in _lines(source)
             if line.strip() and not line.startswith("#")]
    say("installing " + ", ".join(dict.fromkeys(names)))
    answer = _captured([str(python), "-m", "pip", "install", "--quiet",
                        "--disable-pip-version-check", "-r", str(source)])
    if answer.returncode != 0:
        lines = answer.stdout.strip().splitlines()
        raise Failure("pip could not install %s: %s\n%s" % (
            source.name, (lines or ["it says nothing"])[-1], "\n".join(lines[-12:])))


def _captured(command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True,
                          env=process.clean_environment())

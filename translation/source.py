"""PyPy's source: the official release, or somebody's own tree or archive of that version."""

import hashlib
import os
import re
import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path

from translation import digest, download, release
from translation.errors import DriverError

OFFICIAL = "official"

REMEDY = (
    f"Put {release.SOURCE_ARCHIVE}, from PyPy's download page, into {{folder}} by hand,\n"
    "or name it, or an unpacked tree of it, with --source."
)


@dataclass(frozen=True)
class Source:
    """Where PyPy's source comes from.

    ``path``: Path of a tree or an archive, or None for the official one to be downloaded.
    ``identity``: str that goes into the key; the official release is always "official".
    """

    path: object
    identity: str


def locate(wanted):
    """The Source that --source (str or None) means.  Raises DriverError, by name."""
    if wanted is None:
        return Source(None, OFFICIAL)
    path = Path(os.path.expanduser(wanted)).resolve()
    if path.is_dir():
        check_version(path, wanted)
        identity = tree_digest(path)
        if identity == release.SOURCE_TREE_DIGEST:
            identity = OFFICIAL
        return Source(path, identity)
    if path.is_file():
        if not tarfile.is_tarfile(path):
            raise DriverError(f"--source {wanted} is neither a folder nor a tar archive")
        sha256 = digest.sha256_file(path)
        return Source(path, OFFICIAL if sha256 == release.SOURCE_SHA256 else f"archive {sha256}")
    raise DriverError(f"--source {wanted}: there is no such file or folder")


def version_of(tree):
    """(PyPy version, Python version) of a source tree (Path), both str.

    Read as text: importing it would need Python 2.  Raises DriverError when it is no PyPy.
    """
    path = Path(tree) / "pypy" / "module" / "sys" / "version.py"
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        raise DriverError(f"{tree} is not a source tree of PyPy: "
                          "it has no pypy/module/sys/version.py") from None
    pypy = re.search(r"^PYPY_VERSION\s*=\s*\((\d+),\s*(\d+),\s*(\d+),\s*['\"](\w+)", text, re.M)
    python = re.search(r"^CPYTHON_VERSION\s*=\s*\((\d+),\s*(\d+)", text, re.M)
    if not pypy or not python:
        raise DriverError(f"{path} does not say which version it is")
    level = "" if pypy.group(4) == "final" else "-" + pypy.group(4)
    return ".".join(pypy.groups()[:3]) + level, ".".join(python.groups())


def check_version(tree, called):
    """Refuse a tree (Path) of any other version; ``called`` (str) is its name in the message.

    Raises DriverError.
    """
    pypy, python = version_of(tree)
    if (pypy, python) != (release.PYPY_VERSION, release.PYTHON_VERSION):
        raise DriverError(
            f"{called} is PyPy {pypy} for Python {python}; this project's patches are for "
            f"PyPy {release.PYPY_VERSION} for Python {release.PYTHON_VERSION}",
            f"Give the source of {release.SOURCE_ARCHIVE}, or leave --source out to have it "
            "downloaded.")


def _skip(name, relative):
    """What lies in a used tree and does not belong to it: caches, earlier products.  -> bool"""
    if digest.is_cache(name) or relative in (".git", ".hg"):
        return True
    top = relative.split(os.sep)[0]
    if top == "lib_pypy":
        return name.endswith((".so", ".o", "_cffi.c"))
    return relative.startswith((os.path.join("pypy", "goal", "pypy3"),
                                os.path.join("pypy", "goal", "libpypy3")))


def tree_digest(tree):
    """Hex SHA-256 (str) of a source tree's contents.

    What begins with a dot at the top is for other tools (.gitignore, an archive's .hg_archival.txt)
    and does not make another PyPy.
    """
    def skip(name, relative):
        return relative.startswith(".") or _skip(name, relative)

    total = hashlib.sha256()
    digest.update_with_tree(total, "source", tree, skip)
    return total.hexdigest()


def lay(source, target, cache, runner, reporter):
    """Make a fresh tree of ``source`` (Source) at ``target`` (Path).  Raises DriverError."""
    path = source.path
    if path is None:
        path = download.fetch(release.SOURCE_ARCHIVE, release.SOURCE_SHA256, cache.downloads,
                              reporter, REMEDY.format(folder=cache.downloads))
    if path.is_dir():
        _copy(path, target)
    else:
        _unpack(path, target, runner)
    check_version(target, str(path))


def _copy(tree, target):
    def ignore(folder, names):
        relative = os.path.relpath(folder, tree)
        prefix = "" if relative == "." else relative + os.sep
        return {name for name in names if _skip(name, prefix + name)}

    shutil.copytree(tree, target, symlinks=True, ignore=ignore)
    # Somebody's tree may be read-only; ours is going to be patched.
    for folder, _, files in os.walk(target):
        os.chmod(folder, os.stat(folder).st_mode | 0o700)
        for name in files:
            path = os.path.join(folder, name)
            if not os.path.islink(path):
                os.chmod(path, os.stat(path).st_mode | 0o600)


def _unpack(archive, target, runner):
    inside = target.with_name(target.name + ".unpacked")
    shutil.rmtree(inside, ignore_errors=True)
    inside.mkdir(parents=True)
    runner.run(["tar", "-xf", str(archive), "-C", str(inside)], "unpacking")
    tops = [entry for entry in inside.iterdir() if entry.is_dir()]
    if len(tops) != 1:
        raise DriverError(f"{archive} does not hold one source tree: "
                          f"{len(tops)} folders at its top")
    os.rename(tops[0], target)
    shutil.rmtree(inside)

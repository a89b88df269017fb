"""The cache of builds: what is finished, what is in the way, what can go."""

import fcntl
import json
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from translation import objects, package
from translation.errors import DriverError

RECORD = "build.json"


@dataclass
class Build:
    """A finished build.  ``path``: Path of its folder; ``record``: dict from build.json."""

    path: Path
    record: dict = field(default_factory=dict)

    @property
    def folder(self):
        """The relocatable folder (Path)."""
        return self.path / package.NAME

    @property
    def executable(self):
        """bin/pypy-cpyembed (Path)."""
        return self.folder / "bin" / package.NAME

    @property
    def archive(self):
        """The tarball (Path)."""
        return self.path / self.record["archive"]


def name(translation_key, package_key):
    """The folder name (str) of a build."""
    return f"{translation_key}-{package_key}"


def read(path):
    """The record (dict) in ``path`` (Path), or None when there is none that can be read."""
    try:
        return json.loads((path / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def find(cache, translation_key, package_key):
    """The finished Build with both keys, or None."""
    path = cache.builds / name(translation_key, package_key)
    record = read(path)
    if record is None:
        return None
    build = Build(path, record)
    return build if build.executable.exists() and build.archive.exists() else None


def find_translated(cache, translation_key):
    """The packaged folder's home (Path) of a translation that is finished, or None."""
    path = cache.translated / translation_key
    return path if read(path) is not None and (path / package.NAME).is_dir() else None


def find_relinkable(cache, portable_key):
    """The home (Path) of a finished translation with that key and its object files, or None."""
    for path in sorted(cache.translated.iterdir()) if cache.translated.is_dir() else ():
        record = read(path) or {}
        if record.get("portable_key") == portable_key and objects.read(path) is not None:
            return path if find_translated(cache, path.name) else None
    return None


def every(cache):
    """All finished Builds, the newest first: list."""
    found = []
    for path in cache.builds.iterdir() if cache.builds.is_dir() else ():
        record = read(path)
        if record is not None:
            found.append(Build(path, record))
    return sorted(found, key=lambda build: build.record.get("finished", 0), reverse=True)


def history(cache, opt):
    """Seconds by phase (dict) of the last translation with ``opt``, or None."""
    newest, seconds = 0, None
    for path in cache.translated.iterdir() if cache.translated.is_dir() else ():
        record = read(path) or {}
        if record.get("opt") == opt and record.get("finished", 0) > newest:
            newest, seconds = record["finished"], record.get("seconds")
    return seconds


def write_record(folder, record):
    """Write build.json into ``folder`` (Path)."""
    text = json.dumps(record, indent=2, sort_keys=True) + "\n"
    (folder / RECORD).write_text(text, encoding="utf-8")


def publish(made, target):
    """Make ``made`` (Path, on the same disk) visible at ``target`` (Path) by one rename.

    What is at ``target`` was not found to be a finished build, and is replaced.
    """
    if target.exists():
        aside = target.with_name(f".{target.name}.{os.getpid()}")
        os.rename(target, aside)
        os.rename(made, target)
        shutil.rmtree(aside)
    else:
        os.rename(made, target)


@contextmanager
def lock(cache, key):
    """Hold the work folder of ``key`` (str).  Raises DriverError when another driver has it."""
    path = cache.work / f"{key}.lock"
    with open(path, "a+", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            stream.seek(0)
            raise DriverError(
                f"another translate.sh is building this very tree (process {stream.read()})",
                f"Its log: {cache.work / key / 'translate.log'}") from None
        stream.truncate(0)
        stream.write(str(os.getpid()))
        stream.flush()
        yield


def size(path):
    """Bytes (int) on disk below ``path``; a file with several links counts as a share of it."""
    total = 0.0
    for folder, _, files in os.walk(path):
        for each in files:
            status = os.lstat(os.path.join(folder, each))
            total += status.st_size / max(status.st_nlink, 1)
    return int(total)


def is_locked(cache, folder_name):
    """Whether a driver works for the key that ``folder_name`` (str) begins with.  -> bool"""
    path = cache.work / f"{folder_name.partition('-')[0]}.lock"
    if not path.exists():
        return False
    with open(path, encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False

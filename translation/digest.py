"""SHA-256 over files and trees, by content and relative name only."""

import hashlib
import os

CACHES = {"__pycache__", "_cache", ".pytest_cache", ".ruff_cache", ".hypothesis"}


def is_cache(name):
    """Whether a file or folder called ``name`` (str) is left behind by running things.  -> bool"""
    return name in CACHES or name.endswith((".pyc", ".pyo", "~", ".orig", ".rej"))


def sha256_file(path):
    """Hex SHA-256 (str) of a file.  Raises OSError."""
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def files_below(top, skip):
    """Sorted relative paths (list of str) of the files below ``top``.

    ``skip(name, relative)`` says which entries, files or folders, do not count.
    """
    found = []
    for folder, names, files in os.walk(top):
        relative = os.path.relpath(folder, top)
        relative = "" if relative == "." else relative + os.sep
        names[:] = [name for name in names if not skip(name, relative + name)]
        found.extend(relative + name for name in files if not skip(name, relative + name))
    return sorted(found)


def update_with_tree(digest, label, top, skip):
    """Feed the hash object ``digest`` with every file below ``top`` (path), under ``label``."""
    for relative in files_below(top, skip):
        path = os.path.join(top, relative)
        if os.path.islink(path):
            content = "link:" + os.readlink(path)
        else:
            content = sha256_file(path)
        digest.update(f"{label}/{relative}\0{content}\n".encode("utf-8", "surrogateescape"))

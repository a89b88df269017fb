"""Where this package keeps files of its own: a cache, and environments made by `pip`."""

import os


def cache_dir():
    """The user's cache folder for cpyembed (str); not made here."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "cpyembed")


def data_dir():
    """The user's data folder for cpyembed (str); not made here."""
    base = os.environ.get("XDG_DATA_HOME")
    base = base or os.path.join(os.path.expanduser("~"), ".local", "share")
    return os.path.join(base, "cpyembed")


def write_atomically(path, text, mode=0o644):
    """Write `text` to `path` so that no reader ever sees half of it; makes the folder."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    temporary = "%s.%d" % (path, os.getpid())
    with open(temporary, "w", encoding="utf-8") as f:
        f.write(text)
    os.chmod(temporary, mode)
    os.replace(temporary, path)

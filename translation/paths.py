"""Where things lie: the checkout and the cache outside it."""

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


class Cache:
    """The cache folder (Path ``root``).

    downloads/   the official archives, checked
    translated/  one folder a translation key: the packaged PyPy, to lay Python files into
    builds/      one folder a finished build; appears by one rename, never half made
    work/        what is being made; logs of what failed
    tools/       private tools of the build (a host PyPy, pycparser)
    """

    def __init__(self, root=None):
        if root is None:
            base = os.environ.get("XDG_CACHE_HOME") or ""
            # The XDG specification: a relative path is to be ignored.
            base = Path(base) if os.path.isabs(base) else Path.home() / ".cache"
            root = base / "cpyembed"
        self.root = Path(root)
        self.downloads = self.root / "downloads"
        self.translated = self.root / "translated"
        self.builds = self.root / "builds"
        self.work = self.root / "work"
        self.tools = self.root / "tools"

    def make(self):
        """Create the folders.  Raises OSError when the cache cannot be written."""
        for folder in (self.downloads, self.translated, self.builds, self.work, self.tools):
            folder.mkdir(parents=True, exist_ok=True)

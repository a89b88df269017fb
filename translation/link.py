"""bin/pypy-cpyembed in the checkout: a link to the build of this tree."""

import os

from translation import package


def point(checkout, executable):
    """Make checkout/bin/pypy-cpyembed (checkout: Path) lead to ``executable`` (Path)."""
    folder = checkout / "bin"
    folder.mkdir(exist_ok=True)
    # Made aside and renamed: somebody may be starting it at this moment.
    fresh = folder / f".{package.NAME}.{os.getpid()}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(executable)
    os.replace(fresh, folder / package.NAME)

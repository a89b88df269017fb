"""PyPy's source, where it is at hand: unchanged, and with the patches and the module in it."""

import hashlib
import os
import shutil
from pathlib import Path

from translation import child, digest, host, keys, patches, release, source, tree
from translation.paths import CHECKOUT, Cache
from translation.progress import Reporter

VARIABLE = "CPYEMBED_PYPY_SOURCE"
HOW = ("PyPy's source is not at hand: set %s to an unpacked %s"
       % (VARIABLE, release.SOURCE_ARCHIVE))


def pristine():
    """The folder (Path) of PyPy's unchanged source, or None.

    It is the one that CPYEMBED_PYPY_SOURCE names, else what translate.sh downloaded.
    """
    if os.environ.get(VARIABLE):
        return Path(os.environ[VARIABLE]).resolve()
    archive = Cache().downloads / release.SOURCE_ARCHIVE
    if not archive.exists():
        return None
    target = Cache().root / "trees" / archive.name.replace(".tar.bz2", "")
    if not target.exists():
        _lay(source.Source(archive, source.OFFICIAL), target)
    return target


def with_module(unchanged):
    """The folder (Path) of a copy of `unchanged` (Path) with the patches, the module as it is
    now, its tests and the Python files in it. Raises DriverError when a patch does not apply."""
    key = hashlib.sha256(str(unchanged).encode())
    for patch in patches.series(CHECKOUT):
        key.update(patch.read_bytes())
    target = Cache().root / "trees" / ("patched-" + key.hexdigest()[:10])
    if not target.exists():
        _lay(source.Source(unchanged, "own"), target, patched=True)
    module = target / "pypy" / "module" / tree.MODULE_NAME
    shutil.rmtree(module, ignore_errors=True)
    tree.copy_selected(CHECKOUT / keys.MODULE, module, lambda name, _: digest.is_cache(name))
    tree.lay_python_files(CHECKOUT, target / "lib_pypy")
    return target


def _lay(origin, target, patched=False):
    # Made aside and renamed: what was interrupted must not look whole.
    aside = target.with_name("%s.%d" % (target.name, os.getpid()))
    target.parent.mkdir(parents=True, exist_ok=True)
    reporter = Reporter()
    runner = child.Runner(target.with_name(aside.name + ".log"), reporter)
    try:
        source.lay(origin, aside, Cache(), runner, reporter)
        if patched:
            patches.apply(CHECKOUT, aside, runner)
        os.rename(aside, target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        runner.log.unlink(missing_ok=True)


def pypy2():
    """The executable (str) of a PyPy 2.7, or None."""
    found = host.find()
    return found.executable if found and found.implementation == "PyPy" else None

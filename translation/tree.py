"""The work tree: PyPy's source, patched, with our module in it."""

import os
import shutil

from translation import keys, patches, source
from translation.errors import DriverError

MODULE_NAME = "cpyembed"


def prepare(checkout, origin, target, cache, runner, reporter):
    """Make the work tree at ``target`` (Path).  ``origin``: source.Source.  Raises DriverError."""
    module = checkout / keys.MODULE
    if not (module / "moduledef.py").is_file():
        raise DriverError(f"{module}/moduledef.py is not there: there is no module to build in")
    source.lay(origin, target, cache, runner, reporter)
    reporter.tick("patching")
    patches.apply(checkout, target, runner)
    into = target / "pypy" / "module" / MODULE_NAME
    if into.exists():
        raise DriverError(f"the source has a pypy/module/{MODULE_NAME} already",
                          "Give the unchanged release as --source.")
    copy_selected(module, into, keys.skip_in_module)
    lay_python_files(checkout, target / "lib_pypy")


def lay_python_files(checkout, library):
    """Put the Python files of ``checkout`` (Path) into ``library`` (Path), in place of others.

    Raises OSError.
    """
    for name in keys.PYTHON_FILES:
        if (library / name).exists():
            shutil.rmtree(library / name)
        if (checkout / name).is_dir():
            copy_selected(checkout / name, library / name, keys.skip_in_package)


def copy_selected(top, target, skip):
    """Copy a folder without what ``skip(name, relative)`` names.  Raises OSError."""
    def ignore(folder, names):
        relative = os.path.relpath(folder, top)
        prefix = "" if relative == "." else relative + os.sep
        return {name for name in names if skip(name, prefix + name)}

    shutil.copytree(top, target, ignore=ignore)

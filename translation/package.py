"""From a translated tree to a relocatable folder and its tarball.

PyPy's own release packaging does the layout; then our Python files are laid into its library.
"""

import os
import shutil

from translation import launcher, release, tree
from translation.errors import DriverError

NAME = "pypy-cpyembed"
LIBRARY = os.path.join("lib", f"pypy{release.PYTHON_VERSION}")
BUILD_PYTHON = os.path.join("cpyembed", "build_python")
# Larger files are linked, not copied, between the translated folder and a build.
LINK_FROM = 1 << 20


def run(work_tree, work, host, env, runner):
    """Run PyPy's package.py.  Returns the folder that it made (Path).  Raises child.Failed.

    ``work_tree``, ``work``: Path; ``host``: host.Host; ``env``: dict.
    """
    out = work / "package"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    (work / "tmp").mkdir(exist_ok=True)
    command = [
        host.executable, "pypy/tool/release/package.py",
        f"--archive-name={NAME}", f"--builddir={out}",
        # Its default is to download and build openssl and others of its own.
        "--no-embedded-dependencies", "--no-rebuild-extensions",
    ]
    runner.run(command, cwd=work_tree, env=env)
    made = out / NAME
    if not (made / "bin" / "pypy3").exists():
        raise DriverError(f"PyPy's package.py ended well and left no {made}/bin/pypy3")
    # The tarball is made once the Python files are those of the checkout.
    for archive in out.glob("*.tar.bz2"):
        archive.unlink()
    return made


def link_or_copy(source, destination):
    """shutil.copy2, but for large files, which are linked where that can be."""
    if os.path.getsize(source) >= LINK_FROM:
        try:
            os.link(source, destination)
            return destination
        except OSError:
            pass
    return shutil.copy2(source, destination)


def lay(checkout, translated, target, cpython, runner):
    """Make a build's folder at ``target`` (Path): the translated one, with our files in it.

    ``translated``: Path of a packaged folder, left as it is.  ``cpython``: cpython.CPython that it
    was made for; its executable is what the build uses unless it is told otherwise.
    ``runner``: child.Runner.  Raises OSError, child.Failed, DriverError.
    """
    shutil.copytree(translated, target, symlinks=True, copy_function=link_or_copy)
    launcher.make(target / "bin", cpython, runner)
    tree.lay_python_files(checkout, target / LIBRARY)
    (target / LIBRARY / BUILD_PYTHON).write_bytes(os.fsencode(cpython.executable) + b"\n")
    own_name = target / "bin" / NAME
    if not own_name.is_symlink():
        own_name.symlink_to(f"pypy{release.PYTHON_VERSION}")


def archive_name(cpython, opt, machine):
    """The tarball's name (str).  ``machine``: str such as "linux-x86_64"."""
    suffix = "" if opt == "jit" else "-nojit"
    return (f"{NAME}-pypy{release.PYTHON_VERSION}-v{release.PYPY_VERSION}"
            f"-cpython{cpython.version}-{machine}{suffix}.tar.bz2")


def archive(folder, target, runner):
    """Pack ``folder`` (Path) into ``target`` (Path).  Raises child.Failed."""
    runner.run(["tar", "--owner=root", "--group=root", "--numeric-owner", "--exclude=__pycache__",
                "-cjf", str(target), "-C", str(folder.parent), folder.name], "packing the tarball")


"""A finished translation, linked to another CPython: a minute instead of twenty."""

import os
import shutil

from translation import keys, objects, package, translate
from translation.errors import DriverError


def run(base, checkout, cpython, work, runner):
    """Make a packaged folder for ``cpython`` (cpython.CPython) out of a translation's.

    ``base``: Path of the translation's home, with its objects; ``checkout``: Path, with the same
    module; ``work``: Path to work in; ``runner``: child.Runner.
    Returns the folder (Path).  Raises child.Failed, DriverError.
    """
    rules = objects.read(base)
    if rules is None:
        raise DriverError(f"{base} has no object files", "Run translate.sh without --relink.")
    out = work / "package"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    folder = out / package.NAME
    shutil.copytree(base / package.NAME, folder, symlinks=True, copy_function=package.link_or_copy)
    library = folder / "bin" / translate.LIBRARY
    # Not written in place: these are links to the files of the translation.
    for old in library.parent.glob(translate.LIBRARY + "*"):
        old.unlink()
    _link(rules, base / objects.FOLDER, checkout, cpython, work, library, runner)
    _strip(library, runner)
    return folder


def _link(rules, kept, checkout, cpython, work, library, runner):
    made = work / "relinked"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    source = checkout / keys.MODULE / "src"
    words = []
    for each in rules["objects"]:
        if "own" not in each:
            words.append(str(kept / each["object"]))
            continue
        target = made / (each["own"] + ".o")
        runner.run([*rules["compiler"], *rules["compile"], f"-I{source}", f"-I{cpython.include}",
                    "-o", str(target), "-c", str(source / each["own"])], each["own"])
        words.append(str(target))
    folder = os.path.dirname(cpython.libpython)
    run_path = [] if folder.startswith(("/usr/lib", "/lib")) else [f"-Wl,-rpath,{folder}"]
    response = made / "words"
    response.write_text("\n".join(f'"{word}"' for word in words) + "\n", encoding="utf-8")
    runner.run([*rules["compiler"], *rules["before"], *run_path, "-o", str(library),
                f"@{response}", *rules["after"], cpython.libpython], "linking")


def _strip(library, runner):
    """As PyPy's packaging does it: the symbols go into a file beside the library."""
    debug = library.with_name(library.name + ".debug")
    runner.run(["objcopy", "--only-keep-debug", str(library), str(debug)])
    if debug.exists():
        debug.chmod(0o644)
    runner.run(["objcopy", f"--add-gnu-debuglink={debug}", str(library)])
    runner.run(["strip", str(library)])

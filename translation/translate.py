"""Running rpython: the command, its environment, and what it leaves."""

import os
import shutil

from translation import phases

FLAGS = [
    # cpyext emulates CPython's C API; the other two cannot be translated without it.
    "--withoutmod-cpyext", "--withoutmod-_cppyy", "--withoutmod-_hpy_universal",
    "--withmod-micronumpy", "--withmod-cpyembed",
]
C_FLAGS = [
    # libpypy is loaded with its executable, so what is a thread's own has a fixed place: one
    # instruction in place of a call of the loader's, several times in each callback.
    "-ftls-model=initial-exec",
]
EXECUTABLE = "pypy3.11-c"
LIBRARY = "libpypy3.11-c.so"


def command(host, opt, jobs):
    """The command line (list of str), to be run in pypy/goal.

    ``host``: host.Host; ``opt``: "jit" or "2"; ``jobs``: int.
    """
    return [host.executable, "../../rpython/bin/rpython", "--batch", f"-O{opt}",
            f"--make-jobs={jobs}", "targetpypystandalone.py", *FLAGS]


def environment(work, cpython, library_path):
    """The environment (dict) of everything that runs in the work tree.

    ``work``: Path; ``cpython``: cpython.CPython; ``library_path``: list of str for the host.
    """
    env = {name: value for name, value in os.environ.items()
           # What configures the driver's Python, or PyPy's own build, is not for the host.
           if not name.startswith(("PYTHON", "PYPY")) and name != "VIRTUAL_ENV"}
    env.update(
        CPYEMBED_BUILD_PYTHON=cpython.executable,
        PYPY_USESSION_DIR=str(usession(work)),
        # The log is read while it is written.
        PYTHONUNBUFFERED="1",
        TMPDIR=str(work / "tmp"),
    )
    if library_path:
        env["PYTHONPATH"] = os.pathsep.join(library_path)
    return env


def usession(work):
    """Where rpython keeps its C files (Path)."""
    return work / "usession"


def run(tree, work, command_line, env, runner, reporter):
    """Translate.  ``tree``, ``work``: Path.  Raises child.Failed."""
    (work / "tmp").mkdir(exist_ok=True)
    shutil.rmtree(usession(work), ignore_errors=True)
    usession(work).mkdir()
    reporter.enter(phases.LOAD)
    reader = phases.LogReader(reporter, lambda: compiled(work))
    env = dict(env, CFLAGS=" ".join([env.get("CFLAGS", ""), *C_FLAGS]).strip())
    runner.run(command_line, cwd=tree / "pypy" / "goal", env=env, watch=reader)
    missing = [name for name in (EXECUTABLE, LIBRARY)
               if not (tree / "pypy" / "goal" / name).is_file()]
    if missing:
        raise FileNotFoundError("rpython ended well and left no " + " and no ".join(missing))


def compiled(work):
    """How far the C compiler is (str): object files against C files."""
    sources = objects = 0
    for folder, _, names in os.walk(usession(work)):
        if os.path.basename(folder).startswith("testing_"):
            sources += sum(name.endswith(".c") for name in names)
            objects += sum(name.endswith((".o", ".gcmap")) for name in names)
    objects = min(objects, sources)
    return f"{objects} of {sources} files" if sources else ""

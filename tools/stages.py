"""The stages of `make test`, in their order. Each takes a limit in seconds and returns Counts."""

import os
import sys
import tempfile
from pathlib import Path

from tools import debian, docs, engines, environments, lint, process, pytests, trees
from tools.report import Counts
from translation.paths import CHECKOUT

# The CPython side of the tests; PyTorch is large, so it takes part when somebody asks for it.
LIBRARIES = "torch.txt" if os.environ.get("TORCH", "0") not in ("", "0") else "libraries.txt"
# What the tests of Qt and GTK use if it is there.
DESKTOP = ["xvfb", "xauth", "libegl1", "libgl1", "libxkbcommon0", "libfontconfig1", "libdbus-1-3",
           "python3-gi", "gir1.2-gtk-3.0"]


def linters(limit):
    """ruff, the syntax of RPython, tests/lint"""
    counts = lint.ruff(limit)
    counts.add(lint.python2_syntax(limit))
    counts.add(pytests.run(_tools(), ["tests/lint"], limit, process.clean_environment()))
    return counts


def documentation(limit):
    """docs/ as a site"""
    return Counts(*((1, 0) if docs.build(limit) == 0 else (0, 1)))


def build_driver(limit):
    """tests/translation"""
    debian.install(["patch", "bzip2"], "the build driver")
    return pytests.run(_tools(), ["tests/translation"], limit, process.clean_environment())


def patches(limit):
    """tests/patches"""
    debian.install(["patch"], "the patches")
    source = trees.pristine()
    return pytests.run(_tools(), ["tests/patches"], limit,
                       process.clean_environment(CPYEMBED_PYPY_SOURCE=source))


def rpython_layers(limit):
    """tests/rpython: the layers below PyPy, translated by PyPI's rpython"""
    debian.install(["gcc", "libc6-dev", "make"], "a C compiler", optional=True)
    env = process.clean_environment(CPYEMBED_BUILD_PYTHON=engines.shared_cpython().executable,
                                    CPYEMBED_TEST_PYTHON=_with_numpy())
    # The first test waits for a translation, which is longer than one test may take elsewhere.
    return pytests.run(_tools(), ["tests/rpython"], limit, env,
                       options=[*pytests.OPTIONS, "--timeout=%d" % limit])


def module_untranslated(limit):
    """pypy_module_cpyembed/test, in PyPy's own source"""
    source = trees.pristine()
    if source is None:
        return Counts(skipped=1, notes=[trees.HOW])
    host = trees.pypy2()
    if host is None:
        return Counts(skipped=1, notes=["there is no PyPy 2.7 to run PyPy's own tests with"])
    python = engines.shared_cpython()
    session = environments.cache_folder("session")
    session.mkdir(parents=True, exist_ok=True)
    env = process.clean_environment(
        CPYEMBED_BUILD_PYTHON=python.executable, CPYEMBED_PYTHON=_with_numpy(),
        PYPY_USESSION_DIR=session,
        # The host exports names of libpython's as well; libpython's own must win.
        LD_PRELOAD=python.libpython)
    return pytests.run([host, "pytest.py"], ["pypy/module/cpyembed/test"], limit, env,
                       cwd=trees.with_module(source), options=["-q", "--tb=short"])


def conformance_preload(limit):
    """tests/conformance and tests/docs on the preload engine"""
    _desktop()
    python = engines.preload_environment()
    env = process.clean_environment(PYTHONPATH=CHECKOUT, CPYEMBED_PYTHON=_with_numpy())
    return pytests.run([python, "-m", "cpyembed", "-m", "pytest"],
                       ["tests/conformance", "tests/docs"], limit, env)


def native_only(limit):
    """tests/native on the native build"""
    if engines.native():
        debian.install(["xvfb", "xdotool", "x11-utils", "binutils", "gcc", "libc6-dev"],
                       "a screen and a linker to test with", optional=True)
    return _on_native(["tests/native"], limit)


def conformance_native(limit):
    """tests/conformance and tests/docs on the native build"""
    if engines.native():
        _desktop()
    return _on_native(["tests/conformance", "tests/docs"], limit)


def figures(limit):
    """bench --quick: that every program of it runs; nothing is judged"""
    with tempfile.TemporaryDirectory(prefix="cpyembed-figures-") as room:
        status = process.run([sys.executable, "-B", "-m", "bench", "--quick", "--present", "--docs",
                              room], limit, CHECKOUT, process.clean_environment())
        pages = sorted(page.name for page in Path(room).glob("bench/*.md"))
    if status != 0:
        return Counts(failed=1, notes=["bench --quick " + process.described(status)])
    return Counts(passed=len(pages))


def stress(limit):
    """tests/stress on the native build: a few seconds of each"""
    return stressed(limit)


def stressed(limit, *arguments):
    """The Counts of tests/stress on the native build; `arguments` (str) are for its pytest."""
    return _on_native(["tests/stress"], limit, [*pytests.OPTIONS, *arguments])


def _on_native(targets, limit, options=pytests.OPTIONS):
    build = engines.native()
    if build is None:
        return Counts(skipped=1, notes=["the native engine was NOT tested: "
                                        + engines.why_not_native()])
    python = engines.native_environment(build)
    env = process.clean_environment(
        CPYEMBED_PYTHON=engines.cpython_environment(build.python, LIBRARIES))
    counts = pytests.run([python, "-m", "pytest"], targets, limit, env, options=options)
    if not build.exact:
        counts.notes.append("with the build that %s names, whatever tree it was made from"
                            % engines.OVERRIDE)
    return counts


def _tools():
    """The words that start pytest in the environment of the linters."""
    python = environments.environment(sys.executable, "linters.txt", "linters", "",
                                      ["python3-venv"])
    return [python, "-m", "pytest"]


def _desktop():
    debian.install(DESKTOP, "Qt and GTK", optional=True)


def _with_numpy():
    return engines.cpython_environment(engines.shared_cpython().executable, LIBRARIES)


# Name on the command line, function, seconds at most.
STAGES = [
    ("lint", linters, 300),
    ("docs", documentation, 300),
    ("translation", build_driver, 600),
    ("patches", patches, 300),
    ("rpython", rpython_layers, 1200),
    ("module", module_untranslated, 900),
    ("preload", conformance_preload, 1500),
    ("native", native_only, 900),
    ("conformance", conformance_native, 1200),
    ("stress", stress, 600),
    ("bench", figures, 420),
]

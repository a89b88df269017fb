"""Tests of the translated binary, run by it: `make test`, or by hand, in an environment made with
it that has pytest,

    bin/pypy-cpyembed -m venv ENV; ENV/bin/pip install pytest; ENV/bin/python -m pytest tests/native

CPYEMBED_PYTHON should name a CPython with NumPy and Matplotlib.
"""

import gc
import pathlib
import subprocess
import sys
import textwrap

import pytest

if "cpyembed" not in sys.builtin_module_names:
    pytest.exit("tests/native is run by the native build, not by %s" % sys.executable, 4)

from support import environment  # noqa: E402

import cpyembed  # noqa: E402


def pytest_report_header(config):
    facts = cpyembed.info()
    return "cpyembed: engine %(engine)s, CPython %(cpython)s at %(executable)s" % facts


def pytest_collection_modifyitems(items):
    """What `known_failures.txt` names, under a reason, is expected to fail; a test is named with or
    without the values of its parameters. What may hang is not run."""
    reasons, reason = {}, ""
    for line in (pathlib.Path(__file__).parent / "known_failures.txt").read_text().splitlines():
        if line.startswith("#"):
            reason = line[1:].strip()
        elif line.strip():
            reasons[line.strip()] = reason
    for item in items:
        name = item.nodeid.rpartition("tests/native/")[2]
        for known in (name, name.partition("[")[0]):
            if known in reasons:
                item.add_marker(pytest.mark.xfail(reason=reasons[known],
                                                  run="hang" not in reasons[known]))
                break


def settle():
    """Collect on both sides until what nobody refers to is gone."""
    for _ in range(4):
        gc.collect()
        cpyembed._drain()
        cpyembed.import_module("gc").collect()
    cpyembed._drain()


@pytest.fixture
def collect():
    """`collect()` collects on both sides until what nobody refers to is gone."""
    return settle


@pytest.fixture(scope="session")
def np():
    """CPython's NumPy."""
    try:
        return cpyembed.import_module("numpy")
    except ImportError:
        pytest.skip("the CPython of this run has no NumPy")


def execute(source):
    """Execute `source` (str, may be indented) in CPython; the names that it makes, as a dict."""
    names = {}
    cpyembed.exec(textwrap.dedent(source), names)
    return names


@pytest.fixture(scope="session")
def define():
    """`define(source)` executes it in CPython; the names that it makes, as a dict."""
    return execute


@pytest.fixture
def program(tmp_path):
    """`program(source, *arguments, stdin=, env=)` runs a script of its own on this binary."""
    def run(source, *arguments, stdin="", env=None, timeout=60):
        script = tmp_path / "program.py"
        script.write_text(textwrap.dedent(source), encoding="utf-8")
        return subprocess.run([sys.executable, str(script), *arguments], input=stdin,
                              capture_output=True, text=True, timeout=timeout, cwd=tmp_path,
                              env=env or environment())
    return run


@pytest.fixture
def succeeds(program):
    """Like `program`, for one that must end with status 0; returns what it printed (str)."""
    def run(source, *arguments, **options):
        done = program(source, *arguments, **options)
        assert done.returncode == 0, "status %d\n%s\n%s" % (
            done.returncode, done.stdout, done.stderr)
        return done.stdout
    return run

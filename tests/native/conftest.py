"""Tests of the translated binary, run by it: `make test`, or by hand, in an environment made with
it that has pytest,

    bin/pypy-cpyembed -m venv ENV; ENV/bin/pip install pytest; ENV/bin/python -m pytest tests/native

CPYEMBED_PYTHON should name a CPython with NumPy and Matplotlib.
"""

import pathlib
import subprocess
import sys
import textwrap

import pytest

if "cpyembed" not in sys.builtin_module_names:
    pytest.exit("tests/native is run by the native build, not by %s" % sys.executable, 4)

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))

import both_sides  # noqa: E402
from both_sides import define, execute, in_a_thread, np  # noqa: E402, F401
from support import environment  # noqa: E402

import cpyembed  # noqa: E402


def pytest_report_header(config):
    facts = cpyembed.info()
    return "cpyembed: engine %(engine)s, CPython %(cpython)s at %(executable)s" % facts


def pytest_collection_modifyitems(items):
    """What `known_failures.txt` names is expected to fail; what may hang is not run."""
    for item, reason in both_sides.listed(items, HERE / "known_failures.txt"):
        item.add_marker(pytest.mark.xfail(reason=reason, run="hang" not in reason))


def settle():
    """Collect on both sides until what nobody refers to is gone."""
    both_sides.settle(cpyembed._drain)


@pytest.fixture
def collect():
    """`collect()` collects on both sides until what nobody refers to is gone."""
    return settle


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

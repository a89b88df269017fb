"""The conformance suite: every engine runs it; a test knows only the public API.

    pypy3 -m cpyembed -m pytest tests/conformance          the preload engine
    bin/pypy-cpyembed -m pytest tests/conformance          the native engine

`not_on("preload", reason)` marks what an engine cannot do; the marks are counted at the end.
Reference counts and Objects that are alive are compared before and after each file.
"""

import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = str(HERE.parent.parent)
sys.path.append(str(HERE.parent))

from both_sides import define, in_a_thread, listed, np, settle  # noqa: E402, F401

import cpyembed  # noqa: E402

ENGINE = cpyembed.info()["engine"]
marks = []


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "not_on(engine, reason): this engine cannot do it, and why")


def pytest_report_header(config):
    facts = cpyembed.info()
    return "cpyembed: engine %s, CPython %s at %s" % (
        facts["engine"], facts["cpython"], facts["executable"])


def pytest_collection_modifyitems(items):
    for item, reason in listed(items, HERE / "not_on_native.txt"):
        item.add_marker(pytest.mark.not_on("native", reason))
    for item in items:
        for mark in item.iter_markers("not_on"):
            engine, reason = mark.args
            marks.append((engine, item.nodeid, reason))
            if engine == ENGINE:
                item.add_marker(pytest.mark.xfail(reason="not on %s: %s" % (engine, reason),
                                                  run=False))


def pytest_terminal_summary(terminalreporter):
    for engine in sorted({engine for engine, _, _ in marks}):
        there = [m for m in marks if m[0] == engine]
        terminalreporter.write_line("marked not_on(%s): %d" % (engine, len(there)))
        if engine == ENGINE:
            for _, nodeid, reason in there:
                terminalreporter.write_line("  %s: %s" % (nodeid, reason))


def run_program(code, *arguments, stdin=None, timeout=60, env=None, flags=(), before=(),
                text=True):
    """Run the text `code` as a program on this engine; a CompletedProcess with str output, or
    bytes. before: the words before the command, a program that runs it."""
    environ = dict(os.environ, PYTHONPATH=ROOT)
    environ.update(env or {})
    return subprocess.run(
        [*before, sys.executable, *flags, "-m", "cpyembed", "-c", code, *arguments], cwd=ROOT,
        input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=text,
        timeout=timeout, env=environ)


@pytest.fixture
def program():
    """`program(code, *arguments)` runs a program of its own on this engine."""
    return run_program


@pytest.fixture
def identity():
    """CPython's `lambda x: x`."""
    return cpyembed.eval("lambda x: x")


@pytest.fixture
def collect():
    """`collect()` collects on both sides until what is unreachable is gone."""
    return settle


@pytest.fixture(scope="module", autouse=True)
def no_leak_in_this_file():
    """None's count (an ordinary object up to 3.11) may not drift by more than noise in a file."""
    count = cpyembed.import_module("sys").getrefcount
    if cpyembed.import_module("sys").version_info[1] >= 12:
        yield
        return
    modules = cpyembed.import_module("sys").modules
    settle()
    before, imported = count(None), len(modules)
    yield
    settle()
    after = count(None)
    if len(modules) - imported > 100:
        return      # large libraries hold None thousands of times
    # Caches and small modules hold None too; a leak per call of a property test would be
    # thousands.
    assert after - before < 20000, "None gained %d references in this file" % (after - before)

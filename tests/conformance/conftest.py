"""The conformance suite: every engine runs it; a test knows only the public API.

    pypy3 -m cpyembed -m pytest tests/conformance          the preload engine
    bin/pypy-cpyembed -m pytest tests/conformance          the native engine

`not_on("preload", reason)` marks what an engine cannot do; the marks are counted at the end.
Reference counts and Objects that are alive are compared before and after each file.
"""

import gc
import os
import subprocess
import sys
import time

import pytest

import cpyembed

ENGINE = cpyembed.info()["engine"]
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
marks = []


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "not_on(engine, reason): this engine cannot do it, and why")


def pytest_report_header(config):
    facts = cpyembed.info()
    return "cpyembed: engine %s, CPython %s at %s" % (
        facts["engine"], facts["cpython"], facts["executable"])


def missing_on_native():
    """{test: reason} of `not_on_native.txt`: what the native engine does not do yet. A test is
    named without the values of its parameters."""
    reasons, reason = {}, ""
    with open(os.path.join(os.path.dirname(__file__), "not_on_native.txt")) as lines:
        for line in lines:
            if line.startswith("#"):     # the reason for the lines below it
                reason = line[1:].strip()
            elif line.strip():
                reasons[line.strip()] = reason
    return reasons


def pytest_collection_modifyitems(items):
    missing = missing_on_native()
    for item in items:
        name = item.nodeid.rpartition("tests/conformance/")[2]
        for known in (name, name.partition("[")[0]):
            if known in missing:
                item.add_marker(pytest.mark.not_on("native", missing[known]))
                break
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


@pytest.fixture(scope="session")
def np():
    """CPython's NumPy."""
    try:
        return cpyembed.import_module("numpy")
    except ImportError:
        pytest.skip("the CPython of this run has no NumPy")


@pytest.fixture
def identity():
    """CPython's `lambda x: x`."""
    return cpyembed.eval("lambda x: x")


@pytest.fixture
def define():
    """`define(source)` executes it in CPython; the names it makes as a dict."""
    def run(source):
        import textwrap
        names = {}
        cpyembed.exec(textwrap.dedent(source), names)
        return names
    return run


def settle():
    """Collect on both sides until what is unreachable is gone."""
    for _ in range(4):
        gc.collect()
        time.sleep(0.02)
        cpyembed.import_module("gc").collect()


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

"""What the suites that run with cpyembed share: tests/conformance and tests/native."""

import gc
import textwrap
import time
from pathlib import Path

import pytest

import cpyembed


def reasons(path):
    """{test: reason} of a list of tests (Path), each under a line "# reason"."""
    found, reason = {}, ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            reason = line[1:].strip()
        elif line.strip():
            found[line.strip()] = reason
    return found


def listed(items, path):
    """The pairs of a test and its reason, of those `items` that the list beside their conftest
    names (path: Path), with or without the values of their parameters."""
    known = reasons(Path(path))
    for item in items:
        name = item.nodeid.rpartition("tests/%s/" % path.parent.name)[2]
        for named in (name, name.partition("[")[0]):
            if named in known:
                yield item, known[named]
                break


def settle(drop=None):
    """Collect on both sides until what nobody refers to is gone. drop: a function that drops the
    references that wait for it; without one, they are waited for."""
    for _ in range(4):
        gc.collect()
        if drop:
            drop()
        else:
            time.sleep(0.02)
        cpyembed.import_module("gc").collect()
    if drop:
        drop()


def execute(source):
    """Execute `source` (str, may be indented) in CPython; the names that it makes, as a dict."""
    names = {}
    cpyembed.exec(textwrap.dedent(source), names)
    return names


@pytest.fixture(scope="session")
def define():
    """`define(source)` executes it in CPython; the names that it makes, as a dict."""
    return execute


def library(name):
    """A module of CPython's; the test is skipped where it is not installed."""
    try:
        return cpyembed.import_module(name)
    except ImportError:
        pytest.skip("the CPython of this run has no %s" % name)


@pytest.fixture(scope="session")
def np():
    """CPython's NumPy."""
    return library("numpy")


@pytest.fixture(scope="session")
def in_a_thread():
    """`in_a_thread(f)` calls it in a thread that CPython makes; what it returned."""
    return execute("""
        import threading
        def in_a_thread(f):
            found = []
            thread = threading.Thread(target=lambda: found.append(f()))
            thread.start(); thread.join()
            return found[0]
    """)["in_a_thread"]

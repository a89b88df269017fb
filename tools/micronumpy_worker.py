"""Runs tests of PyPy's for micronumpy; see micronumpy_tests.py. `numpy` is numpypy in a native
build, micronumpy itself if that is the argument, and NumPy in CPython.

Reads a list of tests as JSON from stdin, and prints `result NAME STATE LAST-LINE` for each.
"""

import builtins
import json
import os
import platform
import sys
import textwrap
import traceback
import types

if "_numpypy" in sys.builtin_module_names and sys.argv[1:] == ["micronumpy"]:
    sys.path.insert(0, os.environ["MICRONUMPY_TESTS"])
    import dummy_module  # PyPy's own, which the tests are written for
    sys.modules["numpy"] = dummy_module
elif "_numpypy" in sys.builtin_module_names:
    import cpyembed
    import numpypy
    cpyembed.start()
    sys.modules["numpy"] = numpypy


class Skipped(Exception):
    """A test says that it is not for this machine."""


def skip(reason=""):
    raise Skipped(reason)


class Raises:
    """`raises(class, function, ...)`, `raises(class, "source")`, and as a context manager."""

    def __init__(self, expected):
        self.expected = expected

    def __enter__(self):
        return self

    def __exit__(self, kind, value, where):
        if kind is None:
            raise AssertionError("DID NOT RAISE")
        self.value = value
        return issubclass(kind, self.expected)


def raises(expected, *args, **keywords):
    if not args:
        return Raises(expected)
    with Raises(expected) as caught:
        if isinstance(args[0], str):
            frame = sys._getframe(1)
            exec(textwrap.dedent(args[0]), frame.f_globals, frame.f_locals)
        else:
            args[0](*args[1:], **keywords)
    return caught


builtins.raises, builtins.skip, builtins.py3k_skip = raises, skip, skip


def instance(test):
    """The `self` of a test."""
    self = types.SimpleNamespace(native_prefix="<" if sys.byteorder == "little" else ">",
                                 non_native_prefix=">" if sys.byteorder == "little" else "<",
                                 machine=platform.machine(), ptr_size=8, runappdirect=True,
                                 runAppDirect=True, isWindows=False,
                                 test_for_core_internal=True, check_non_native=lambda *args: None)
    for name, source in test["values"].items():
        names = {"struct": __import__("struct")}
        if isinstance(source, list):
            exec("def made():\n" + textwrap.indent(source[1], "    "), names)
            setattr(self, name, names["made"]())
        else:
            value = eval(source, names)
            setattr(self, name, value.encode("latin-1") if isinstance(value, str) else value)
    for source in test["helpers"]:
        names = {}
        exec(source, names)
        (name, function), = [(name, value) for name, value in names.items()
                             if name.startswith("w_")]
        setattr(self, name[2:], types.MethodType(function, self))
    return self


def outcome(test):
    """The state of the test, and the last line of what it says."""
    names = {}
    try:
        exec(compile(test["source"], test["name"], "exec"), names)
        names[test["name"].split("::")[1]](instance(test))
    except Skipped as reason:
        return "skipped", str(reason)
    except BaseException as error:
        where = [frame for frame in traceback.extract_tb(error.__traceback__)
                 if frame.filename == test["name"]]
        line = test["source"].splitlines()[where[-1].lineno - 1].strip() if where else ""
        return "failed", "%s | %s: %s" % (line, type(error).__name__,
                                          " ".join(str(error).split())[:200])
    return "passed", ""


def main():
    tests = json.load(sys.stdin)
    out = os.fdopen(os.dup(1), "w", buffering=1)
    sys.stdout = open(os.devnull, "w")
    for test in tests:
        state, last = outcome(test)
        out.write("result\t%s\t%s\t%s\n" % (test["name"], state, last.replace("\t", " ")))


if __name__ == "__main__":
    main()

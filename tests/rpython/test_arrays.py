"""NumPy's arrays on memory of RPython, and CPython's buffers in RPython."""
import os
import subprocess

import pytest


@pytest.fixture
def numpy(target, python3):
    """Like `target`, with a NumPy: the CPython's own, or that of a virtual
    environment of it that CPYEMBED_TEST_PYTHON names."""
    executable = os.environ.get("CPYEMBED_TEST_PYTHON") or python3

    def prefix(name):
        return subprocess.run([name, "-c", "import sys; print(sys.base_prefix, sys.version)"],
                              stdout=subprocess.PIPE).stdout

    if prefix(executable) != prefix(python3):
        executable = python3

    def run(command):
        result = target(command, CPYEMBED_TEST_EXECUTABLE=executable)
        if result.output.startswith("no NumPy"):
            pytest.skip("this CPython has no NumPy (CPYEMBED_TEST_PYTHON may name a virtual "
                        "environment's python)")
        return result
    return run


def test_one_memory_for_both_sides(numpy):
    assert list(numpy("array-shared").values().values()) == [
        "('ndarray', '<f8', (3, 4), (32, 8))", "(True, False, True, True)", "(-1.0, 159.0)"]


def test_layouts(numpy):
    lines = [line.split(" = ")[-1] for line in numpy("array-layouts").lines]
    assert lines == [
        "([3.0, 2.0, 1.0, 0.0], (-8,), True)", "([5.0, 5.0, 5.0], (0,), True)",
        "([[0.0, 2.0], [1.0, 3.0]], (8, 16), True)", "([], (8,), True)", "([0.0], (8,), False)",
        "((), 7.0)", "False"]


def test_scalars(numpy):
    lines = [line.split(" = ")[-1] for line in numpy("array-scalars").lines]
    assert lines == ["('float64', 2.5)", "('int64', -3)"]


def test_a_refused_array_lets_go_of_its_base(numpy):
    assert "Error(" in numpy("array-refused").lines[0]


@pytest.mark.parametrize("source, expected", [
    ("b'abc'", ["B itemsize 1 readonly 1: 3/1"]),
    ("bytearray(b'abc')", ["B itemsize 1 readonly 0: 3/1", "bytearray(b'zbc')"]),
    ("array.array('d', [1.0])", ["d itemsize 8 readonly 0: 1/8",
                                 "array('d', [1.000000000000027])"]),
    ("memoryview(b'123456789012').cast('i', (3, 1))", ["i itemsize 4 readonly 1: 3/4 1/4"]),
    ("memoryview(b'abcdef')[::-2]", ["B itemsize 1 readonly 1: 3/-2"]),
    ("memoryview(b'1234').cast('i', ())", ["i itemsize 4 readonly 1:"]),
])
def test_the_memory_of_a_buffer(target, source, expected):
    lines = target("buffers", source).lines
    assert [lines[0].split(" = ", 1)[1]] + [line.strip() for line in lines[1:]] == expected

"""tools.micronumpy_tests finds the tests in a file of PyPy's, and bench.crossover its ratios."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench import crossover, crossover_work  # noqa: E402
from tools import micronumpy_tests as tests  # noqa: E402

TEXT = '''class TestDirect(object):
    def test_not_this(self):
        pass

class AppTestSums(Base):
    def setup_class(cls):
        cls.w_data = cls.space.wrap(struct.pack('d', 1))
        cls.w_Made = cls.space.appexec([], \'\'\'():
            return 7
            \'\'\')

    def w_help(self, x):
        return x

    def test_first(self):
        text = """
no indentation
"""
        assert text

    def test_second(self):
        assert self.help(1)

def function():
    pass
'''


def test_the_methods_of_the_apptest_classes():
    found = tests.methods(TEXT)
    assert [(kind, name) for kind, name, _ in found] == [
        ("AppTestSums", "w_help"), ("AppTestSums", "test_first"), ("AppTestSums", "test_second")]
    for _, name, source in found:
        names = {}
        exec(source, names)
        assert callable(names[name])
    assert "function" not in found[-1][2]


def test_the_values_that_setup_class_gives():
    assert tests.values(TEXT) == {"data": "struct.pack('d', 1)", "Made": ("def", "return 7\n")}


def test_what_numpy_fails_too_is_told_apart():
    assert tests.of_numpy("failed", "failed") == "failed, as NumPy does"
    assert tests.of_numpy("failed", "passed") == "failed"
    assert tests.of_numpy("process ended", "failed") == "process ended"


def test_every_known_reason_is_of_a_kind_that_the_file_explains():
    known = tests.known()
    assert known and {letter for letter, _ in known.values()} <= {"asked", "limit"}


def test_sizes_and_ratios():
    assert crossover_work.sizes(100) == [1, 3, 10, 30, 100]
    best = {("add", "CPython", 1): 100.0, ("add", "numpypy", 1): 50.0,
            ("add", "CPython", 3): 100.0, ("add", "numpypy", 3): 130.0}
    text = crossover.report(best, ["add"])
    assert "| add | 0.50 | **1.30** |" in text and "| add | micronumpy alone | – | – |" in text

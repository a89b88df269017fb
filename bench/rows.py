"""What is compared with what, and what is wanted: section 8 of the design, row by row."""

from dataclasses import dataclass

from bench.names import CPYTHON, NATIVE, PRELOAD, C


@dataclass(frozen=True)
class Line:
    """One line of the table.

    work: str, its name in works/section8.py and floor.c; label: str; baseline: C, CPYTHON or None;
    limits: dict, engine -> number; how: what the number limits:
      "ratio"   the engine's time to the baseline's, at most
      "faster"  the baseline's time to the engine's, at least
      "ns"      nanoseconds a turn, at most
      "growth"  kilobytes that a process grows by, at most
    """

    work: str
    label: str
    baseline: object
    limits: dict
    how: str = "ratio"


def _limits(native=None, preload=None):
    both = {NATIVE: native, PRELOAD: preload}
    return {engine: limit for engine, limit in both.items() if limit is not None}


def _arrays():
    for name, native, preload in (("sum", 1.3, 2), ("add", 2, 3), ("stencil", 2, 3)):
        work, label = "array-" + name, "shared array in a loop: " + name
        yield Line(work, label, C, _limits(native, preload))
        yield Line(work, label, CPYTHON, _limits(50, 30), "faster")


def _hand_over():
    for way, label in (("to", "numpypy array to ndarray"), ("from", "ndarray to numpypy array")):
        for size in ("10", "1000000"):
            yield Line("%s-ndarray-%s" % (way, size), "%s, %s doubles" % (label, size), None,
                       _limits(250), "ns")


LINES = [
    Line("sin", "`s += sin(float(i))`", C, _limits(1.3)),
    Line("sin", "`s += sin(float(i))`", CPYTHON, _limits(0.8, 1.6)),
    Line("attribute", "attribute read", C, _limits(2, 5)),
    Line("keywords", "call with keywords", C, _limits(2, 5)),
    Line("item", "item read", C, _limits(2, 5)),
    *_hand_over(),
    *_arrays(),
    Line("numpy-add", "`np.add` on 1,000 doubles", CPYTHON, _limits(1.3, 1.5)),
    Line("quad-line", "`quad`, integrand of one line", CPYTHON, _limits(1.1, 1.3)),
    Line("quad-50", "`quad`, integrand of 50 operations", CPYTHON, _limits(1 / 3, 1 / 3)),
    Line("str-to-cpython", "str of 1 MB, to CPython", CPYTHON, _limits(2, 6)),
    Line("str-to-pypy", "str of 1 MB, to PyPy", CPYTHON, _limits(2, 6)),
    Line("list-to-cpython", "list of 1,000,000 ints, to CPython", CPYTHON, _limits(2, 6)),
    Line("list-to-pypy", "list of 1,000,000 ints, to PyPy", CPYTHON, _limits(2, 6)),
    Line("iterate-ints", "`for x in` 1,000,000 ints", CPYTHON, _limits(1, 1.5)),
    Line("iterate-floats", "`for x in` 1,000,000 floats", CPYTHON, _limits(1, 1.5)),
    Line("iterate-pairs", "`for a, b in` 1,000,000 pairs", CPYTHON, _limits(1, 1.5)),
    # What an allocator keeps for itself is not growth; an object of 16 bytes lost at every other
    # call would be 40 MB.
    Line("calls-memory", "10,000,000 calls", None, _limits(4096, 4096), "growth"),
]

# The C program has these.
IN_C = {line.work for line in LINES if line.baseline == C}

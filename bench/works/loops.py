"""Loops over an array of 1,000,000 doubles: the first pass of a process, in which a compiler
compiles, and the later ones. The array comes from CPython's NumPy."""

import time

from works import section8
from works.side import work

try:
    import numba
except ImportError:
    numba = None        # only in the environment of that baseline


def passes(run):
    start = time.perf_counter()
    run(1)
    yield "first pass", (time.perf_counter() - start) * 1e9
    yield "later passes", run


def _sum(a):
    total = 0.0
    for i in range(len(a)):
        total += a[i]
    return total


def _add(a, b, d):
    for i in range(len(a)):
        d[i] = a[i] + b[i]
    return d[-1]


def _stencil(a, d):
    for i in range(1, len(a) - 1):
        d[i] = 0.25 * a[i - 1] + 0.5 * a[i] + 0.25 * a[i + 1]
    return d[-2]


def by_numba(function, *factors):
    """The loop as one gives it to Numba: a function of its arrays."""
    arrays = section8.shared(*factors)
    function = numba.njit(function)

    def run(turns):
        for _ in range(turns):
            result = function(*arrays)
        return float(result)
    return run


@work("loop-sum")
def loop_sum():
    return passes(by_numba(_sum, 1.0) if numba else section8.array_sum())


@work("loop-add")
def loop_add():
    return passes(by_numba(_add, 1.0, 2.0, 0.0) if numba else section8.array_add())


@work("loop-stencil")
def loop_stencil():
    return passes(by_numba(_stencil, 1.0, 0.0) if numba else section8.array_stencil())

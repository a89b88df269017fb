"""Times functions of NumPy on arrays from one element to many; run by bench/crossover.py.

    PYTHON crossover_work.py FUNCTION LARGEST SECONDS

On CPython that is NumPy; on the native build numpypy, and beside it micronumpy alone and NumPy
through the boundary alone. Prints a line `WAY SIZE NANOSECONDS` for each.
"""

import sys
import time

clock = time.perf_counter
BINARY = ("add", "multiply", "divide", "less", "dot")
METHODS = ("sum", "max", "mean")
FUNCTIONS = (*BINARY, "sqrt", "exp", "sin", *METHODS)


def sizes(largest):
    """1, 3, 10, 30, ... up to `largest`."""
    found, decade = [], 1
    while decade <= largest:
        found += [decade, 3 * decade]
        decade *= 10
    return [size for size in found if size <= largest]


def call(function, *operands):
    def run(turns):
        for _ in range(turns):
            function(*operands)
    return run


def operator_call(name, first, second):
    """The same as the operator, which is what programs write."""
    if name == "add":
        def run(turns):
            for _ in range(turns):
                result = first + second  # noqa: F841
    elif name == "multiply":
        def run(turns):
            for _ in range(turns):
                result = first * second  # noqa: F841
    elif name == "divide":
        def run(turns):
            for _ in range(turns):
                result = first / second  # noqa: F841
    elif name == "less":
        def run(turns):
            for _ in range(turns):
                result = first < second  # noqa: F841
    else:
        return None
    return run


def method_call(name, array):
    if name == "sum":
        def run(turns):
            for _ in range(turns):
                array.sum()
    elif name == "max":
        def run(turns):
            for _ in range(turns):
                array.max()
    else:
        def run(turns):
            for _ in range(turns):
                array.mean()
    return run


def plainly(np, name, size):
    """`run(turns)` of the function as a program writes it: an operator, a method or a call."""
    a = np.linspace(0.5, 1.5, size)
    if name in METHODS:
        return method_call(name, a)
    if name in BINARY:
        b = a * 0.5
        return operator_call(name, a, b) or call(getattr(np, name), a, b)
    return call(getattr(np, name), a)


def by_micronumpy(name, size):
    """The same by micronumpy's loop; None if it has none."""
    from _numpypy import multiarray, umath
    a = multiarray.array([0.5 + i / size for i in range(size)])
    if name in METHODS:
        function = {"sum": "add", "max": "maximum"}.get(name)
        return function and call(getattr(umath, function).reduce, a)
    if name == "dot":
        return call(multiarray.dot, a, a)
    function = getattr(umath, name)
    return call(function, a, umath.multiply(a, 0.5)) if name in BINARY else call(function, a)


def through_the_boundary(name, size):
    """The same by NumPy itself, numpypy's arrays in the arguments and in the result."""
    import cpyembed
    np = cpyembed.import_module("numpy")
    a = np.linspace(0.5, 1.5, size)
    if name in BINARY:
        return call(getattr(np, name), a, np.multiply(a, 0.5))
    return call(getattr(np, name), a)


def ways(name, size):
    """[(name of the way, run)]."""
    if not hasattr(sys, "pypy_version_info"):
        import numpy
        return [("CPython", plainly(numpy, name, size))]
    import numpypy
    found = [("numpypy", plainly(numpypy, name, size)),
             ("boundary", through_the_boundary(name, size))]
    if size <= 1000000:
        found.append(("micronumpy", by_micronumpy(name, size)))
    return [(way, run) for way, run in found if run is not None]


def timed(run, seconds):
    """Nanoseconds a turn: the best of five runs, after the JIT has seen it."""
    turns = 1
    while True:
        start = clock()
        run(turns)
        took = clock() - start
        if took > seconds / 5 or turns >= 1 << 24:
            break
        turns *= 2
    best = took / turns
    for _ in range(4):
        start = clock()
        run(turns)
        best = min(best, (clock() - start) / turns)
    return best * 1e9


def main():
    name, largest, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    for size in sizes(largest):
        for way, run in ways(name, size):
            run(1500 if size < 3000 else 3)
            print(way, size, "%.1f" % timed(run, seconds), flush=True)


if __name__ == "__main__":
    main()

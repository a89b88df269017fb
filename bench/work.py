"""What is timed, as Python: the same source on CPython and, with CPython inside, on PyPy.

    python work.py NAME SECONDS         nanoseconds a turn, and what came out, for a check
    python work.py calls-memory CALLS   kilobytes that the process grew by

Each function prepares its work and returns `run(turns)`, which does it that often. On CPython the
stand-in below takes the place of `cpyembed`, and the libraries are its own.
"""

import builtins
import importlib
import sys
import time

if sys.implementation.name == "cpython":
    class cpyembed:
        """What the module does, where nothing has to be crossed."""
        import_module = staticmethod(importlib.import_module)
        eval = staticmethod(builtins.eval)

        @staticmethod
        def raw(function):
            return function

        @staticmethod
        def asarray(array):
            return array
else:
    import cpyembed

WORK = {}
LENGTH = 1000000        # of the arrays and lists
WARM = 0.4              # seconds that a work runs before it is timed: a compiler needs them


def work(name):
    def register(function):
        WORK[name] = function
        return function
    return register


# ______________________________________________________________________
# Calls, attributes, items


@work("sin")
def sin():
    sine = cpyembed.import_module("math").sin

    def run(turns):
        total = 0.0
        for i in range(turns):
            total += sine(float(i))
        return total
    return run


def evaluated(source):
    """A CPython object, as a reference: not as the value that it might cross as."""
    if sys.implementation.name == "cpython":
        return eval(source, {})
    return cpyembed.raw(cpyembed.import_module("builtins").eval)(source, {})


@work("attribute")
def attribute():
    point = evaluated("type('Point', (), {'x': 1.5})()")

    def run(turns):
        total = 0.0
        for _ in range(turns):
            total += point.x
        return total
    return run


@work("keywords")
def keywords():
    function = evaluated("lambda x, base: base")

    def run(turns):
        total = 0
        for i in range(turns):
            total += function(i, base=2)
        return total
    return run


@work("item")
def item():
    items = evaluated("[float(i) for i in range(1024)]")

    def run(turns):
        total = 0.0
        for i in range(turns):
            total += items[i & 1023]
        return total
    return run


# ______________________________________________________________________
# Arrays


def handed_to_cpython(length):
    import numpypy
    array = numpypy.zeros(length)
    cross, let_go = cpyembed.Object, cpyembed.release

    def run(turns):
        for _ in range(turns):
            let_go(cross(array))
        return length
    return run


def handed_to_pypy(length):
    import numpypy
    array = cpyembed.raw(cpyembed.import_module("numpy").zeros)(length)
    cross = numpypy.asarray

    def run(turns):
        for _ in range(turns):
            cross(array)
        return length
    return run


WORK["to-ndarray-10"] = lambda: handed_to_cpython(10)
WORK["to-ndarray-1000000"] = lambda: handed_to_cpython(LENGTH)
WORK["from-ndarray-10"] = lambda: handed_to_pypy(10)
WORK["from-ndarray-1000000"] = lambda: handed_to_pypy(LENGTH)


def shared(*factors):
    """Arrays of NumPy, seen from here: the numbers from 0 on, times each of the factors."""
    numpy = cpyembed.import_module("numpy")
    made = [cpyembed.raw(numpy.multiply)(cpyembed.raw(numpy.arange)(float(LENGTH)), factor)
            for factor in factors]
    return [cpyembed.asarray(array) for array in made]


@work("array-sum")
def array_sum():
    (a,) = shared(1.0)

    def run(turns):
        total = 0.0
        for _ in range(turns):
            for i in range(LENGTH):
                total += a[i]
        return total / turns
    return run


@work("array-add")
def array_add():
    a, b, d = shared(1.0, 2.0, 0.0)

    def run(turns):
        for _ in range(turns):
            for i in range(LENGTH):
                d[i] = a[i] + b[i]
        return float(d[LENGTH - 1])
    return run


@work("array-stencil")
def array_stencil():
    a, d = shared(1.0, 0.0)

    def run(turns):
        for _ in range(turns):
            for i in range(1, LENGTH - 1):
                d[i] = 0.25 * a[i - 1] + 0.5 * a[i] + 0.25 * a[i + 1]
        return float(d[LENGTH - 2])
    return run


@work("numpy-add")
def numpy_add():
    numpy = cpyembed.import_module("numpy")
    a, b = numpy.arange(1000.0), numpy.arange(1000.0)
    add = numpy.add

    def run(turns):
        for _ in range(turns):
            c = add(a, b)
        return float(c[999])
    return run


# ______________________________________________________________________
# Callbacks


def integral(integrand):
    quad = cpyembed.import_module("scipy.integrate").quad

    def run(turns):
        for _ in range(turns):
            value = quad(integrand, 0.0, 1.0)[0]
        return float(value)
    return run


@work("quad-line")
def quad_line():
    return integral(lambda x: x * x - 0.3 * x + 1)


@work("quad-50")
def quad_50():
    steps = "".join("    r = r * x + %s\n" % (1.0 / (1 + k)) for k in range(25))
    names = {}
    exec("def polynomial(x):\n    r = 0.0\n%s    return r\n" % steps, names)
    return integral(names["polynomial"])


# ______________________________________________________________________
# Values across.  CPython's part is what the contract compares with.


@work("str-to-cpython")
def str_to_cpython():
    if sys.implementation.name == "cpython":
        data = b"x" * LENGTH
        return repeated(lambda: data.decode())
    text = "x" * LENGTH
    return repeated(lambda: cpyembed.release(cpyembed.Object(text)))


@work("str-to-pypy")
def str_to_pypy():
    if sys.implementation.name == "cpython":
        data = b"x" * LENGTH
        return repeated(lambda: data.decode())
    return repeated(evaluated("lambda text='x' * 1000000: text"))


@work("list-to-cpython")
def list_to_cpython():
    if sys.implementation.name == "cpython":
        return repeated(lambda: list(range(LENGTH)))
    numbers = list(range(LENGTH))
    return repeated(lambda: cpyembed.release(cpyembed.Object(numbers)))


@work("list-to-pypy")
def list_to_pypy():
    if sys.implementation.name == "cpython":
        return repeated(lambda: list(range(LENGTH)))
    numbers = evaluated("list(range(1000000))")
    return repeated(lambda: cpyembed.to_python(numbers))


def repeated(function):
    def run(turns):
        for _ in range(turns):
            function()
        return turns > 0
    return run


# ______________________________________________________________________
# Iteration


def iterated(source):
    items = evaluated(source)

    def run(turns):
        for _ in range(turns):
            total = 0
            for x in items:
                total += x
        return float(total)
    return run


WORK["iterate-ints"] = lambda: iterated("list(range(1000000))")
WORK["iterate-floats"] = lambda: iterated("[float(i) for i in range(1000000)]")


@work("iterate-pairs")
def iterate_pairs():
    items = evaluated("[(i, i + 1) for i in range(1000000)]")

    def run(turns):
        for _ in range(turns):
            total = 0
            for a, b in items:
                total += b - a
        return total
    return run


# ______________________________________________________________________


def resident():
    """Kilobytes of memory that the process has now."""
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    raise OSError("no VmRSS in /proc/self/status")


def memory_of_calls(calls):
    """How many kilobytes the second half of `calls` calls adds: by turns they give a number and an
    object. The first half is for the collectors to reach what they need."""
    sine = cpyembed.import_module("math").sin
    make = evaluated("lambda: object()")

    def run(turns):
        for i in range(turns // 2):
            sine(float(i))
            make()
    run(calls // 2)
    before = resident()
    run(calls // 2)
    return resident() - before


def timed(name, seconds):
    """(nanoseconds a turn, the result of three turns): warmed up, then for about `seconds`."""
    run = WORK[name]()
    result = float(run(3))
    turns, clock = 1, time.perf_counter
    begin = clock()
    while True:
        start = clock()
        run(turns)
        elapsed = clock() - start
        if elapsed >= seconds / 4 and clock() - begin >= WARM:
            break
        if elapsed < seconds / 4:
            turns = max(2 * turns, min(100 * turns, int(turns * seconds / 3 / max(elapsed, 1e-9))))
    turns = max(1, int(turns * seconds / elapsed))
    start = clock()
    run(turns)
    return (clock() - start) / turns * 1e9, result


def main():
    name = sys.argv[1]
    cpyembed.import_module("builtins")      # started, before anything is timed
    if name == "calls-memory":
        print("%d 0" % memory_of_calls(int(sys.argv[2])))
    else:
        print("%.4f %r" % timed(name, float(sys.argv[2])))


if __name__ == "__main__":
    main()

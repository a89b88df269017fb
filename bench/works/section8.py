"""The rows of section 8 of the design."""

from works.side import WORK, cpyembed, evaluated, python, resident, work

LENGTH = 1000000        # of the arrays and lists


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
    if python() == "cpython":
        data = b"x" * LENGTH
        return repeated(lambda: data.decode())
    text = "x" * LENGTH
    return repeated(lambda: cpyembed.release(cpyembed.Object(text)))


@work("str-to-pypy")
def str_to_pypy():
    if python() == "cpython":
        data = b"x" * LENGTH
        return repeated(lambda: data.decode())
    return repeated(evaluated("lambda text='x' * 1000000: text"))


@work("list-to-cpython")
def list_to_cpython():
    if python() == "cpython":
        return repeated(lambda: list(range(LENGTH)))
    numbers = list(range(LENGTH))
    return repeated(lambda: cpyembed.release(cpyembed.Object(numbers)))


@work("list-to-pypy")
def list_to_pypy():
    if python() == "cpython":
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


@work("calls-memory")
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
    yield "-", resident() - before

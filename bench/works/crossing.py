"""The curves: what crosses, how much of it, in which direction, and how often at once."""

import array
import gc
import threading

from works.side import EMBEDDED, compiled, cpyembed, evaluated, peer, resident, work

SIZES = (10, 100, 1000, 10000, 100000, 1000000)
DOUBLES = (0, 10, 1000, 100000, 1000000, 10000000, 125000000)


# ______________________________________________________________________
# Arguments


@work("arguments")
def arguments():
    nothing = peer().nothing
    for count in (0, 1, 2, 4, 8):
        yield str(count), compiled("i", "f(%s)" % ", ".join(["i"] * count), {"f": nothing})


class Thing:
    """What every language crosses by reference."""


@work("kinds")
def kinds():
    nothing = peer().nothing
    for label, value in [
            ("None", None), ("bool", True), ("int", 12), ("int of 100 digits", 10 ** 99),
            ("float", 1.5), ("complex", 1.5j), ("str of 10", "abcdefghij"),
            ("bytes of 10", b"abcdefghij"), ("tuple of 3", (1, 2, 3)), ("list of 3", [1, 2, 3]),
            ("dict of 3", {"a": 1, "b": 2, "c": 3}), ("CPython's object", evaluated("object()")),
            ("own object", Thing()), ("own function", lambda: None)]:
        yield label, compiled("_", "f(x)", {"f": nothing, "x": value})


# ______________________________________________________________________
# Strings, lists, dicts


def made(kind, size):
    """A value of this side."""
    if kind == "str":
        return "x" * size
    return list(range(size)) if kind == "list" else {str(i): i for i in range(size)}


def made_anew(kind, size):
    """What CPython is timed with, where nothing crosses: making the value."""
    if kind == "str":
        data = b"x" * size
        return data.decode
    if kind == "list":
        return lambda: list(range(size))
    return lambda: {str(i): i for i in range(size)}


def to_cpython(kind):
    length = peer().length
    for size in SIZES:
        if EMBEDDED:
            yield size, counted(applied(length, made(kind, size)))
        else:
            yield size, counted(length_of(made_anew(kind, size)))


def to_here(kind):
    other = peer()
    give, to_python = other.give, cpyembed.to_python
    for size in SIZES:
        if EMBEDDED:
            other.keep(kind, size)
            yield size, counted(lambda: len(to_python(give())))
        else:
            yield size, counted(length_of(made_anew(kind, size)))


def applied(function, value):
    return lambda: function(value)


def length_of(make):
    return lambda: len(make())


def counted(function):
    """A run(turns) of `function()`, whose last result it gives."""
    def run(turns):
        for _ in range(turns):
            result = function()
        return result
    return run


for _kind in ("str", "list", "dict"):
    work(_kind + "-to")(lambda kind=_kind: to_cpython(kind))
    work(_kind + "-from")(lambda kind=_kind: to_here(kind))


# ______________________________________________________________________
# Arrays


def own_array(length):
    """Doubles of this side: numpypy's array where that is PyPy's own, else an array.array."""
    if not EMBEDDED:
        import numpy
        return numpy.zeros(length)
    if cpyembed.info()["engine"] == "native":
        import numpypy
        return numpypy.zeros(length)
    zeros = array.array("d", [0.0])
    return zeros * length


@work("array-to")
def array_to():
    doubles = peer().doubles
    for length in DOUBLES:
        yield 8 * length, counted(applied(doubles, own_array(length)))


@work("array-from")
def array_from():
    other = peer()
    if EMBEDDED and cpyembed.info()["engine"] == "native":
        import numpypy  # arrays arrive as its own from here on
        numpypy.zeros(1)
    give, asarray = other.give, cpyembed.asarray
    for length in DOUBLES:
        other.keep("array", length)
        yield 8 * length, counted(lambda: len(asarray(give())))
    other.keep("array", 0)


# ______________________________________________________________________
# Callbacks and exceptions


@work("callbacks")
def callbacks():
    other = peer()
    call, call_many = other.call, other.call_many
    yield "one float", lambda turns: call(lambda x: x * x - 0.3 * x, turns)
    yield "eight floats", lambda turns: call_many(lambda a, b, c, d, e, f, g, h: a + h, turns)


class Own(Exception):
    """An exception class of this side."""


@work("exceptions")
def exceptions():
    other = peer()
    fails, catches, call = other.fails, other.catches, other.call

    def caught_here(turns):
        for _ in range(turns):
            try:
                fails()
            except ValueError:
                pass
        return 1
    yield "raised there, caught here", caught_here

    def raising(*_):
        raise Own("no")

    def caught_there(turns):
        return catches(raising, turns) == turns
    yield "raised here, caught there", caught_there

    def through(turns):
        for _ in range(turns):
            try:
                call(raising, 1)
            except Own:
                pass
        return 1
    yield "raised here, through there, caught here", through


# ______________________________________________________________________
# Threads


def in_threads(count, function, calls):
    """A run(turns) whose turn is so many `calls` (int), divided among the threads."""
    def some(turns):
        for _ in range(turns):
            function()

    def run(turns):
        share = max(1, turns * calls // count)
        threads = [threading.Thread(target=some, args=(share,)) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return 0
    return run


@work("threads-call")
def threads_call():
    nothing = peer().nothing
    for count in (1, 2, 4, 8):
        yield str(count), in_threads(count, nothing, 1000)


@work("threads-hash")
def threads_hash():
    hashed = peer().hashed
    for count in (1, 2, 4, 8):
        yield str(count), in_threads(count, hashed, 100)


# ______________________________________________________________________
# Many references, deep values


def available():
    """Kilobytes that the machine can still give."""
    with open("/proc/meminfo") as info:
        for line in info:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1])
    raise OSError("no MemAvailable in /proc/meminfo")


def with_live_references(measured):
    """A curve over the number of live references; measured(new, live, first): its points."""
    new, live = peer().new, []
    before = resident()
    for count in (1, 10, 100, 1000, 10000, 100000, 1000000, 10000000):
        if (resident() - before) * 10 > available() // 2:
            yield count, "would need more than half of the memory"
            return
        while len(live) < count:
            live.append(new())
        yield count, measured(new, live, before)


@work("references")
def references():
    """One more reference, made and dropped, the collector's part in it."""
    return with_live_references(lambda new, live, before: counted(lambda: new() is None))


@work("references-collect")
def references_collect():
    """A whole collection of this side's."""
    return with_live_references(lambda new, live, before: counted(lambda: bool(gc.collect()) < 0))


@work("references-bytes")
def references_bytes():
    """Bytes that a reference and its object take; too few to see are not shown."""
    for count, size in with_live_references(
            lambda new, live, before: 1024.0 * (resident() - before) / len(live)):
        if count >= 1000000:
            yield count, size


@work("nesting-to")
def nesting_to():
    depth = peer().depth
    for levels in (1, 10, 100, 500):
        value = []
        for _ in range(levels):
            value = [value]
        yield str(levels), counted(applied(depth, value))


@work("nesting-from")
def nesting_from():
    other = peer()
    give, to_python = other.give, cpyembed.to_python
    for levels in (1, 10, 100, 500):
        other.keep("nested", levels)
        yield str(levels), counted(lambda: len(to_python(give())))

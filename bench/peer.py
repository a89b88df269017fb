"""The CPython side of the curves: the same functions for everyone who calls them, from PyPy, Java,
R, Node or through a pipe."""

_kept = {}


def nothing(*arguments):
    """Take anything."""


def length(value):
    """The elements that have arrived (int). A container that has not been copied on the way is
    copied here: without that its elements would still be on the other side."""
    kind = type(value)
    if kind is not str and kind is not list and kind is not dict:
        value = dict(value) if hasattr(value, "keys") else list(value)
    return len(value)


def keep(kind, size):
    """Make a value of `size` elements, for give(); its kind: str, list, dict, nested or array."""
    size = int(size)
    if kind == "str":
        value = "x" * size
    elif kind == "list":
        value = list(range(size))
    elif kind == "dict":
        value = {str(i): i for i in range(size)}
    elif kind == "nested":
        value = []
        for _ in range(size):
            value = [value]
    else:
        import numpy
        value = numpy.zeros(size)
    _kept["value"] = value


def give():
    """What keep() made."""
    return _kept["value"]


def depth(value):
    """How deep a nested list is (int)."""
    levels = 0
    while len(value):
        value = value[0]
        levels += 1
    return levels


def doubles(array):
    """How many doubles the memory of `array` holds (int); it must have arrived as memory."""
    return memoryview(array).nbytes // 8


def call(function, times):
    """Call `function(1.5)` so often; the last result."""
    result = None
    for _ in range(int(times)):
        result = function(1.5)
    return result


def call_many(function, times):
    """Call `function` with eight floats so often; the last result."""
    result = None
    for _ in range(int(times)):
        result = function(1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5)
    return result


def fails():
    """Raise ValueError."""
    raise ValueError("no")


def catches(function, times):
    """Call `function()`, which raises, so often; how many exceptions were caught (int)."""
    caught = 0
    for _ in range(int(times)):
        try:
            function()
        except Exception:
            caught += 1
    return caught


def new():
    """An object that no language converts."""
    return object()


def add(x, y):
    """Their sum."""
    return x + y


_block = bytes(65536)


def hashed():
    """Some 30 microseconds and more of work during which CPython's GIL is free."""
    import hashlib
    hashlib.sha256(_block).digest()

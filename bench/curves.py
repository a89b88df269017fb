"""The works beyond section 8, and who has which."""

from dataclasses import dataclass

from bench.names import CPYTHON, C
from bench.rows import LINES


@dataclass(frozen=True)
class Curve:
    """One work whose result is several points.

    work: str, its name in the workers; title: str; axis: str, what the points differ by; unit: str
    of the number: "ns" (a turn) or "bytes"; sized: whether the labels are numbers.
    """

    work: str
    title: str
    axis: str
    unit: str = "ns"
    sized: bool = False


CROSSING = [
    Curve("arguments", "a call of `def f(*a)`", "int arguments"),
    Curve("kinds", "a call with one argument", "its kind"),
    Curve("str-to", "a str, to CPython", "characters", sized=True),
    Curve("str-from", "a str, from CPython", "characters", sized=True),
    Curve("list-to", "a list of ints, to CPython", "elements", sized=True),
    Curve("list-from", "a list of ints, from CPython", "elements", sized=True),
    Curve("dict-to", "a dict of str to int, to CPython", "elements", sized=True),
    Curve("dict-from", "a dict of str to int, from CPython", "elements", sized=True),
    Curve("array-to", "an array of doubles, to CPython", "bytes of the array", sized=True),
    Curve("array-from", "an array of doubles, from CPython", "bytes of the array", sized=True),
    Curve("callbacks", "a callback from CPython", "its arguments"),
    Curve("exceptions", "an exception", "its way"),
    Curve("threads-call", "1,000 calls, from threads at once", "threads", sized=True),
    Curve("threads-hash", "100 calls that hash 64 kB each, CPython's GIL free", "threads",
          sized=True),
    Curve("references", "one more reference, and its end", "live references", sized=True),
    Curve("references-collect", "a whole collection", "live references", sized=True),
    Curve("references-bytes", "memory of a reference and its object", "live references", "bytes",
          True),
    Curve("nesting-to", "lists in lists, to CPython", "depth", sized=True),
    Curve("nesting-from", "lists in lists, from CPython", "depth", sized=True),
]
LOOPS = [Curve("loop-" + name, "%s, 1,000,000 doubles" % name, "pass")
         for name in ("sum", "add", "stencil")]
SMALL = [Curve("numpy-small", "small things with NumPy", "what")]

ALL = CROSSING + LOOPS + SMALL
_NAMES = {curve.work for curve in ALL}
_TABLE = {line.work for line in LINES}
OF_NUMPYPY = {line.work for line in LINES if line.how == "ns"}
OF_CPYTHON = _NAMES | {line.work for line in LINES if line.baseline in (C, CPYTHON)}
OF_ENGINES = _NAMES | _TABLE
# What crosses nothing: a stock PyPy with its own NumPy has these.
OF_CPYEXT = {curve.work for curve in LOOPS + SMALL}

"""One program by numpypy and by NumPy, and what comes out of it, compared.

What is compared: the class, dtype, shape and elements of arrays and scalars (every NaN is the
same), the text of texts, and the class of an exception.
"""

import re
import warnings

from numpypy_programs import HELPERS

import cpyembed
import numpypy

THERE = """
import warnings
import numpy as np
np.seterr(all="ignore")
warnings.simplefilter("ignore")

def elements(value):
    if value.dtype.kind == "f":
        value = np.where(np.isnan(value), np.array(np.nan, value.dtype), value)
    elif value.dtype.kind == "c":
        value = value.copy()
        for part in (value.real, value.imag):
            part[...] = np.where(np.isnan(part), np.nan, part)
    return repr(value.tolist()) if value.dtype.kind in "fcO" else value.tobytes().hex()

def describe(value):
    cls = type(value)
    if isinstance(value, np.ndarray):
        return "%s %s %s %s" % (cls.__name__, value.dtype.str, value.shape,
                                elements(np.asarray(value)))
    if isinstance(value, np.generic):
        return "scalar %s %s" % (value.dtype.str, elements(np.asarray(value)))
    if isinstance(value, np.dtype):
        return "dtype " + value.str
    if cls in (tuple, list):
        return "%s(%s)" % (cls.__name__, ", ".join(map(describe, value)))
    if cls is complex:
        return "complex %r %r" % (value.real, value.imag)
    return "%s %r" % (cls.__name__, value)

def evaluate(setup, program):
    names = {"np": np}
    try:
        exec(helpers, names)
        exec(setup, names)
    except Exception as error:
        return "setup: " + type(error).__name__
    try:
        exec(program, names)
    except Exception as error:
        return "! " + type(error).__name__
    return describe(names["r"])
"""

# What differs, by the words of docs/numpypy.md: of the program, of numpypy's answer, of NumPy's.
KNOWN = [
    ("int64 is an int", r"as_integer_ratio|isinstance\(x, \(int", r"", r""),
    ("int64 is an int", r"", r"(float|complex) ", r"scalar (<f8|<c16) "),
    ("PyPy's `%` writes floats beyond 1e50 with an exponent",
     r"'%\.2f' % x", r"", r"0{40}|\d{50}"),
    ("a scalar of text has the operators of str and bytes", r"^x = a", r"(bytes|str) ", r"! "),
    ("the name of a class of CPython's has its module", r"type\(x\)\.__name__", r"str 'numpy\.",
     r"str "),
    ("a whole view of CPython's memory says that it owns it", r"owndata", r"True\)$", r"False\)$"),
]


def known(program, ours, theirs):
    """The reason (str) why a difference is expected, or None."""
    for reason, *patterns in KNOWN:
        if all(map(re.search, patterns, (program, ours, theirs))):
            return reason
    return None


class Comparison:
    """CPython's side, started once."""

    def __init__(self):
        names = {}
        cpyembed.exec(THERE, names)
        cpyembed.exec("global helpers; helpers = compile(%r, 'helpers', 'exec')" % HELPERS,
                      names["evaluate"].__globals__)
        self.evaluate = names["evaluate"]
        self.describe = cpyembed.raw(names["describe"])
        self.helpers = compile(HELPERS, "helpers", "exec")

    def ours(self, setup, program):
        """What numpypy makes of it (str)."""
        names = {"np": numpypy}
        with warnings.catch_warnings(), numpypy.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                exec(self.helpers, names)
                exec(setup, names)
            except Exception as error:
                return "setup: " + type(error).__name__
            try:
                exec(program, names)
            except Exception as error:
                return "! " + type(error).__name__
            try:
                return str(self.describe(names["r"]))
            except Exception as error:
                return "cannot be described: %s: %s" % (type(error).__name__, error)

    def difference(self, setup, program):
        """None, or (what numpypy says, what NumPy says, why it is expected or None)."""
        ours = self.ours(setup, program)
        theirs = str(self.evaluate(setup, program))
        if ours == theirs:
            return None
        return ours, theirs, known(program, ours, theirs)

"""Prints who does what in numpypy, as the table of docs/numpypy.md.

Run by the native build:  bin/pypy-cpyembed tools/numpypy_table.py
"""

import numpypy
from numpypy import _arrays, _crossing, _methods, _native, _scalars, _ufuncs

BOTH = ("add", "sub", "mul", "eq", "ne", "lt", "le", "gt", "ge", "radd", "rsub", "rmul", "iadd",
        "isub", "imul", "neg", "abs")


def functions():
    """The names of numpy.__all__ by who does them (dict of str to list of str)."""
    done = {"micronumpy": [], "micronumpy or NumPy": [], "NumPy": [], "absent": []}
    for name in numpypy.__all__:
        value = getattr(numpypy, name, None)
        if not hasattr(numpypy, name):
            kind = "absent"
        elif isinstance(value, _ufuncs.ufunc) and name in (*_ufuncs.UNARY, *_ufuncs.BINARY):
            kind = "micronumpy or NumPy"
        elif name in _arrays.__all__ or name in ("dtype", "ndarray"):
            kind = "micronumpy or NumPy"
        elif name in _native.__all__:
            kind = "micronumpy"
        else:
            kind = "NumPy"
        done[kind].append(name)
    return done


def attributes(cls, original, completed):
    """The attributes of `original`, a class of NumPy's, by who does them for `cls`."""
    done = {"micronumpy": [], "micronumpy or NumPy": [], "NumPy": [], "absent": []}
    for name in map(str, dir(original)):
        if not hasattr(cls, name):
            kind = "absent"
        elif name.strip("_") in BOTH or name in ("reshape", "copy", "flatten", "flags", "base"):
            kind = "micronumpy or NumPy"
        elif name in completed:
            kind = "NumPy"
        else:
            kind = "micronumpy"
        done[kind].append(name)
    return done


def main():
    np = _crossing.numpy()
    rows = [("names of `numpy`", functions()),
            ("attributes of `ndarray`",
             attributes(numpypy.ndarray, np.ndarray, _methods.completed)),
            ("attributes of the scalars",
             attributes(numpypy.float64, np.float64, _scalars.completed))]
    kinds = list(rows[0][1])
    print("NumPy %s:" % np.__version__)
    print()
    print("| | %s |" % " | ".join(kinds))
    print("|---|%s" % ("---|" * len(kinds)))
    for what, done in rows:
        print("| %s | %s |" % (what, " | ".join(str(len(done[kind])) for kind in kinds)))


if __name__ == "__main__":
    main()

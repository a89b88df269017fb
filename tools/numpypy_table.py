"""Prints who does what in numpypy, as the table of docs/numpypy.md.

Run by the native build:  bin/pypy-cpyembed tools/numpypy_table.py
"""

import numpypy
from numpypy import _arrays, _crossing, _methods, _native, _reductions, _scalars, _ufuncs

KINDS = ("micronumpy", "NumPy's loops or NumPy", "micronumpy or NumPy", "NumPy", "absent")
BOTH = ("dtype", "ndarray", "reshape", "copy", "flatten", "flags", "base")
SCALAR_OPERATORS = ("add", "sub", "mul", "eq", "ne", "lt", "le", "gt", "ge", "radd", "rsub", "rmul",
                    "neg", "abs")


def functions():
    """The names of numpy.__all__ by who does them (dict of str to list of str)."""
    done = {kind: [] for kind in KINDS}
    for name in numpypy.__all__:
        value = getattr(numpypy, name, None)
        if not hasattr(numpypy, name):
            kind = "absent"
        elif isinstance(value, _ufuncs.ufunc) and value.__name__ in _ufuncs.LOOPS \
                or isinstance(value, (_reductions.Reduction, _reductions.Dot)):
            kind = "NumPy's loops or NumPy"
        elif name in _arrays.__all__ or name in BOTH:
            kind = "micronumpy or NumPy"
        elif name in _native.__all__:
            kind = "micronumpy"
        else:
            kind = "NumPy"
        done[kind].append(name)
    return done


def by_loops():
    """The methods and operators of ndarray that NumPy's loops do (set of str)."""
    found = {*_reductions.METHODS, "dot", "__matmul__", "__pow__"}
    for name, function in {**_methods.OPERATORS, **_methods.COMPARISONS,
                           **_methods.UNARY}.items():
        if function in _ufuncs.LOOPS:
            found.update("__%s%s__" % (prefix, name) for prefix in ("", "r", "i"))
    return found


def attributes(cls, original, completed, both, loops=frozenset()):
    """The attributes of `original`, a class of NumPy's, by who does them for `cls`."""
    done = {kind: [] for kind in KINDS}
    for name in map(str, dir(original)):
        if not hasattr(cls, name):
            kind = "absent"
        elif name in loops:
            kind = "NumPy's loops or NumPy"
        elif name.strip("_") in both:
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
             attributes(numpypy.ndarray, np.ndarray, _methods.completed, BOTH, by_loops())),
            ("attributes of the scalars",
             attributes(numpypy.float64, np.float64, _scalars.completed, SCALAR_OPERATORS))]
    print("NumPy %s:" % np.__version__)
    print()
    print("| | %s |" % " | ".join(KINDS))
    print("|---|%s" % ("---|" * len(KINDS)))
    for what, done in rows:
        print("| %s | %s |" % (what, " | ".join(str(len(done[kind])) for kind in KINDS)))


if __name__ == "__main__":
    main()

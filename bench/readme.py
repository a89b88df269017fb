"""The three figures that matter most, in README.md: written by a whole run, between two marks."""

import statistics
import textwrap

from bench import scripts
from bench.names import CPYEXT, CPYTHON, NATIVE, C
from translation.paths import CHECKOUT

README = CHECKOUT / "README.md"
BEGIN = "<!-- figures, written by `make bench` -->"
END = "<!-- end of the figures -->"


def write(run, where, path=README):
    """Put the figures of a Run into README.md; where: str, the date and the machine. Without all
    three of them, which is so when not all sections were measured, nothing is changed. Returns
    whether it was (bool)."""
    lines = figures(run.results)
    text = path.read_text(encoding="utf-8")
    if lines is None or run.quick or BEGIN not in text:
        return False
    versions = {program.name: program.version for program in run.programs}
    before, rest = text.split(BEGIN)
    made = "\n".join([BEGIN, head(where, versions), "", "| the native build | |", "|---|---|",
                      *lines, END])
    path.write_text(before + made + rest.split(END)[1], encoding="utf-8")
    return True


def head(where, versions):
    """When, on what, and by which command (str)."""
    said = ("%s. The command: `make bench`. Compared are %s, in the same run with %s; C is "
            "compiled without vectorisation." % (where, versions[NATIVE], versions[CPYTHON]))
    return textwrap.fill(said, 100, break_long_words=False, break_on_hyphens=False)


def figures(results):
    """The lines of the table (list of str), or None if something is missing."""
    call = [results.multiple("sin", NATIVE, name) for name in (CPYTHON, C)]
    loop = [results.multiple("array-add", *pair) for pair in ((CPYTHON, NATIVE), (NATIVE, C))]
    mean, _ = examples(results, CPYTHON)
    if None in [*call, *loop, mean]:
        return None
    stock, shared = examples(results, CPYEXT)
    return [
        "| `s += sin(float(i))`, a call across in each turn | %.2f × the time of CPython's own "
        "loop, %.2f × that of the same in C with libpython |" % tuple(call),
        "| `d[i] = a[i] + c[i]`, over a million doubles of NumPy's | %.0f times faster than "
        "CPython with NumPy; %.2f × the time of C |" % tuple(loop),
        "| the %d programs of `examples/`, geometric mean | %.1f times faster than CPython with "
        "NumPy%s |" % (len(scripts.EXAMPLES), mean,
                       "; %.0f times faster than a stock PyPy with NumPy through cpyext (the %d "
                       "that run there)" % (stock, shared) if stock else "")]


def examples(results, baseline):
    """(geometric mean of how many times faster than the baseline, how many examples have both), or
    (None, 0) if none has."""
    factors = [results.multiple(script.name, baseline, NATIVE) for script in scripts.EXAMPLES]
    factors = [factor for factor in factors if factor]
    return (statistics.geometric_mean(factors), len(factors)) if factors else (None, 0)

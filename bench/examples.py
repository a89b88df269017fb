"""The programs of examples/, by turns, on CPython with NumPy, the native build, and a stock PyPy
with NumPy through cpyext.

    python3 -m bench.examples [--rounds N] [--only NAME ...] [--output FILE]

Each program prints the seconds of its computing part, with the JIT's warming up in it, and a result
that must be the same everywhere. NumPy for the stock PyPy comes from PyPI, by PyPy's own pip.
"""

import argparse
import math
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path[:1] = [str(CHECKOUT)]

from bench import table  # noqa: E402
from tools import engines, environments, process  # noqa: E402
from tools.console import Failure, exit_with, say  # noqa: E402

NAMES = ("heat", "nbody", "particle_filter", "edit_distance", "chain")
CPYTHON, NATIVE, CPYEXT = "CPython", "native", "PyPy with cpyext"
LIMIT = 120


def programs():
    """{name: (command, environment)}, and {name: version or why it is absent}."""
    build = engines.native() or engines.linked()
    base = build.python if build else engines.shared_cpython().executable
    python = str(engines.cpython_environment(base, "libraries.txt"))
    clean = process.clean_environment()
    found, said = {CPYTHON: ([python], clean)}, {}
    if build:
        found[NATIVE] = [str(build.executable)], process.clean_environment(CPYEMBED_PYTHON=python)
    else:
        said[NATIVE] = "absent: no build, ./translate.sh makes one"
    try:
        pypy = environments.environment(engines.stock_pypy(), "cpython.txt", "cpyext", "",
                                        ["pypy3-venv"])
        found[CPYEXT] = [str(pypy)], clean
    except Failure as problem:
        said[CPYEXT] = "absent: %s" % str(problem).splitlines()[0]
    for name, (command, environment) in found.items():
        said[name] = " ".join(subprocess.check_output(
            command + ["-c", "import sys; print(sys.version)"], text=True, env=environment).split())
    return found, said


def run(name, command, environment, picture):
    """(seconds, result) of one run. Raises Failure."""
    command = command + [str(CHECKOUT / "examples" / (name + ".py")), "--output", picture]
    try:
        done = subprocess.run(command, env=environment, timeout=LIMIT, capture_output=True,
                              stdin=subprocess.DEVNULL, text=True)
    except subprocess.TimeoutExpired:
        raise Failure("more than %d s" % LIMIT) from None
    lines = [line.split(": ") for line in done.stdout.splitlines()[-2:]]
    if done.returncode != 0 or [line[0] for line in lines] != ["result", "seconds"]:
        raise Failure((done.stderr.strip().splitlines() or ["no result"])[-1])
    return float(lines[1][1]), float(lines[0][1])


def measure(found, names, rounds):
    """({(example, program): [seconds]}, {(example, program): what went wrong})."""
    seconds, problems = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            expected = None
            for _ in range(rounds):
                for program, (command, environment) in found.items():
                    if (name, program) in problems:
                        continue
                    say("%s: %s" % (name, program))
                    try:
                        took, result = run(name, command, environment, folder + "/picture.png")
                        expected = result if expected is None else expected
                        if not math.isclose(result, expected, rel_tol=1e-9):
                            raise Failure("another result: %r, not %r" % (result, expected))
                    except Failure as problem:
                        problems[name, program] = str(problem)
                        seconds.pop((name, program), None)
                        continue
                    seconds.setdefault((name, program), []).append(took)
    return seconds, problems


def report(seconds, names, found):
    """The Markdown table (str): medians, how many times faster than CPython, geometric means. A
    geometric mean is over the programs that the column has."""
    others = [program for program in found if program != CPYTHON]
    lines, factors = [], {program: [] for program in others}
    for name in names:
        middle = {program: statistics.median(seconds[name, program])
                  for program in found if (name, program) in seconds}
        cells = [name] + ["%.3f" % middle[p] if p in middle else "–" for p in found]
        for program in others:
            if program in middle and CPYTHON in middle:
                factors[program].append(middle[CPYTHON] / middle[program])
                cells.append("%.2f" % factors[program][-1])
            else:
                cells.append("–")
        lines.append(cells)
    means = ["%.2f" % statistics.geometric_mean(factors[p]) if factors[p] else "–" for p in others]
    lines.append(["geometric mean"] + [""] * len(found) + means)
    return table.markdown(["program"] + ["%s, s" % program for program in found] +
                          ["%s: times faster" % program for program in others], lines)


def main():
    parser = argparse.ArgumentParser(prog="python3 -m bench.examples",
                                     description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="runs of each program (default 3)")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, metavar="NAME")
    parser.add_argument("--output", metavar="FILE", help="the Markdown goes there as well")
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    found, said = programs()
    seconds, problems = measure(found, chosen.only, chosen.rounds)
    text = ["%d cores; load %.1f before the run; median of %d rounds by turns." % (
        os.cpu_count(), load, chosen.rounds), ""]
    text += ["- %s: %s" % line for line in said.items()]
    text += ["", report(seconds, chosen.only, found)]
    text += ["\n%s on %s: %s" % (*where, what) for where, what in problems.items()]
    print("\n".join(text))
    if chosen.output:
        Path(chosen.output).write_text("\n".join(text) + "\n", encoding="utf-8")
    return 1 if any(program != CPYEXT for _, program in problems) else 0


if __name__ == "__main__":
    exit_with(main)

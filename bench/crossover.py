"""Which loop is the faster one, by the size of the array: micronumpy's, NumPy's through the
boundary, what numpypy does, and NumPy on CPython.

    python3 -m bench.crossover [--only FUNCTION ...] [--largest N] [--rounds N] [--seconds S]
                               [--output FILE] [--picture FILE]

The programs run by turns, and what is shown is the best of all rounds.
"""

import argparse
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path[:1] = [str(CHECKOUT)]

from bench.crossover_work import FUNCTIONS  # noqa: E402
from tools import engines, process  # noqa: E402
from tools.console import Failure, exit_with, say  # noqa: E402

WORK = CHECKOUT / "bench" / "crossover_work.py"
PICTURE = CHECKOUT / "docs" / "images" / "crossover.png"
WAYS = {"CPython": ("NumPy on CPython", "black", "o"),
        "micronumpy": ("micronumpy alone", "tab:orange", "v"),
        "boundary": ("NumPy through the boundary alone", "tab:green", "^"),
        "numpypy": ("numpypy", "tab:blue", "s")}


def programs():
    """{name: (command, environment)} of CPython and the native build. Raises Failure."""
    build = engines.native() or engines.linked()
    if build is None:
        raise Failure("there is no native build: " + engines.why_not_native())
    python = str(engines.cpython_environment(build.python, "libraries.txt"))
    clean = process.clean_environment()
    return {"CPython": ([python], clean),
            "native": ([str(build.executable)], process.clean_environment(CPYEMBED_PYTHON=python))}


def measure(found, functions, options):
    """{(function, way, size): nanoseconds}, the best of all rounds. Raises Failure."""
    best = {}
    for round_ in range(options.rounds):
        for name in functions:
            for program, (command, environment) in found.items():
                say("round %d: %s on %s" % (round_ + 1, name, program))
                for way, size, took in run(command, environment, name, options):
                    key = name, way, size
                    best[key] = min(took, best.get(key, took))
    return best


def run(command, environment, name, options):
    """What one run says: a list of (way, size, nanoseconds). Raises Failure."""
    done = subprocess.run(command + [str(WORK), name, str(options.largest), str(options.seconds)],
                          env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=900)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        raise Failure("%s: %s: %s" % (name, process.described(done.returncode), last))
    lines = [line.split() for line in done.stdout.splitlines()]
    return [(way, int(size), float(took)) for way, size, took in lines]


def sizes_of(best):
    return sorted({size for _, _, size in best})


def markdown(head, lines):
    """A Markdown table (str) of lists of str; bench.table's wants pyperf."""
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def report(best, functions):
    """Two tables (str): numpypy's time as a part of CPython's, and the times themselves."""
    sizes = sizes_of(best)
    head = ["function"] + ["%d" % size for size in sizes]
    ratios = []
    for name in functions:
        cells = [best[name, "numpypy", size] / best[name, "CPython", size] for size in sizes]
        ratios.append([name] + [("**%.2f**" if cell > 1.2 else "%.2f") % cell for cell in cells])
    times = [[name, WAYS[way][0]] + ["%.0f" % best[name, way, size]
                                     if (name, way, size) in best else "–" for size in sizes]
             for name in functions for way in WAYS]
    return "\n".join([
        "numpypy's time as a part of NumPy's on CPython, by the number of elements:", "",
        markdown(head, ratios), "", "Nanoseconds a call:", "",
        markdown([head[0], "by", *head[1:]], times)])


def draw(best, functions, target):
    """The curves of all functions, as a picture at `target` (Path)."""
    import matplotlib
    matplotlib.use("agg")
    from matplotlib import pyplot
    columns = 3
    rows = -(-len(functions) // columns)
    figure, axes = pyplot.subplots(rows, columns, figsize=(12, 3 * rows), sharex=True,
                                   squeeze=False, layout="constrained")
    for axis, name in zip(axes.flat, functions):
        for way, (label, colour, marker) in WAYS.items():
            points = sorted((size, took) for (function, way_, size), took in best.items()
                            if function == name and way_ == way)
            if points:
                axis.loglog(*zip(*points), color=colour, marker=marker, markersize=3, label=label,
                            linewidth=2 if way == "numpypy" else 1)
        axis.set_title(name)
        axis.grid(True, alpha=0.3)
    for axis in list(axes.flat)[len(functions):]:
        axis.set_axis_off()
    figure.supxlabel("elements (float64)")
    figure.supylabel("ns a call")
    handles, labels = axes.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=4)
    target.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target, dpi=80)


def options():
    parser = argparse.ArgumentParser(prog="python3 -m bench.crossover",
                                     description=__doc__.split("\n\n")[0])
    parser.add_argument("--only", nargs="+", choices=FUNCTIONS, default=FUNCTIONS,
                        metavar="FUNCTION")
    parser.add_argument("--largest", type=int, default=10000000, help="elements")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.1, help="of each measurement")
    parser.add_argument("--output", metavar="FILE", help="the Markdown goes there as well")
    parser.add_argument("--picture", type=Path, default=PICTURE, help="default: %(default)s")
    return parser.parse_args()


def with_matplotlib():
    """Go on in the environment that has it, if this Python has it not."""
    if importlib.util.find_spec("matplotlib") is None:
        base = (engines.native() or engines.linked() or engines.shared_cpython())
        python = engines.cpython_environment(getattr(base, "python", None) or base.executable,
                                             "libraries.txt")
        os.execv(python, [str(python), "-m", "bench.crossover", *sys.argv[1:]])


def main():
    chosen = options()
    with_matplotlib()
    load = os.getloadavg()[0]
    best = measure(programs(), chosen.only, chosen)
    text = "%d cores; load %.1f before the run; the best of %d rounds by turns.\n\n%s" % (
        os.cpu_count(), load, chosen.rounds, report(best, chosen.only))
    draw(best, chosen.only, chosen.picture)
    print(text)
    if chosen.output:
        Path(chosen.output).write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    exit_with(main)

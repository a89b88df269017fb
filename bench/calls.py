"""What a call across the boundary costs: `s += sin(float(i))` on each engine, against the C floor
and CPython's own loop, run by turns.

    python3 bench/calls.py [--rounds N] [--turns N] [--markdown]

Prints the median of the rounds for each program, in nanoseconds a turn, its spread, and its ratios
to the two baselines. A program that is not there is named as absent.
"""

import argparse
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
NATIVE = os.path.join(os.path.dirname(HERE), "bin", "pypy-cpyembed")


def linked_python():
    """The CPython that the native build is linked to; without a build, the `python3` on PATH."""
    if os.path.exists(NATIVE):
        code = "from cpyembed.native import start; print(start.build_python())"
        return subprocess.check_output([NATIVE, "-c", code], text=True).strip()
    return shutil.which("python3")


def build_floor(python, folder):
    """Compile the C program against the libpython of `python`; returns its path."""
    query = ("import sysconfig as s; v = s.get_config_var; "
             "print(s.get_path('include'), v('LIBDIR'), v('LDVERSION'))")
    include, libdir, version = subprocess.check_output([python, "-c", query], text=True).split()
    floor = os.path.join(folder, "sin_floor")
    subprocess.check_call(
        [os.environ.get("CC", "cc"), "-O2", "-o", floor, os.path.join(HERE, "sin_floor.c"),
         "-I" + include, "-L" + libdir, "-lpython" + version, "-Wl,-rpath," + libdir])
    return floor


def programs(python, folder):
    """[(name, command or None if absent)]; the first two are the baselines."""
    loop = os.path.join(HERE, "sin_loop.py")
    pypy = shutil.which("pypy3")
    return [
        ("C with libpython, GIL kept", [build_floor(python, folder)]),
        ("CPython's own loop", [python, loop]),
        ("native engine", [NATIVE, loop] if os.path.exists(NATIVE) else None),
        ("preload engine", [pypy, "-m", "cpyembed", loop] if pypy else None),
    ]


def measure(command, turns):
    """Nanoseconds a turn, and the sum as text, for one run of a program."""
    environ = dict(os.environ, PYTHONPATH=os.path.dirname(HERE))
    words = subprocess.check_output(command + [str(turns)], text=True, env=environ).split()
    return float(words[0]), words[1]


def table(rows, markdown):
    """Print name, median, spread and the two ratios for each program."""
    floor, own = rows[0][1][1], rows[1][1][1]
    bar = " | " if markdown else "  "
    edge = "|" if markdown else ""
    head = ["program", "ns a turn", "spread", "to C", "to CPython"]
    lines = [head]
    for name, figures in rows:
        if figures is None:
            lines.append([name, "absent", "", "", ""])
            continue
        low, middle, high = figures
        lines.append([name, "%.1f" % middle, "%.1f–%.1f" % (low, high),
                      "%.2f" % (middle / floor), "%.2f" % (middle / own)])
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    for number, line in enumerate(lines):
        print((edge + " " + bar.join(c.ljust(w) for c, w in zip(line, widths)) + " " + edge)
              .strip() if markdown else
              bar.join(c.ljust(w) for c, w in zip(line, widths)).rstrip())
        if markdown and number == 0:
            print("|" + "|".join("-" * (w + 2) for w in widths) + "|")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--rounds", type=int, default=7, help="runs of each program (default 7)")
    parser.add_argument("--turns", type=int, default=3000000, help="turns of the loop in a run")
    parser.add_argument("--markdown", action="store_true", help="print a Markdown table")
    options = parser.parse_args()
    python = linked_python()
    with tempfile.TemporaryDirectory() as folder:
        todo = programs(python, folder)
        times = {name: [] for name, command in todo}
        sums = set()
        for number in range(options.rounds):
            print("round %d of %d" % (number + 1, options.rounds), file=sys.stderr)
            for name, command in todo:
                if command is not None:
                    ns, total = measure(command, options.turns)
                    times[name].append(ns)
                    sums.add(total)
    if len(sums) != 1:
        sys.exit("the programs do not agree on the sum: %s" % ", ".join(sorted(sums)))
    print("%s, %d turns, %d rounds by turns: median, spread" % (
        shlex.quote(os.path.basename(python)), options.turns, options.rounds))
    table([(name, (min(t), statistics.median(t), max(t)) if t else None)
           for name, t in times.items()], options.markdown)


if __name__ == "__main__":
    main()

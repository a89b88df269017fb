"""The speed table of section 8 of the design: both engines against C and CPython, by turns.

    python3 -m bench [--quick] [--only WORK ...] [--rounds N] [--seconds S] [--calls N]
                     [--json FILE] [--output FILE]
"""

import argparse
import importlib.util
import os
import platform
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path[:1] = [str(CHECKOUT)]

from tools import environments  # noqa: E402
from tools.console import exit_with, say  # noqa: E402


def options():
    parser = argparse.ArgumentParser(prog="python3 -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true",
                        help="two short rounds and fewer calls: under three minutes")
    parser.add_argument("--only", nargs="+", metavar="WORK", help="names of work.py")
    parser.add_argument("--rounds", type=int, help="runs of each program (default 5)")
    parser.add_argument("--seconds", type=float, help="length of a timed run (default 0.5)")
    parser.add_argument("--calls", type=int, help="calls for the memory (default 10,000,000)")
    parser.add_argument("--json", metavar="FILE", help="keep all values, in pyperf's format")
    parser.add_argument("--output", metavar="FILE", help="the Markdown goes there as well")
    chosen = parser.parse_args()
    rounds, seconds, calls = (2, 0.1, 1000000) if chosen.quick else (5, 0.5, 10000000)
    chosen.rounds = chosen.rounds or rounds
    chosen.seconds = chosen.seconds or seconds
    chosen.calls = chosen.calls or calls
    chosen.limit = 60 + 20 * chosen.seconds
    return chosen


def with_pyperf():
    """Go on in an environment that has pyperf, if this Python has it not."""
    if importlib.util.find_spec("pyperf") is None:
        python = environments.environment(sys.executable, "bench.txt", "bench")
        os.execv(python, [str(python), "-m", "bench", *sys.argv[1:]])


def machine():
    """What the figures were taken on (str)."""
    model = "unknown processor"
    with open("/proc/cpuinfo") as info:
        for line in info:
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    return "%s, %d cores, %s; load %.1f before the run" % (
        model, os.cpu_count(), platform.platform(), os.getloadavg()[0])


def main():
    chosen = options()
    with_pyperf()
    from bench import measure, programs, rows, table
    works = list(dict.fromkeys(line.work for line in rows.LINES))
    if chosen.only:
        unknown = sorted(set(chosen.only) - set(works))
        if unknown:
            say("no such work: %s; there are: %s" % (", ".join(unknown), ", ".join(works)))
            return 2
        works = [work for work in works if work in chosen.only]
    where = machine()
    with tempfile.TemporaryDirectory() as folder:
        taking_part = programs.find(Path(folder))
        results = measure.measure(taking_part, works, chosen)
    absent = {p.name: p.version for p in taking_part if not p.command}
    text = [where + ".", ""]
    for program in taking_part:
        text.append("- %s: %s%s" % (program.name, "" if program.command else "absent: ",
                                    program.version))
    text += ["", "%d rounds by turns, %.3g s a run: medians, and the smallest and largest round." %
             (chosen.rounds, chosen.seconds), "", table.section_8(results, works, absent), "",
             "Times, median ± median absolute deviation:", "",
             table.times(results, works, taking_part)]
    for (work, name), problem in sorted(results.problems.items()):
        text.append("\n%s on %s: %s" % (work, name, problem))
    text.append("\n%d of %d met." % table.met(results, works, absent))
    print("\n".join(text))
    if chosen.output:
        Path(chosen.output).write_text("\n".join(text) + "\n", encoding="utf-8")
    if chosen.json:
        measure.save(results, chosen.json)
    return 0


if __name__ == "__main__":
    exit_with(main)

"""Where we stand against everybody: `make bench`.

    python3 -m bench [--quick] [--section NAME ...] [--only WORK ...] [--native EXE] [--present]
                     [--docs FOLDER] [--minutes N] [--rounds N]

All that is measured goes into a page of Markdown for each section, and into pictures, below the
folder that --docs names (build/bench otherwise), and all values into build/bench/values.json.
"""

import argparse
import datetime
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

VALUES = CHECKOUT / "build" / "bench" / "values.json"       # pyperf reads it
NAMES = ("speed", "start", "crossing", "loops", "numpy", "programs", "examples")


def options():
    parser = argparse.ArgumentParser(prog="python3 -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one short round, three minutes")
    parser.add_argument("--section", nargs="+", choices=NAMES, metavar="NAME",
                        help="these alone: %s" % ", ".join(NAMES))
    parser.add_argument("--examples", action="store_true", help="the same as --section examples")
    parser.add_argument("--only", nargs="+", metavar="WORK", help="these works of the sections")
    parser.add_argument("--programs", nargs="+", metavar="PROGRAM", help="these alone take part")
    parser.add_argument("--native", metavar="EXE", help="the native build's executable")
    parser.add_argument("--present", action="store_true",
                        help="install no baseline: what is missing is absent")
    parser.add_argument("--docs", metavar="FOLDER", type=Path, default=CHECKOUT / "build" / "bench",
                        help="where the pages and pictures go")
    parser.add_argument("--minutes", type=float, help="for all sections (default 38; quick 2.7)")
    parser.add_argument("--rounds", type=int, help="at most (default 5; quick 1)")
    chosen = parser.parse_args()
    if chosen.examples:
        chosen.section = ["examples"]
    chosen.section = chosen.section or list(NAMES)
    chosen.minutes = chosen.minutes or (2.7 if chosen.quick else 38.0)
    chosen.rounds = chosen.rounds or (1 if chosen.quick else 5)
    return chosen


def with_packages():
    """Go on in an environment that has pyperf and Matplotlib, if this Python lacks them."""
    if any(importlib.util.find_spec(name) is None for name in ("pyperf", "matplotlib")):
        python = environments.environment(sys.executable, "bench.txt", "bench", "",
                                          ["python3-venv"])
        os.execv(python, [str(python), "-m", "bench", *sys.argv[1:]])


def machine():
    """What the figures were taken on (str)."""
    model = "unknown processor"
    with open("/proc/cpuinfo") as info:
        for line in info:
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    with open("/proc/meminfo") as info:
        memory = int(info.readline().split()[1]) / (1 << 20)
    return "%s, %d cores, %.0f GB, %s; load %.1f before the run" % (
        model, os.cpu_count(), memory, platform.platform(), os.getloadavg()[0])


def main():
    chosen = options()
    with_packages()
    from bench import engines, pages, readme, reasons
    from bench.baselines import every
    from bench.measure import Numbers
    from bench.results import Results
    from bench.sections import SECTIONS, Run
    sections = [section for section in SECTIONS if section.name in chosen.section]
    where = "%s, %s" % (datetime.datetime.now().strftime("%d %B %Y, %H:%M"), machine())
    with tempfile.TemporaryDirectory(prefix="cpyembed-bench-") as folder:
        folder = Path(folder)
        build = engines.native(chosen.native)
        programs = engines.find(build, folder) + every.find(build, folder, not chosen.present)
        if chosen.programs:
            programs = [program for program in programs if program.name in chosen.programs]
        numbers = Numbers(0.02, 0.01, 0.4, 20, chosen.rounds, True) if chosen.quick else \
            Numbers(0.05, 0.1, 4, 60, chosen.rounds)
        run = Run(programs, Results(), numbers, chosen.quick, 1000000 if chosen.quick else 10000000,
                  set(chosen.only) if chosen.only else None, folder, reasons.given())
        pages.every(run, sections, chosen.minutes * 60, chosen.docs, where)
    if chosen.docs.resolve() == CHECKOUT / "docs" and readme.write(run, where):
        say("the figures of README.md are of this run")
    VALUES.parent.mkdir(parents=True, exist_ok=True)
    run.results.save(VALUES, {p.name: p.version for p in programs})
    say("written: %s, and all values: %s" % (chosen.docs / "bench", VALUES))
    return 0


if __name__ == "__main__":
    exit_with(main)

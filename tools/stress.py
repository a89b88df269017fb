"""`make stress`: every test of tests/stress on the native build, a minute each.

    python3 -m tools.stress                       all of them
    python3 -m tools.stress --seconds 600 fork    ten minutes each, those that pytest's -k finds
    python3 -m tools.stress --jobs 2 --summary stress.md
                                                  two at a time, and the table as Markdown
"""

import argparse
import os

from tools import stages
from tools.console import exit_with, header

# Beside the tests themselves, for each of them: some do all their rounds however long that takes.
OVERTIME = 300


def main(argv=None):
    """Run them; returns an exit status (int)."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.stress")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long each runs; from 60 "
                        "on each does all its rounds (default: 60)")
    parser.add_argument("--jobs", type=int, default=1, help="how many run at a time (default: 1)")
    parser.add_argument("--summary", help="a file for the table at the end, in Markdown")
    parser.add_argument("which", nargs="?", help="an expression for pytest's -k (default: all)")
    options = parser.parse_args(argv)
    header("stress: tests/stress on the native build, %.0f s each" % options.seconds)
    arguments = ["--seconds", str(options.seconds), "--at-once", str(options.jobs)]
    if options.summary:
        arguments += ["--summary", os.path.abspath(options.summary)]
    if options.which:
        arguments += ["-k", options.which]
    counts = stages.stressed(30 * (options.seconds + OVERTIME), *arguments)
    print("%d passed, %d failed, %d skipped" % (counts.passed, counts.failed, counts.skipped))
    for note in counts.notes:
        print(note)
    return 1 if counts.failed or not counts.passed else 0


if __name__ == "__main__":
    exit_with(main)

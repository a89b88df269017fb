"""`make test`: every stage that can run on this machine, in order, and a table of what came out.

    python3 -m tools.run_tests             all stages
    python3 -m tools.run_tests lint rpython   these alone
"""

import argparse
import subprocess
import time

from tools.console import Failure, exit_with, header
from tools.report import Counts, closing_line, table
from tools.stages import STAGES
from translation.errors import DriverError

# All stages together, in seconds.
LIMIT = 80 * 60


def main(argv=None):
    """Run the stages that `argv` (list of str) names, or all; returns an exit status (int)."""
    names = [name for name, _, _ in STAGES]
    parser = argparse.ArgumentParser(prog="python3 -m tools.run_tests")
    parser.add_argument("stage", nargs="*", choices=[*names, []],
                        help="%s; all if none is named" % ", ".join(names))
    wanted = parser.parse_args(argv).stage or names
    begun = time.monotonic()
    rows = []
    for name, function, limit in STAGES:
        if name in wanted:
            header("%s: %s" % (name, title(function)))
            start = time.monotonic()
            counts = guarded(function, min(limit, LIMIT - (start - begun)))
            rows.append(("%s: %s" % (name, title(function).split(":")[0]), counts,
                         time.monotonic() - start))
    header("results")
    print("\n".join(table(rows)))
    print()
    print(closing_line(rows), flush=True)
    return 1 if any(counts.failed for _, counts, _ in rows) else 0


def title(stage):
    """What a stage is, in a line (str)."""
    return stage.__doc__.strip()


def guarded(stage, limit):
    """The Counts of a stage; what keeps it from running is one failure, with the reason."""
    if limit <= 0:
        return Counts(failed=1, notes=["not run: the time for all stages is over"])
    try:
        return stage(limit)
    except (Failure, DriverError, OSError, subprocess.SubprocessError) as problem:
        print(problem, flush=True)
        return Counts(failed=1, notes=["could not run: %s" % str(problem).splitlines()[0]])


if __name__ == "__main__":
    exit_with(main)

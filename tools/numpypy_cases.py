"""A hundred thousand programs over arrays, drawn by hypothesis, by numpypy and by NumPy, compared.

    python3 -m tools.numpypy_cases                      100,000 cases on the native build
    python3 -m tools.numpypy_cases --cases 500000 --seed 7

A part has 4,000 cases and a process of its own. One that dies or hangs is a difference: the program
that it ran is shown. Parts that are finished are not run again for the same seed and build, so that
an interrupted run goes on where it was.
"""

import argparse
import json
import time

from tools import engines, environments, process, stages
from tools.console import Failure, exit_with, header, say
from translation.paths import CHECKOUT

PART = 4000
SECONDS = 900                   # for one part, at most


def main(argv=None):
    """Run them; returns an exit status (int)."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.numpypy_cases")
    parser.add_argument("--cases", type=int, default=100_000, help="how many (default: 100000)")
    parser.add_argument("--seed", type=int, default=1, help="where the first part begins")
    parser.add_argument("--again", action="store_true", help="run finished parts once more")
    options = parser.parse_args(argv)
    build = engines.native()
    if build is None:
        raise Failure("there is no native build: " + engines.why_not_native())
    return run(build, range(options.seed, options.seed + -(-options.cases // PART)),
               options.again)


def run(build, seeds, again):
    """Run the parts `seeds` (range) on the build, show what was found; an exit status (int)."""
    folder = environments.cache_folder("cases") / build.executable.parent.parent.parent.name
    folder.mkdir(parents=True, exist_ok=True)
    command = [engines.native_environment(build), "-B", "tests/native/numpypy_run.py"]
    env = process.clean_environment(
        CPYEMBED_PYTHON=engines.cpython_environment(build.python, stages.LIBRARIES))
    header("numpypy against NumPy: %d cases" % (PART * len(seeds)))
    answers, died, begun = [], [], time.monotonic()
    for seed in seeds:
        answer = folder / ("%d.json" % seed)
        if again:
            answer.unlink(missing_ok=True)
        status = 0
        if not answer.exists():
            status = process.run([*command, str(seed), str(PART), str(folder)], SECONDS, CHECKOUT,
                                 env)
        if status == 0 and answer.exists():
            answers.append(json.loads(answer.read_text(encoding="utf-8")))
            say("%d cases, %d kinds of difference" % (
                sum(one["cases"] for one in answers), len(merged(answers, "found"))))
        else:
            died.append("part %d %s at\n%s" % (seed, process.described(status),
                                               (folder / "now").read_text(encoding="utf-8")))
            say(died[-1])
    return report(answers, died, time.monotonic() - begun)


def merged(answers, name):
    """What all parts found under the same key (dict)."""
    found = {}
    for answer in answers:
        for key, value in answer[name].items():
            count = value["count"] if name == "found" else value
            before = found.get(key, {"count": 0})
            found[key] = {**(value if name == "found" else {}), "count": before["count"] + count}
    return found


def report(answers, died, seconds):
    """Print everything; 0 if nothing was found that docs/numpypy.md does not name."""
    found, expected = merged(answers, "found"), merged(answers, "expected")
    for record in sorted(found.values(), key=lambda record: -record["count"]):
        print("%(count)d times\n    %(setup)s\n    %(program)s\n        numpypy: %(ours)s\n"
              "        NumPy:   %(theirs)s" % record)
    for reason, record in sorted(expected.items()):
        print("%6d times, as docs/numpypy.md says: %s" % (record["count"], reason))
    for text in died:
        print(text)
    print("%d cases in %.0f s, %d kinds of difference, %d processes died" % (
        sum(one["cases"] for one in answers), seconds, len(found), len(died)))
    return 1 if found or died or not answers else 0


if __name__ == "__main__":
    exit_with(main)

"""Running the programs by turns, and keeping what they say.

Every program times itself, for a C program has no other way and the start of an interpreter is not
to be timed. pyperf keeps the values and does the statistics; its own Runner is not used, for it
ends all runs of one program before those of the next, and what else the machine does would then
count for one side only.
"""

import math

import pyperf

from bench.rows import wanted
from tools.console import Failure, say

MEMORY = "calls-memory"


class Results:
    """values: dict (work, program) -> list of numbers, one a round; problems: dict (work, program)
    -> str, why there are none; benchmarks: dict like values, of pyperf.Benchmark."""

    def __init__(self):
        self.values = {}
        self.problems = {}
        self.benchmarks = {}

    def ratios(self, work, program, baseline):
        """The ratio of the two in each round (list of float)."""
        return [a / b for a, b in zip(self.values[work, program], self.values[work, baseline])]


def measure(programs, works, options):
    """Time each of `works` (list of str) with each of the Programs; options: rounds (int), seconds
    (float, of a run), calls (int, for the memory), limit (float, seconds for a whole run)."""
    results = Results()
    present = [program for program in programs if program.command]
    for number, work in enumerate(works):
        taking_part = [program for program in present if wanted(work, program.name)]
        say("%d of %d: %s (%s)" % (number + 1, len(works), work,
                                   ", ".join(program.name for program in taking_part)))
        rounds = 1 if work == MEMORY else options.rounds
        checks = {}
        for _ in range(rounds):
            for program in taking_part:
                _run(results, work, program, options, checks)
        _agree(results, work, checks)
        for program in taking_part:
            _keep(results, work, program)
    return results


def _run(results, work, program, options, checks):
    key = work, program.name
    if key in results.problems:
        return
    last = str(options.calls) if work == MEMORY else str(options.seconds)
    try:
        value, check = program.run([work, last], options.limit)
    except Failure as problem:
        say("%s, %s: %s" % (work, program.name, problem))
        results.problems[key] = str(problem)
        results.values.pop(key, None)
        return
    results.values.setdefault(key, []).append(float(value))
    checks[program.name] = float(check)


def _agree(results, work, checks):
    """A program that computes something else is not compared."""
    if not checks:
        return
    expected = next(iter(checks.values()))
    for name, check in checks.items():
        if not math.isclose(check, expected, rel_tol=1e-9):
            results.problems[work, name] = "another result: %r, not %r" % (check, expected)
            results.values.pop((work, name), None)


def _keep(results, work, program):
    values = results.values.get((work, program.name))
    if not values:
        return
    metadata = {"name": "%s, %s" % (work, program.name), "program": program.version}
    if work == MEMORY:
        metadata["unit"] = "byte"
        values = [max(value, 1) * 1024 for value in values]
    else:
        metadata["unit"] = "second"
        values = [value * 1e-9 for value in values]
    runs = [pyperf.Run([value], metadata=metadata) for value in values]
    results.benchmarks[work, program.name] = pyperf.Benchmark(runs)


def save(results, path):
    """All values, with the machine's description, in pyperf's JSON format."""
    pyperf.BenchmarkSuite(list(results.benchmarks.values())).dump(path, replace=True)

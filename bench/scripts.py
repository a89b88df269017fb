"""Whole programs, as they are, on every interpreter: those of examples/ and of whole/.

Each prints a result, which must be the same everywhere, and the seconds of its computing part, with
a compiler's warming up in them.
"""

import time
from dataclasses import dataclass

from bench.measure import LEAST, NO_TIME, progress
from bench.programs import BENCH, run
from tools import process
from tools.console import say
from translation.paths import CHECKOUT

OFTEN = 8       # a program runs again if it took at most this part of a script's time


@dataclass(frozen=True)
class Script:
    """A program. name: str; what: str, in a few words; path: Path; size: int, of a full run;
    quick: int, of a short one, or 0 if it is left out there."""

    name: str
    what: str
    path: object
    size: int
    quick: int


def _whole(name, what, size, quick):
    return Script(name, what, BENCH / "whole" / (name + ".py"), size, quick)


def _example(name, what, size, quick):
    return Script(name, what, CHECKOUT / "examples" / (name + ".py"), size, quick)


WHOLE = [
    _whole("raytrace", "a ray tracer in plain Python, the picture by Pillow", 96, 24),
    _whole("corpus", "a corpus parsed in plain Python, classified by scikit-learn", 3000, 300),
    _whole("simulation", "a shop simulated in plain Python, grouped by pandas", 60000, 2000),
]
EXAMPLES = [
    _example("heat", "a stencil with four kinds of border, then an FFT", 96, 24),
    _example("nbody", "bodies that attract each other, in pairs", 60, 8),
    _example("particle_filter", "weighing and resampling 10,000 particles", 10000, 0),
    _example("edit_distance", "the table of two sequences", 1000, 0),
    _example("chain", "`solve_ivp` with a right-hand side in Python", 32, 0),
]


def measure(results, programs, scripts, numbers, budget, folder, quick):
    """Run the Scripts by turns. A program that needs more than half of a script's time is ended,
    and has no figure but that; one that needs much of it runs in the first round only. `limit` of
    the Numbers (bench.measure) does not count: a stock PyPy may need a minute for what a compiler
    does in one second. folder: Path, for the pictures."""
    taking_part = [program for program in programs if program.command and program.script]
    for number, script in enumerate(scripts):
        share = budget.part(1, [1] * (len(scripts) - number))
        progress(budget, "%s (%s)" % (script.name, ", ".join(p.name for p in taking_part)))
        if not share.left():
            for program in taking_part:
                results.fail(script.name, program.name, NO_TIME)
            continue
        _rounds(results, taking_part, script, numbers, share, (folder, quick))


def _rounds(results, programs, script, numbers, share, how):
    whole, took = share.left(), {}
    limit = max(LEAST, whole / 2)
    for _ in range(numbers.rounds):
        again = [p for p in programs if took.get(p.name, 0) <= whole / OFTEN
                 and (script.name, p.name) not in results.problems]
        if sum(took.get(program.name, 0) for program in again) > share.left():
            return
        for program in again:
            start = time.monotonic()
            _run(results, program, script, limit, *how)
            took[program.name] = time.monotonic() - start


def _run(results, program, script, limit, folder, quick):
    command = [*program.script, str(script.path), "--size",
               str(script.quick if quick else script.size), "--output",
               str(folder / (script.name + ".png"))]
    status, lines = run(command, program.environment, limit)
    last = [line.split(": ") for line in lines[-2:]]
    if status == 0 and [words[0] for words in last] == ["result", "seconds"]:
        results.add(script.name, "-", program.name, float(last[1][1]) * 1e9, float(last[0][1]))
        return
    reason = "more than %.0f s" % limit if status == process.TIMED_OUT else \
        "%s: %s" % (process.described(status), (lines or ["it prints nothing"])[-1])
    say("%s, %s: %s" % (script.name, program.name, reason))
    if status != process.TIMED_OUT or not results.has(script.name, program.name):
        results.fail(script.name, program.name, reason)

"""Whole programs, as they are, on every interpreter: those of examples/ and of whole/.

Each prints a result, which must be the same everywhere, and the seconds of its computing part, with
a compiler's warming up in them.
"""

from dataclasses import dataclass

from bench.measure import LEAST, NO_TIME, progress
from bench.programs import BENCH, run
from tools import process
from tools.console import say
from translation.paths import CHECKOUT


@dataclass(frozen=True)
class Script:
    """A program. name: str; what: str, in a few words; path: Path; size: int, of a full run;
    quick: int, of a short one."""

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
    _example("heat", "a stencil with four kinds of border, then an FFT", 128, 24),
    _example("nbody", "bodies that attract each other, in pairs", 80, 8),
    _example("particle_filter", "weighing and resampling 10,000 particles", 10000, 300),
    _example("edit_distance", "the table of two sequences", 1500, 100),
    _example("chain", "`solve_ivp` with a right-hand side in Python", 32, 8),
]


def measure(results, programs, scripts, numbers, budget, folder, quick):
    """Run the Scripts by turns. A program that needs more than its share of the time is ended, and
    has no figure but that. folder: Path, for the pictures."""
    taking_part = [program for program in programs if program.command and program.script]
    for number, script in enumerate(scripts):
        share = budget.part(1, [1] * (len(scripts) - number))
        limit = max(LEAST, min(numbers.limit, share.left() / 2))
        progress(budget, "%s (%s), %.0f s at most for one run" % (
            script.name, ", ".join(program.name for program in taking_part), limit))
        if not budget.left():
            for program in taking_part:
                results.fail(script.name, program.name, NO_TIME)
            continue
        for _ in share.rounds(numbers.rounds):
            for program in taking_part:
                if (script.name, program.name) not in results.problems:
                    _run(results, program, script, limit, folder, quick)


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

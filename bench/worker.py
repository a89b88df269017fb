"""Times works: the same source on CPython and, with CPython inside, on PyPy.

    python worker.py SECONDS WARM CAP WORK...

SECONDS: length of a timed run; WARM: seconds that a work runs before it is timed, for a compiler
needs them, and the first point of a curve FIRST times as long; CAP: seconds that one point of a
curve may take in all. It prints a line for each point: work, label, number and check, with tabs
between them; or work, label, "!" and the reason why there is no number; and when it is through with
a work: work, "done". The label of a work that is no curve is "-". The number is nanoseconds a turn,
or what the work says that it is; the check is what came out, to be compared.

The other languages' workers (baselines/) and floor.c keep to the same lines.
"""

import sys
import time

import works.crossing  # noqa: F401
import works.loops  # noqa: F401
import works.section8  # noqa: F401
import works.small  # noqa: F401
from works.side import WORK, cpyembed

clock = time.perf_counter
TURNS = 4       # at least so many has a point of a curve
FIRST = 5       # what the first point has compiled, the others of its curve use


def timed(run, seconds, warm):
    """(nanoseconds a turn, the result of three turns): warmed up, then for about `seconds`. Where
    one turn takes longer than all that, there is a second one, or none if it is ten times as long.
    """
    begin = clock()
    result = run(1)
    elapsed = clock() - begin
    if elapsed > max(seconds, warm):
        if elapsed < 10 * max(seconds, warm):
            begin = clock()
            result = run(1)
            elapsed = min(elapsed, clock() - begin)
        return elapsed * 1e9, float(result)
    result = float(run(3))
    turns, begin = 1, clock()
    while True:
        start = clock()
        run(turns)
        elapsed = clock() - start
        if elapsed >= seconds / 4 and clock() - begin >= warm:
            break
        if elapsed < seconds / 4:
            turns = max(2 * turns, min(100 * turns, int(turns * seconds / 3 / max(elapsed, 1e-9))))
    turns = max(1, int(turns * seconds / elapsed))
    start = clock()
    run(turns)
    return (clock() - start) / turns * 1e9, result


def points(name, seconds, warm, cap):
    """Time a work, and print. What prepares it gives `run`, or yields pairs: a label, and `run`, a
    number to be printed as it is, or a str, why there is none. The sizes of a curve grow tenfold,
    so one that would take longer than the cap is not begun."""
    name, _, argument = name.partition(":")
    made = WORK[name](int(argument)) if argument else WORK[name]()
    now = FIRST * warm
    if not hasattr(made, "__next__"):
        made, now = iter([("-", made)]), warm
    while True:
        start = clock()
        try:
            label, run = next(made)
        except StopIteration:
            return
        expected = clock() - start      # of preparing
        if callable(run):
            number, check = timed(run, seconds, now)
            now = warm
            show(name, label, "%.4f" % number, repr(check))
            expected += TURNS * number * 1e-9
        elif isinstance(run, str):
            show(name, label, "!", run)
        else:
            show(name, label, "%.4f" % run, "0.0")
        if isinstance(label, int) and label and expected * 10 > cap:
            show(name, "above %d" % label, "!", "would take more than %g s" % cap)
            return


def show(*words):
    print("\t".join(map(str, words)), flush=True)


def run(words):
    """Time what the words (list of str) of the command line say."""
    seconds, warm, cap = map(float, words[:3])
    for name in words[3:]:
        work = name.partition(":")[0]
        try:
            points(name, seconds, warm, cap)
        except Exception as problem:
            text = " ".join(str(problem).split())[:200]
            show(work, "-", "!", "%s: %s" % (type(problem).__name__, text))
        show(work, "done")


if __name__ == "__main__":
    cpyembed.import_module("builtins")      # started, before anything is timed
    run(sys.argv[1:])

"""Running the programs by turns, and keeping what they say.

Every program times itself, for a C program has no other way and the start of an interpreter is not
to be timed. pyperf keeps the values and does the statistics; its own Runner is not used, for it
ends all runs of one program before those of the next, and what else the machine does would then
count for one side only.
"""

import subprocess
import time
from dataclasses import dataclass

from bench.budget import clock_time
from tools import process
from tools.console import say

LEAST = 5.0     # seconds that a run may take when there is no time left
NO_TIME = "no time was left"


@dataclass(frozen=True)
class Numbers:
    """How long things take. seconds: of a timed run; warm: before it; cap: of one point of a curve;
    limit: of one run of a program; rounds: at most; together: whether one run does all works of a
    section, which saves the start of the interpreters."""

    seconds: float
    warm: float
    cap: float
    limit: float
    rounds: int
    together: bool = False


def works(results, programs, names, numbers, budget):
    """Time each of `names` (list of str) with each of the Programs that has it."""
    groups = [list(names)] if numbers.together else [[name] for name in names]
    for number, group in enumerate(groups):
        share = budget.part(1, [1] * (len(groups) - number))
        length = share.left()
        taking_part = [p for p in programs if p.command and any(has(p, work) for work in group)]
        progress(budget, "%s (%s)" % (group[0] if len(group) == 1 else "%d works" % len(group),
                                      ", ".join(p.name for p in taking_part)))
        if not budget.left():
            for program in taking_part:
                give_up(results, program, group)
            continue
        for _ in share.rounds(numbers.rounds):
            late = False
            for place, program in enumerate(taking_part):
                limit = share_of(numbers, share.left(), length, len(taking_part) - place)
                late |= _run(results, program, [work for work in group if has(program, work)],
                             numbers, limit, share)
            if late:
                break


def share_of(numbers, left, whole, programs):
    """Seconds (float) that one run may take: where all works are in it, twice what each of the
    `programs` (int) still to come would have of the time that is `left`; else, since a program may
    be far slower than the others, all that is left, and never less than half of the `whole`."""
    fair = 2.0 * left / programs if numbers.together else max(left, whole / 2.0)
    return min(numbers.limit, max(LEAST, fair))


def has(program, work):
    """Whether a Program has a work (str), which may be followed by ":" and an argument."""
    return work.partition(":")[0] in program.works


def progress(budget, text):
    """Say what is done now, and how much of the section's time is left."""
    say("%s left of this part: %s" % (clock_time(budget.left()), text))


def _run(results, program, group, numbers, limit, budget):
    """One run of a program; another one for the works after one that ended it. limit: seconds.
    Returns whether it was ended for being late (bool): what earlier rounds gave is kept then."""
    late = False
    while group:
        words = ["%g" % numbers.seconds, "%g" % numbers.warm, "%g" % numbers.cap, *group]
        status, lines = program.run(words, limit)
        done = take(results, program.name, lines)
        rest = [work for work in group if work.partition(":")[0] not in done]
        if not rest:
            return late
        # The first that is not done is what the program died of.
        broken = rest[0].partition(":")[0]
        last = ([line for line in lines if "\t" not in line] or [""])[-1]
        reason = "more than %.0f s" % limit if status == process.TIMED_OUT else \
            "%s: %s" % (process.described(status), last)
        say("%s, %s: %s" % (program.name, broken, reason))
        if status == process.TIMED_OUT:
            late = True
        if not late or not results.has(broken, program.name):
            results.fail(broken, program.name, reason)
        group = rest[1:]
        if late and not budget.left():
            give_up(results, program, group)
            break
    return late


def give_up(results, program, group):
    """Say of the works (list of str) that there was no time for them."""
    for work in group:
        if has(program, work):
            results.fail(work.partition(":")[0], program.name, NO_TIME)


def take(results, program, lines):
    """Keep what the lines of a program (list of str, see worker.py) say; the works that are done
    (set of str)."""
    done = set()
    for line in lines:
        words = line.split("\t")
        if len(words) == 2 and words[1] == "done":
            done.add(words[0])
        elif len(words) == 4 and words[2] == "!":
            results.fail("%s/%s" % (words[0], words[1]) if words[1] != "-" else words[0],
                         program, words[3])
        elif len(words) == 4:
            results.add(words[0], words[1], program, float(words[2]), float(words[3]))
    return done


def starts(results, programs, numbers, budget, folder):
    """Time, and memory at most, of whole processes: an interpreter without CPython, one with it,
    and one that has imported NumPy. Before the rounds, if there is to be more than one, each runs
    once: the modules are compiled then, and kept in `folder` (Path), as an interpreter keeps them
    beside the sources where it may write."""
    kinds = [("start-alone", "alone"), ("start-empty", "empty"), ("start-numpy", "numpy")]
    for number, (work, attribute) in enumerate(kinds):
        share = budget.part(1, [1] * (len(kinds) - number))
        taking_part = [p for p in programs if p.command and getattr(p, attribute)]
        progress(budget, "%s (%s)" % (work, ", ".join(p.name for p in taking_part)))
        if not budget.left():
            for program in taking_part:
                results.fail(work, program.name, NO_TIME)
            continue
        if numbers.rounds > 1:
            for program in taking_part:
                _start(program, attribute, numbers.limit, folder)
        for _ in share.rounds(2 * numbers.rounds):
            for program in taking_part:
                _keep(results, work, program.name,
                      *_start(program, attribute, numbers.limit, folder))


def _start(program, attribute, limit, folder):
    environment = dict(program.environment, PYTHONPYCACHEPREFIX=str(folder))
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return whole_process(getattr(program, attribute), environment, limit)


def _keep(results, work, name, status, seconds, kilobytes):
    if status != 0:
        results.fail(work, name, process.described(status))
        return
    results.add(work, "-", name, seconds * 1e9, 0.0)
    results.add(work + "-memory", "-", name, kilobytes, 0.0)


def whole_process(command, environment, limit):
    """(exit status, seconds, kilobytes at most) of a command, its own children not counted.

    The kilobytes are the last that /proc says: what wait4 says counts the process before exec too,
    which is a copy of this one.
    """
    start = time.perf_counter()
    child = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             start_new_session=True)
    kilobytes = 0
    while child.poll() is None:
        kilobytes = max(kilobytes, peak(child.pid))
        if time.perf_counter() - start > limit:
            process.end_group(child)
            return process.TIMED_OUT, limit, kilobytes
        time.sleep(0.001)
    return child.returncode, time.perf_counter() - start, kilobytes


def peak(pid):
    """Kilobytes (int) that a process has had at most; 0 if it has ended."""
    try:
        with open("/proc/%d/status" % pid) as status:
            return next((int(line.split()[1]) for line in status if line.startswith("VmHWM:")), 0)
    except OSError:
        return 0

"""What a person sees while it runs."""

import io

from translation import failure, phases
from translation.progress import Reporter, duration


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


class Terminal(io.StringIO):
    def isatty(self):
        return True


PLAN = [("one", 100), ("two", 200), ("three", 300)]


def test_durations():
    assert [duration(n) for n in (3.4, 59.6, 61, 3700)] == ["3s", "1m00s", "1m01s", "1h01m"]


def test_a_line_at_least_every_15_seconds_where_nobody_looks():
    clock, stream = Clock(), io.StringIO()
    reporter = Reporter(PLAN, stream, clock)
    reporter.enter("one")
    for clock.now in range(0, 61):
        reporter.tick("a detail")
    lines = stream.getvalue().splitlines()
    assert len(lines) == 5
    assert lines[0] == "[ 1/3] one"
    assert "a detail" in lines[-1] and "in all 1m00s" in lines[-1] and "to go" in lines[-1]


def test_in_place_on_a_terminal():
    clock, stream = Clock(), Terminal()
    reporter = Reporter(PLAN, stream, clock)
    reporter.enter("one")
    for clock.now in range(0, 60):
        reporter.tick()
    reporter.enter("two")
    assert stream.getvalue().count("\n") == 3
    assert stream.getvalue().count("\r") > 50


def test_the_estimate_follows_the_pace_of_the_phases_so_far():
    clock = Clock()
    reporter = Reporter(PLAN, io.StringIO(), clock)
    reporter.enter("one")
    assert reporter.remaining() == 600
    clock.now = 300
    reporter.enter("two")
    slow = reporter.remaining()
    assert slow > 900
    clock.now = 400
    assert reporter.remaining() == slow - 100


def test_the_log_of_rpython_moves_the_phases():
    clock = Clock()
    reporter = Reporter(phases.plan("jit", None), io.StringIO(), clock)
    reader = phases.LogReader(reporter, lambda: "3 of 9 files")
    reader("[translation:info] Annotating&simplifying...\n[annrpython] x\n")
    assert reporter.phase == phases.ANNOTATE
    reader("[translation:info] RTy")
    assert reporter.phase == phases.ANNOTATE
    assert reader("ping...\n[rtyper] specializing: 100 / 400 blocks   (25%)\n") == "25%"
    assert reporter.phase == phases.RTYPE
    reader("[translation:info] JIT compiler generation...\n")
    assert reporter.phase == phases.JIT
    assert reader("[translation:info] Compiling c source...\n") == "3 of 9 files"


def test_the_plan_knows_the_machine_once_it_has_built():
    plan = dict(phases.plan("jit", {phases.ANNOTATE: 7}))
    assert plan[phases.ANNOTATE] == 7
    assert phases.JIT in plan and phases.JIT not in dict(phases.plan("2", None))
    short = dict(phases.plan("2", None, translate=False, package=False))
    assert phases.COMPILE not in short and phases.PACKAGE not in short and phases.SMOKE in short


def test_the_compilers_error_is_found_in_a_long_block():
    text = "\n".join(["[translation:ERROR] CompilationError: CompilationError(err=\"\"\""]
                     + [f"\tgcc -c implement_{n}.c" for n in range(300)]
                     + ["\timplement.c: In function `pypy_g_f':",
                        "\timplement.c:7:1: error: unknown type name 'PyObjekt'"]
                     + [f"\tgcc -c implement_{n}.c" for n in range(300)])
    told = failure.last_error(text)
    assert "unknown type name 'PyObjekt'" in told
    assert len(told.splitlines()) < 12


def test_a_long_error_is_cut_in_the_middle():
    text = "[translation:ERROR] Exception: head\n" + "\n".join(f" {n}" for n in range(200))
    told = failure.last_error(text).splitlines()
    assert len(told) <= failure.LINES + 1
    assert "head" in told[0] and told[-1] == " 199"


def test_a_bare_traceback_and_a_bare_end():
    told = failure.last_error("x\nTraceback (most recent call last):\n  File\nKeyError: 'y'\n")
    assert told.endswith("KeyError: 'y'") and told.startswith("Traceback")
    assert failure.last_error("only\nthese") == "only\nthese"

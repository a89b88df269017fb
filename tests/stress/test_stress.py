"""Every stress test, each in a process of its own; see conftest."""

import pytest
from supervisor import supervise
from worker import catalogue

KNOWN = {}      # name: reason


def names():
    """Every test, those that are expected to fail with the reason."""
    for name in catalogue():
        marks = [pytest.mark.xfail(reason=KNOWN[name])] if name in KNOWN else []
        yield pytest.param(name, marks=marks)


@pytest.mark.parametrize("name", list(names()))
@pytest.mark.timeout(0)         # the supervisor sees whether it moves
def test_stress(name, run_of):
    run = run_of(name)
    print(run.text)
    assert run.status == 0, "%s: %s" % (name, run.status)
    assert run.summary, "it ended without a word"


def test_what_does_not_move_is_shown_with_the_stacks_of_both_sides():
    run = supervise("hang", 1, patience=5)
    assert run.status == "hangs"
    assert "stuck_here" in run.text and "stuck_there" in run.text

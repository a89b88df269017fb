"""Stress tests of the native engine, run by the build itself:

    python -m pytest tests/stress                 a few seconds each
    python -m pytest tests/stress --seconds 60    a minute each, and all rounds of those that count
    python3 -m tools.stress                       the latter, with the build found

CPYEMBED_STRESS_SECONDS is the default of --seconds. Each test is a process of its own, which the
supervisor watches: it has the stacks of both sides shown when nothing moves.
"""

import os
import sys

import pytest

if "cpyembed" not in sys.builtin_module_names:
    pytest.exit("tests/stress is run by the native build, not by %s" % sys.executable, 4)

SHORT = 3.0
results = []


def pytest_addoption(parser):
    parser.addoption("--seconds", type=float,
                     default=float(os.environ.get("CPYEMBED_STRESS_SECONDS") or SHORT),
                     help="how long each stress test runs")


@pytest.fixture
def seconds(request):
    """How long each test runs (float)."""
    return request.config.getoption("--seconds")


@pytest.fixture
def record():
    """`record(Run)` puts it into the table at the end."""
    return results.append


def pytest_terminal_summary(terminalreporter):
    if not results:
        return
    terminalreporter.section("stress")
    line = "%-34s %9s %9s %8s  %s"
    terminalreporter.write_line(line % ("test", "seconds", "peak MB", "status", "what was done"))
    for run in results:
        terminalreporter.write_line(line % (
            run.name, "%.1f" % run.seconds, "%.0f" % run.peak_megabytes, run.status, run.summary))

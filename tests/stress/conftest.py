"""Stress tests of the native engine, run by the build itself:

    python -m pytest tests/stress                 a few seconds each
    python -m pytest tests/stress --seconds 60    a minute each, and all rounds of those that count
    python3 -m tools.stress                       the latter, with the build found

CPYEMBED_STRESS_SECONDS is the default of --seconds. `--at-once 2` runs two at a time; those that
measure how long something waits allow for a busy machine. `--summary FILE` writes the table at the
end as Markdown. Each test is a process of its own, which the supervisor watches: it has the stacks
of both sides shown when nothing moves.
"""

import os
import platform
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

if "cpyembed" not in sys.builtin_module_names:
    pytest.exit("tests/stress is run by the native build, not by %s" % sys.executable, 4)

from supervisor import supervise  # noqa: E402

SHORT = 3.0
results = []


def pytest_addoption(parser):
    parser.addoption("--seconds", type=float,
                     default=float(os.environ.get("CPYEMBED_STRESS_SECONDS") or SHORT),
                     help="how long each stress test runs")
    parser.addoption("--at-once", type=int, default=1, help="how many run at a time")
    parser.addoption("--summary", help="a file for the table, in Markdown")


@pytest.fixture(scope="session")
def ahead(request):
    """The runs of all the tests that were chosen, by name: futures, begun in the tests' order."""
    seconds = request.config.getoption("--seconds")
    names = [item.callspec.params["name"] for item in request.session.items
             if "name" in getattr(item, "fixturenames", ())]
    pool = ThreadPoolExecutor(request.config.getoption("--at-once"))
    yield {name: pool.submit(supervise, name, seconds) for name in names}
    pool.shutdown(cancel_futures=True)


@pytest.fixture
def run_of(ahead):
    """`run_of(name)` waits for the Run of a test, and puts it into the table at the end."""
    def wait(name):
        run = ahead[name].result()
        results.append(run)
        return run
    return wait


COLUMNS = ("test", "seconds", "peak MB", "status", "what was done")


def row(run):
    """A run as the columns (tuple of str)."""
    return (run.name, "%.1f" % run.seconds, "%.0f" % run.peak_megabytes, str(run.status),
            run.summary)


def markdown(seconds, at_once):
    """The table, and where it was made (str)."""
    import cpyembed
    facts = cpyembed.info()
    lines = ["`python3 -m tools.stress --seconds %g --jobs %d`: %d tests, %d of them ended well; "
             "the longest took %.0f s, the largest %.0f MB." % (
                 seconds, at_once, len(results), sum(run.status == 0 for run in results),
                 max(run.seconds for run in results), max(run.peak_megabytes for run in results)),
             "", "CPython %s in PyPy %d.%d.%d, %s, %d processors." % (
                 facts["cpython"], *sys.pypy_version_info[:3], platform.platform(),
                 os.cpu_count()),
             "", "| %s |" % " | ".join(COLUMNS), "|" + "---|" * len(COLUMNS)]
    lines += ["| `%s` | %s |" % (first, " | ".join(rest)) for first, *rest in map(row, results)]
    return "\n".join(lines) + "\n"


def pytest_terminal_summary(terminalreporter):
    if not results:
        return
    terminalreporter.section("stress")
    line = "%-40s %9s %9s %8s  %s"
    for columns in (COLUMNS, *map(row, results)):
        terminalreporter.write_line(line % columns)
    option = terminalreporter.config.getoption
    if option("--summary"):
        with open(option("--summary"), "w", encoding="utf-8") as f:
            f.write(markdown(option("--seconds"), option("--at-once")))
        terminalreporter.write_line("the same as Markdown: %s" % option("--summary"))

"""Running pytest in another interpreter and counting what it found."""

import tempfile
from pathlib import Path

from tools import process
from tools.report import Counts, read_junit
from translation.paths import CHECKOUT

OPTIONS = ["-q", "--tb=short", "-p", "no:cacheprovider"]
# Of pytest's exit statuses.
INTERNAL_ERROR, NO_TESTS = 3, 5


def run(start, targets, limit, env, cwd=CHECKOUT, options=OPTIONS):
    """Run pytest; returns Counts.

    start: the words (list) before pytest's own; targets: files and folders (list), below `cwd`;
    limit: seconds; env: dict, the whole environment; options: list of str.

    An interpreter that dies takes its report along, and an error inside pytest ends the run: then
    every file runs once more in a process of its own, so that it counts as one failure of that
    file, and the others count.
    """
    with tempfile.TemporaryDirectory(prefix="cpyembed-tests-") as room:
        counts, died = _once(start, targets, limit, env, cwd, options, Path(room) / "all.xml")
        if not died:
            return counts
        files = _files(cwd, targets)
        if len(files) < 2 or died == process.TIMED_OUT:
            return counts
        print("pytest %s: every file once more, by itself" % process.described(died), flush=True)
        total = Counts()
        for number, file in enumerate(files):
            print(file, flush=True)
            one, _ = _once(start, [file], limit / 2, env, cwd, options,
                           Path(room) / ("%d.xml" % number))
            total.add(one)
        return total


def _files(cwd, targets):
    found = []
    for target in targets:
        path = Path(cwd) / target
        found += sorted(path.rglob("test_*.py")) if path.is_dir() else [path]
    return [str(path.relative_to(cwd)) for path in found]


def _once(start, targets, limit, env, cwd, options, junit):
    """(Counts, status) of one run; the status is 0 if pytest lived to the end of it."""
    command = [*start, *targets, *options, "--junitxml=%s" % junit]
    status = process.run(command, limit=limit, cwd=cwd, env=env)
    counts = read_junit(junit)
    named = " ".join(str(target) for target in targets)
    if counts is None:
        note = "%s: pytest %s and left no report" % (named, process.described(status))
        return Counts(failed=1, notes=[note]), status or 1
    if status == NO_TESTS:
        counts.notes.append("%s: there are no tests" % named)
    elif status not in (0, 1) or (status == 1 and not counts.failed):
        # The report is whole and yet something went wrong: before the first test, or at the end.
        counts.failed += 1
        counts.notes.append("%s: pytest %s, which no test explains" % (
            named, process.described(status)))
    return counts, status if status == INTERNAL_ERROR else 0

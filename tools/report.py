"""What the stages of a test run counted, and the table at the end."""

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field


@dataclass
class Counts:
    """Numbers of tests (int) of one stage; `notes` (list of str) says what the numbers do not."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    notes: list = field(default_factory=list)

    def add(self, other):
        """Add the Counts `other` to this one."""
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.notes += other.notes


def read_junit(path):
    """The Counts in the JUnit file at `path` (Path), or None when there is none that is whole.

    What is marked as an expected failure counts as skipped, as in the file itself.
    """
    try:
        root = ElementTree.parse(path).getroot()
    except (OSError, ElementTree.ParseError):
        return None
    counts = Counts()
    for suite in root.iter("testsuite"):
        def number(*names, suite=suite):
            # Old versions of pytest say `skips`, new ones `skipped`.
            return sum(int(suite.get(name, 0)) for name in names)
        failed, skipped = number("failures", "errors"), number("skips", "skipped")
        counts.add(Counts(number("tests") - failed - skipped, failed, skipped))
    if counts.skipped and not counts.passed and not counts.failed:
        reasons = dict.fromkeys(each.get("message", "") for each in root.iter("skipped"))
        counts.notes.append("all skipped: " + "; ".join(reasons))
    return counts


def table(rows):
    """The lines (list of str) for `rows`, a list of (stage, Counts, seconds)."""
    lines = ["%-44s %7s %7s %8s %8s" % ("stage", "passed", "failed", "skipped", "seconds")]
    for name, counts, seconds in rows:
        lines.append("%-44s %7d %7d %8d %8d" % (
            name, counts.passed, counts.failed, counts.skipped, seconds))
        lines += ["    " + note for note in counts.notes]
    return lines


def closing_line(rows):
    """The sum over all stages, `N passed, N failed, N skipped` (str)."""
    total = Counts()
    for _, counts, _ in rows:
        total.add(counts)
    return "%d passed, %d failed, %d skipped" % (total.passed, total.failed, total.skipped)

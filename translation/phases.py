"""The phases of a build: their names, how long they take, how the log shows them."""

import re

CHECK = "Checking what is needed"
SOURCE = "Preparing the source"
LOAD = "Loading the target"
ANNOTATE = "Annotating"
RTYPE = "Typing (RTyper)"
JIT = "Generating the JIT"
BACKENDOPT = "Back-end optimisations"
DATABASE = "Building the C database"
C_SOURCE = "Writing C"
COMPILE = "Compiling C"
CFFI = "Building the cffi modules"
PACKAGE = "Packaging"
RELINK = "Linking to another CPython"
LAY = "Laying the Python files, tarball"
SMOKE = "Smoke test"

TRANSLATION = (LOAD, ANNOTATE, RTYPE, JIT, BACKENDOPT, DATABASE, C_SOURCE, COMPILE, CFFI)

# Seconds on two cores, until a build on this machine says better.
_EXPECTED = {
    "jit": {CHECK: 2, SOURCE: 15, LOAD: 30, ANNOTATE: 240, RTYPE: 190, JIT: 160, BACKENDOPT: 70,
            DATABASE: 190, C_SOURCE: 110, COMPILE: 260, CFFI: 45, PACKAGE: 60, RELINK: 30, LAY: 25,
            SMOKE: 40},
    "2": {CHECK: 2, SOURCE: 15, LOAD: 30, ANNOTATE: 230, RTYPE: 160, BACKENDOPT: 60,
          DATABASE: 140, C_SOURCE: 90, COMPILE: 190, CFFI: 45, PACKAGE: 60, RELINK: 30, LAY: 25,
          SMOKE: 40},
}

# What rpython/translator/driver.py calls its tasks ("[translation:info] RTyping...").
_TITLES = {
    "Annotating&simplifying": ANNOTATE,
    "RTyping": RTYPE,
    "JIT compiler generation": JIT,
    "lltype back-end optimisations": BACKENDOPT,
    "inserting stack checks": BACKENDOPT,
    "Creating database for generating c source": DATABASE,
    "Generating c source": C_SOURCE,
    "Compiling c source": COMPILE,
    "Create cffi bindings for modules": CFFI,
}
_TITLE = re.compile(r"^\[translation:info\] (.+?)\.\.\.\s*$", re.M)
_PERCENT = re.compile(r"^\[[^]]*\] specializing: \d+ / \d+ blocks\s+\((\d+%)\)", re.M)


def plan(opt, history, translate=True, package=True, relink=False):
    """The phases to come: list of (name, expected seconds).

    ``opt``: "jit" or "2"; ``history``: dict of seconds by phase from an earlier build, or None;
    ``translate``, ``package``, ``relink``: whether these parts are still to be done.
    """
    expected = dict(_EXPECTED[opt])
    if history:
        expected.update((name, history[name]) for name in expected if name in history)
    skipped = set() if relink else {RELINK}
    if not translate:
        skipped.update(TRANSLATION, (SOURCE,))
    if not package:
        skipped.add(PACKAGE)
    return [(name, seconds) for name, seconds in expected.items() if name not in skipped]


class LogReader:
    """Follows the output of rpython and tells the reporter which phase it is in.

    ``count_compiled``: callable that says how far the C compiler is (str), as make's output
    comes all at once at its end.
    """

    def __init__(self, reporter, count_compiled=lambda: ""):
        self.reporter = reporter
        self.count_compiled = count_compiled
        self._rest = ""

    def __call__(self, text):
        """Take new output (str); return how far the phase is (str, may be empty)."""
        text = self._rest + text
        whole, newline, self._rest = text.rpartition("\n")
        whole += newline
        detail = ""
        for match in _TITLE.finditer(whole):
            phase = _TITLES.get(match.group(1))
            if phase:
                self.reporter.enter(phase)
        percents = _PERCENT.findall(whole)
        if percents and self.reporter.phase == RTYPE:
            detail = percents[-1]
        if self.reporter.phase == COMPILE:
            detail = self.count_compiled()
        return detail

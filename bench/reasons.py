"""Why a figure is worse than a baseline: one line each, written by hand in reasons.toml."""

import sys

from bench.names import ENGINES, EVERY
from bench.programs import BENCH
from bench.results import point
from bench.table import number, short

NONE = "no reason given"
WORSE = 1.1         # what is less is within what a run differs from the next


def given():
    """What is in reasons.toml: {work: {engine: str}}."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    with open(BENCH / "reasons.toml", "rb") as file:
        return tomllib.load(file)


def worse(results, work, engine):
    """{baseline: (ratio, label)} (dict): the point of a work at which an engine is behind each
    baseline most, of those at which it is behind."""
    found = {}
    for label in results.labels.get(work, []):
        key = point(work, label)
        if (key, engine) not in results.values:
            continue
        for baseline in EVERY:
            ratio = results.multiple(key, engine, baseline) or 0
            most = found.get(baseline, (WORSE, ""))[0]
            if baseline not in ENGINES and ratio > most:
                found[baseline] = ratio, label
    return found


def lines(results, works, reasons):
    """Markdown (str): what is worse than which baseline, and why. works: dict, work -> title."""
    text = []
    for work, title in works.items():
        for engine in ENGINES:
            behind = worse(results, work, engine)
            if behind:
                most = ", ".join(
                    "%s × of %s" % (short(ratio), baseline) if label == "-" else
                    "up to %s × of %s (%s)" % (short(ratio), baseline, number(label))
                    for baseline, (ratio, label) in behind.items())
                text.append("- **%s, %s**: %s. %s" % (title, engine, most,
                                                      reason(reasons, work, engine)))
    return "\n".join(text) or "Nothing is."


def reason(reasons, work, engine):
    """The line (str) for an engine, else the one for both, else that there is none."""
    said = reasons.get(work, {})
    return said.get(engine) or said.get("both") or "*%s*" % NONE

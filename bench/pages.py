"""Measuring section by section, and writing a page for each."""

import sys
from pathlib import Path

from bench.budget import Budget, clock_time
from tools.console import header
from translation.paths import CHECKOUT

WARNING = "<!-- Written by `make bench`: a change here is lost with the next run. -->"


def every(run, sections, seconds, folder, where):
    """Measure the Sections within so many seconds, and write the page of each when it is over: a
    run that is ended loses only the others. folder: Path; where: str, the machine and the date."""
    budget = Budget(seconds)
    weights = [section.quick if run.quick else section.weight for section in sections]
    for number, section in enumerate(sections):
        header("%s: %s; %s left in all" % (section.name, section.title, clock_time(budget.left())))
        section.measure(run, budget.part(weights[number], weights[number:]))
        write(run, section, folder, where)


def write(run, section, folder, where):
    """Write the page of a Section, and its pictures, below `folder` (Path)."""
    from bench import pictures
    run.picture = lambda name: folder / "images" / "bench" / (name + ".png")
    (folder / "bench").mkdir(parents=True, exist_ok=True)
    text, why = section.page(run, pictures)
    parts = [WARNING, "# " + section.title, head(run, where), *text]
    notes = problems(run.results, section.works)
    if notes:
        parts += ["## What has no figure", notes]
    parts += ["## What is behind, and why", why]
    text = "\n\n".join(part for part in parts if part) + "\n"
    (folder / "bench" / (section.name + ".md")).write_text(anywhere(text), encoding="utf-8")


def anywhere(text):
    """A text (str) without the paths of this machine."""
    return text.replace(str(CHECKOUT) + "/", "").replace(str(Path.home()), "~")


def head(run, where):
    """The machine, the command, the programs (str)."""
    command = " ".join(["python3 -m bench", *sys.argv[1:]])
    lines = ["%s. Command: `%s`. The programs ran by turns, at most %d rounds%s." % (
        where, command, run.numbers.rounds,
        "; this was a short run, whose figures are rough" if run.quick else ""), ""]
    for program in run.programs:
        note = "; " + program.note if program.note and program.command else ""
        lines.append("- **%s**: %s%s%s" % (program.name, "" if program.command else "absent: ",
                                           program.version, note))
    return "\n".join(lines)


def problems(results, works):
    """What could not be measured, and why (str). works: set of those of the section."""
    lines = []
    for (key, program), reason in results.problems.items():
        work, _, label = key.partition("/")
        largest = max([int(x) for x in results.labels.get(work, []) if x.isdigit()] or [0])
        beyond = label.startswith("above ") and int(label.split()[1]) >= largest
        if work in works and not beyond:
            lines.append("- %s, %s: %s" % (key.replace("/", ", "), program, reason))
    return "\n".join(sorted(lines))

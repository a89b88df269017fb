"""The parts of a run, in their order: what each measures, and the page that it writes."""

from dataclasses import dataclass, replace

from bench import curves, measure, reasons, rows, scripts, table
from bench.names import CPYEXT, CPYTHON, ENGINES, NATIVE, PRELOAD
from bench.results import point

MEMORY = "calls-memory"


@dataclass(frozen=True)
class Section:
    """name: str, of the page too; title: str; weight: its part of the time of a full run (float);
    measure(run, budget) fills run.results; page(run, pictures) gives Markdown (str). quick: its
    part of a short run; works: set of the works (str) that it measures."""

    name: str
    title: str
    weight: float
    quick: float
    measure: object
    page: object
    works: object


@dataclass
class Run:
    """What the sections share. programs: list of Program; results: Results; numbers: Numbers;
    quick: bool; calls: int, for the memory; only: set of works, or None for all; folder: Path, to
    write into; reasons: dict; picture: function of a name, the Path where a picture goes."""

    programs: list
    results: object
    numbers: object
    quick: bool
    calls: int
    only: object
    folder: object
    reasons: dict
    picture: object = None

    def wanted(self, works):
        return [work for work in works if self.only is None or work in self.only]


# ______________________________________________________________________
# The table of section 8


def measure_table(run, budget):
    names = run.wanted(dict.fromkeys(line.work for line in rows.LINES))
    numbers = replace(run.numbers, seconds=0.05 if run.quick else 0.5,
                      warm=0.1 if run.quick else 0.4)
    calls = [MEMORY] if MEMORY in names else []
    names = [name for name in names if name != MEMORY]
    weights = [len(names), 2 * len(calls)]
    measure.works(run.results, run.programs, names, numbers, budget.part(weights[0], weights))
    for name in calls:
        measure.works(run.results, run.programs, ["%s:%d" % (name, run.calls)],
                      replace(numbers, rounds=1), budget)


def page_table(run, pictures):
    works = run.wanted(dict.fromkeys(line.work for line in rows.LINES))
    absent = {p.name: p.version for p in run.programs if not p.command}
    drawn = []
    for line in rows.LINES:
        if line.work in works and line.baseline == CPYTHON:
            drawn.append((line.label.replace("`", ""), multiples(run, line.work, ENGINES)))
    drawn = [(label, row) for label, row in drawn if row]
    text = ["%d of %d met." % table.met(run.results, works, absent),
            table.section_8(run.results, works, absent)]
    if drawn:
        pictures.ratios(drawn, run.picture("speed"), "What section 8 compares with CPython",
                        "time, as a multiple of CPython's (the line; less is better)")
        text.append(image("speed", "The rows that are compared with CPython, as multiples of it"))
    taking_part = [p for p in run.programs if p.works & set(works)]
    text += ["## Times", "Median ± median absolute deviation of the rounds.",
             table.times(run.results, works, taking_part)]
    return text, behind(run, works, absent)


def multiples(run, key, names):
    """{program: its time as a multiple of CPython's}, of those that have one."""
    found = {name: run.results.multiple(key, name, CPYTHON) for name in names if name != CPYTHON}
    return {name: ratio for name, ratio in found.items() if ratio}


def behind(run, works, absent):
    """The works that are slower than C or CPython, whether that is allowed or not, and those that
    are not what was wanted although no baseline is faster; and why."""
    lines = []
    for line in rows.LINES:
        for engine in line.limits:
            if line.work in works and engine not in absent \
                    and line.baseline not in reasons.worse(run.results, line.work, engine) \
                    and table.met_by(run.results, line, engine, absent) is False:
                lines.append("- **%s, %s**: not what was wanted. %s" % (
                    line.label, engine, reasons.reason(run.reasons, line.work, engine)))
    labels = {line.work: line.label for line in rows.LINES if line.work in works}
    return "\n".join([reasons.lines(run.results, labels, run.reasons), *lines])


# ______________________________________________________________________
# Start-up


STARTS = [("start-alone", "the interpreter around CPython alone"),
          ("start-empty", "an empty program, CPython started"),
          ("start-numpy", "`import numpy`")]


def measure_start(run, budget):
    measure.starts(run.results, run.programs, run.numbers, budget, run.folder / "compiled")


def page_start(run, pictures):
    times = [curves.Curve(work, title.replace("`", ""), "") for work, title in STARTS]
    memory = [curves.Curve(work + "-memory", title.replace("`", ""), "") for work, title in STARTS]
    text = ["Whole processes, from the start of one to its end, and the most memory that it had; "
            "in brackets as a multiple of CPython's. A process that a program starts is not "
            "counted in its memory. The modules were compiled by a run before the first one, as "
            "they are where an interpreter may write beside them.",
            by_program(run, [(work, title) for work, title in STARTS]
                       + [(work + "-memory", "memory of that") for work, _ in STARTS])]
    pictures.by_program(run.results, [times, memory], run.programs, run.picture("start"),
                        "Time and memory of whole processes")
    text.append(image("start", "Time and memory of whole processes"))
    return text, reasons.lines(run.results, {**dict(STARTS), **{
        work + "-memory": title + ", memory" for work, title in STARTS}}, run.reasons)


def by_program(run, columns):
    """A line for each program, a column for each work. columns: list of (work, title)."""
    ordered = [c for pair in zip(columns[:3], columns[3:]) for c in pair]
    lines = [[p.name] + [table.against(run.results, work, p.name) for work, _ in ordered]
             for p in run.programs if any((work, p.name) in run.results.values
                                          for work, _ in ordered)]
    return table.markdown(["program"] + [title for _, title in ordered], lines)


# ______________________________________________________________________
# The curves


def measure_curves(of):
    def measured(run, budget):
        measure.works(run.results, run.programs, run.wanted(c.work for c in of), run.numbers,
                      budget)
    return measured


LINES = [("values", ["str-to", "str-from", "list-to", "list-from", "dict-to", "dict-from"],
          "Strings, lists and dicts, to CPython and back"),
         ("arrays", ["array-to", "array-from"], "Arrays of doubles"),
         ("threads", ["threads-call", "threads-hash"], "Calls from threads at once"),
         ("references", ["references", "references-collect", "references-bytes"],
          "What live references cost"),
         ("nesting", ["nesting-to", "nesting-from"], "Lists in lists")]
BARS = [("calls", ["arguments", "kinds"], "Calls"),
        ("callbacks", ["callbacks", "exceptions"], "Callbacks and exceptions")]


def page_crossing(run, pictures):
    by_name = {curve.work: curve for curve in curves.CROSSING}
    text = ["Median ± median absolute deviation; in brackets as a multiple of CPython's own, which "
            "does the same and has nothing to cross: where a value would cross, it makes one anew."]
    for groups, draw in ((BARS, pictures.bars), (LINES, pictures.lines)):
        for name, works, title in groups:
            shown = [by_name[work] for work in run.wanted(works) if work in run.results.labels]
            if shown:
                draw(run.results, shown, run.programs, run.picture(name), title=title)
                text += ["## " + title, image(name, title)]
                text += tables(run, shown)
    return text, reasons.lines(run.results, {c.work: c.title for c in curves.CROSSING},
                               run.reasons)


def tables(run, shown):
    text = []
    for curve in shown:
        text += ["### " + curve.title[:1].upper() + curve.title[1:],
                 table.curve(run.results, curve, run.programs)]
    return text


def page_loops(run, pictures):
    text = ["One pass over the array. The first one of a process has the compilation in it, by "
            "PyPy's JIT or by Numba."]
    shown = [curve for curve in curves.LOOPS if curve.work in run.results.labels]
    if shown:
        pictures.bars(run.results, shown, run.programs, run.picture("loops"), columns=3,
                      title="A loop over an array of 1,000,000 doubles")
        text.append(image("loops", "The first pass and the later ones"))
    return text + tables(run, shown), reasons.lines(
        run.results, {c.work: c.title for c in curves.LOOPS}, run.reasons)


def page_numpy(run, pictures):
    curve = curves.SMALL[0]
    text = ["NumPy on a stock PyPy through the preload engine against NumPy through cpyext, and on "
            "the native build and CPython beside it: the four lines of section 9 of the design, in "
            "one run."]
    if curve.work in run.results.labels:
        pictures.bars(run.results, [curve], run.programs, run.picture("numpy"))
        lines = []
        for label in run.results.labels[curve.work]:
            key = point(curve.work, label)
            cells = ["`%s`" % label if "," not in label else label]
            cells += [table.against(run.results, key, name)
                      for name in (CPYTHON, NATIVE, PRELOAD, CPYEXT)]
            for engine in (NATIVE, PRELOAD):
                ratio = run.results.multiple(key, CPYEXT, engine)
                cells.append(table.short(ratio) if ratio else "–")
            lines.append(cells)
        text += [table.markdown(
            ["what", CPYTHON, NATIVE, PRELOAD, CPYEXT, "native: times faster than cpyext",
             "preload: times faster than cpyext"], lines), image("numpy", curve.title)]
    return text, reasons.lines(run.results, {curve.work: curve.title}, run.reasons)


# ______________________________________________________________________
# Whole programs


def measure_scripts(of):
    def measured(run, budget):
        wanted = [script for script in of if (run.only is None or script.name in run.only)
                  and (script.quick or not run.quick)]
        scripts.measure(run.results, run.programs, wanted, run.numbers, budget, run.folder,
                        run.quick)
    return measured


def page_scripts(of, name, introduction):
    def page(run, pictures):
        shown = [script for script in of if script.name in run.results.labels]
        columns = [p.name for p in run.programs if p.script]
        lines = []
        for script in shown:
            size = script.quick if run.quick else script.size
            cells = [table.against(run.results, script.name, name) or "–" for name in columns]
            lines.append(["`%s --size %d`" % (script.name, size), script.what] + cells)
        means = table.geometric_means(run.results, [s.name for s in shown], columns)
        lines.append(["geometric mean", "times faster than CPython"] + means)
        text = [introduction, table.markdown(["program", "what it does"] + columns, lines)]
        drawn = [(s.name, multiples(run, s.name, columns)) for s in shown]
        if any(row for _, row in drawn):
            pictures.ratios(drawn, run.picture(name), "",
                            "time, as a multiple of CPython's (the line; less is better)")
            text.append(image(name, "Whole programs, as multiples of CPython's time"))
        return text, reasons.lines(run.results, {s.name: s.name for s in shown}, run.reasons)
    return page


def image(name, title):
    return "![%s](../images/bench/%s.png)" % (title, name)


SAME = "The same file on each interpreter. The seconds are those of the computing part, with a " \
       "compiler's warming up in them, but not imports and the start. The results are compared."


def _names(things):
    return {getattr(thing, "work", None) or thing.name for thing in things}


SECTIONS = [
    Section("speed", "What the design asks for", 680, 45, measure_table, page_table,
            _names(rows.LINES)),
    Section("start", "Start-up and memory", 100, 15, measure_start, page_start,
            {work for work, _ in STARTS}),
    Section("crossing", "What crossing costs", 830, 50, measure_curves(curves.CROSSING),
            page_crossing, _names(curves.CROSSING)),
    Section("loops", "Loops over arrays", 120, 20, measure_curves(curves.LOOPS), page_loops,
            _names(curves.LOOPS)),
    Section("numpy", "NumPy on a stock PyPy", 60, 6, measure_curves(curves.SMALL), page_numpy,
            _names(curves.SMALL)),
    Section("programs", "Whole programs", 180, 16, measure_scripts(scripts.WHOLE),
            page_scripts(scripts.WHOLE, "programs", SAME), _names(scripts.WHOLE)),
    Section("examples", "The examples", 340, 16, measure_scripts(scripts.EXAMPLES),
            page_scripts(scripts.EXAMPLES, "examples", SAME), _names(scripts.EXAMPLES)),
]

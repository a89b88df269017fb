"""The results as Markdown."""

import statistics

from bench.names import CPYTHON, ENGINES, C
from bench.results import is_memory, point
from bench.rows import LINES

BASELINE = {C: "C", CPYTHON: "CPython", None: "–"}


def section_8(results, works, absent):
    """The table of section 8 (str). absent: dict, name of a program that is not there -> why."""
    head = ["work", "against"]
    for engine in ENGINES:
        head += [engine, "spread", "wanted", "met"]
    lines = []
    for line in LINES:
        if line.work not in works:
            continue
        cells = [line.label, BASELINE[line.baseline]]
        for engine in ENGINES:
            cells += _cells(results, line, engine, absent)
        lines.append(cells)
    return markdown(head, lines)


def _cells(results, line, engine, absent):
    limit = line.limits.get(engine)
    if limit is None:
        return ["–", "", "–", ""]
    wish = {"ratio": "≤ %.3g ×", "faster": "%.3g times faster", "ns": "≤ %d ns",
            "growth": "none"}[line.how]
    wish = wish % limit if "%" in wish else wish
    figures, problem = _figures(results, line, engine, absent)
    if figures is None:
        return [problem, "", wish, "no"]
    middle = statistics.median(figures)
    met = middle >= limit if line.how == "faster" else middle <= limit
    return [_said(middle, line.how), _spread(figures, line.how), wish, "yes" if met else "**no**"]


def _figures(results, line, engine, absent):
    for name in (engine, line.baseline):
        if name in absent:
            return None, "%s absent" % name
        if name and (line.work, name) not in results.values:
            problem = results.problems.get((line.work, name))
            return None, "%s failed" % name if problem else "–"
    if line.how == "ratio":
        return results.ratios(line.work, engine, line.baseline), None
    if line.how == "faster":
        return results.ratios(line.work, line.baseline, engine), None
    return results.values[line.work, engine], None


def _said(value, how):
    return {"ratio": "%.2f", "faster": "%.0f times", "ns": "%.0f ns",
            "growth": "%.0f kB"}[how] % value


def _spread(figures, how):
    if len(figures) < 2:
        return ""
    form = "%.2f" if how == "ratio" else "%.0f"
    return (form + "–" + form) % (min(figures), max(figures))


def met(results, works, absent):
    """(how many limits are met, how many there are)."""
    each = [met_by(results, line, engine, absent) for line in LINES if line.work in works
            for engine in line.limits]
    return each.count(True), len(each)


def met_by(results, line, engine, absent):
    """Whether an engine (str) meets a Line's limit: bool, or None if there are no figures."""
    said = _cells(results, line, engine, absent)
    return {"yes": True, "no": None, "**no**": False}[said[3]]


def geometric_means(results, keys, names):
    """For each of `names` (list of str) how many times faster than CPython (list of str), over the
    points that it has; how many these are, if not all."""
    means = []
    for name in names:
        factors = [results.median(key, CPYTHON) / results.median(key, name) for key in keys
                   if results.median(key, name) and results.median(key, CPYTHON)]
        if not factors or name == CPYTHON:
            means.append("–")
            continue
        some = "" if len(factors) == len(keys) else " (%d of %d)" % (len(factors), len(keys))
        means.append("%.2f%s" % (statistics.geometric_mean(factors), some))
    return means


def times(results, works, programs):
    """The times themselves (str): median and median absolute deviation of the rounds."""
    names = [program.name for program in programs if program.command]
    names = [name for name in names if any((work, name) in results.values for work in works)]
    lines = []
    for work in works:
        cells = [work] + [said(results, work, name) for name in names]
        if any(cells[1:]):
            lines.append(cells)
    return markdown(["work"] + names, lines)


def said(results, key, name, spread=True):
    """The median of a point as a person reads it (str), with its median absolute deviation; "" if
    there is none."""
    benchmark = results.benchmark(key, name)
    if benchmark is None:
        return ""
    if is_memory(key):
        size = benchmark.median()
        return "%.0f B" % size if size < 1e3 else "%.0f kB" % (size / 1e3) if size < 1e6 else \
            "%.1f MB" % (size / 1e6)
    text = benchmark.format_value(benchmark.median())
    if spread and benchmark.get_nvalue() > 1:
        text += " ± " + benchmark.format_value(benchmark.median_abs_dev())
    return text


def curve(results, curve, programs):
    """The table of a Curve (str): a line for each point, a column for each program that has it; in
    brackets how many times CPython's."""
    labels = labels_of(results, curve)
    names = [p.name for p in programs
             if any((point(curve.work, label), p.name) in results.values for label in labels)]
    lines = [[number(label)] + [against(results, point(curve.work, label), name) for name in names]
             for label in labels]
    return markdown([curve.axis] + names, lines)


def against(results, key, name, baseline=CPYTHON):
    """The median, and its ratio to the baseline's (str)."""
    text = said(results, key, name)
    if not text or name == baseline or (key, baseline) not in results.values:
        return text or "–"
    ratio = statistics.median(results.ratios(key, name, baseline))
    return "%s (%s ×)" % (text, short(ratio))


def short(ratio):
    """A ratio with two or three figures that count (str)."""
    return "%.0f" % ratio if ratio >= 9.95 else "%.1f" % ratio if ratio >= 0.995 else "%.2g" % ratio


def number(label):
    """A label with commas, if it is a number (str)."""
    return "{:,}".format(int(label)) if label.isdigit() else label


def labels_of(results, curve):
    """The labels (list of str) of a curve that has values, in their order."""
    labels = results.labels.get(curve.work, [])
    return sorted(labels, key=int) if curve.sized else labels


def markdown(head, lines):
    """A Markdown table (str) of lists of str."""
    rows = [head] + lines
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    text = []
    for number, row in enumerate(rows):
        text.append("| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths)) + " |")
        if number == 0:
            text.append("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(text)

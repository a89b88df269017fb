"""The results as Markdown."""

import statistics

from bench.rows import CPYTHON, ENGINES, LINES, C

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
    good = total = 0
    for line in LINES:
        for engine in line.limits:
            if line.work in works:
                total += 1
                good += _cells(results, line, engine, absent)[3] == "yes"
    return good, total


def times(results, works, programs):
    """The times themselves (str): median and median absolute deviation of the rounds."""
    names = [program.name for program in programs if program.command]
    lines = []
    for work in works:
        cells = [work]
        for name in names:
            benchmark = results.benchmarks.get((work, name))
            cells.append(_time(benchmark) if benchmark else "")
        if any(cells[1:]):
            lines.append(cells)
    return markdown(["work"] + names, lines)


def _time(benchmark):
    if benchmark.get_unit() == "byte":
        return "%d kB" % (benchmark.median() / 1024)
    text = benchmark.format_value(benchmark.median())
    if benchmark.get_nvalue() > 1:
        text += " ± " + benchmark.format_value(benchmark.median_abs_dev())
    return text


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

"""The figures as pictures: a program has the same colour in all of them; CPython is in each."""

import matplotlib

matplotlib.use("agg")
from matplotlib import pyplot  # noqa: E402
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter  # noqa: E402

from bench import names  # noqa: E402
from bench.results import is_memory, point  # noqa: E402
from bench.table import labels_of  # noqa: E402

COLOURS = {names.C: "#8c8c8c", names.CPYTHON: "#222222", names.NATIVE: "#c8102e",
           names.PRELOAD: "#f28e2b", names.CPYEXT: "#1f77b4", names.JEP: "#59a14f",
           names.RETICULATE: "#4e79d8", names.NODE: "#9467bd", names.EXECNET: "#8c564b",
           names.SHARED_MEMORY: "#17a2b8", names.NUMBA: "#bcbd22"}
MARKS = {names.C: "x", names.CPYTHON: "o", names.NATIVE: "s", names.PRELOAD: "D",
         names.CPYEXT: "^", names.JEP: "v", names.RETICULATE: "<", names.NODE: ">",
         names.EXECNET: "P", names.SHARED_MEMORY: "*", names.NUMBA: "h"}
DOTS = 80       # an inch


def _time(seconds, _=None):
    for factor, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")):
        if seconds >= 0.9999 * factor:
            return "%.3g %s" % (seconds / factor, unit)
    return "%.1g ns" % (seconds * 1e9)


def _bytes(size, _=None):
    for factor, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= 0.9999 * factor:
            return "%.3g %s" % (size / factor, unit)
    return "%.3g B" % size


def _values(results, curve, name, labels):
    pairs = [(label, results.benchmark(point(curve.work, label), name)) for label in labels]
    return [(label, one.median()) for label, one in pairs if one]


def lines(results, curves, programs, path, columns=2, title=""):
    """A panel for each Curve, its number by its size, both logarithmic, a line for each program."""
    panels, drawn = _panels(len(curves), columns, 3.3), {}
    figure, axes = panels
    for axis, curve in zip(axes, curves):
        labels = labels_of(results, curve)
        for program in programs:
            pairs = _values(results, curve, program.name, labels)
            if pairs:
                x, y = [float(label) for label, _ in pairs], [value for _, value in pairs]
                drawn[program.name], = axis.plot(
                    x, y, color=COLOURS[program.name], marker=MARKS[program.name], markersize=5,
                    linewidth=2.2 if program.name in names.ENGINES + (names.CPYTHON,) else 1.2,
                    zorder=3 if program.name in names.ENGINES else 2)
        _axis(axis, curve)
        _sizes(axis, curve, [float(label) for label in labels])
    _finish(figure, drawn, path, title)


def _sizes(axis, curve, sizes):
    """The horizontal axis of sizes (list of float): a mark for each if they are few."""
    least = min(sizes or [1.0])
    axis.set_xscale("symlog", linthresh=80) if least == 0 else axis.set_xscale("log")
    memory = curve.axis.startswith("bytes")
    if memory or len(sizes) < 5:
        axis.set_xticks(sizes, [_bytes(x) if memory else "{:,.0f}".format(x) for x in sizes])
        axis.minorticks_off()
    if least == 0:
        axis.set_xlim(left=-20)
    axis.set_xlabel(curve.axis)


def bars(results, curves, programs, path, columns=1, title=""):
    """A panel for each Curve: at each label a bar for each program, the number logarithmic."""
    most = max([len(labels_of(results, curve)) for curve in curves] or [1])
    figure, axes = _panels(len(curves), columns, 2.9, wide=most * len(curves) > 12)
    drawn = {}
    for axis, curve in zip(axes, curves):
        labels = labels_of(results, curve)
        shown = [p.name for p in programs if _values(results, curve, p.name, labels)]
        for place, name in enumerate(shown):
            pairs = _values(results, curve, name, labels)
            width = 0.85 / len(shown)
            x = [labels.index(label) - 0.425 + (place + 0.5) * width for label, _ in pairs]
            drawn[name] = axis.bar(x, [value for _, value in pairs], width * 0.92,
                                   color=COLOURS[name])
        _axis(axis, curve)
        many = len(labels) > 8
        axis.set_xticks(range(len(labels)), [label.replace(", ", ",\n") for label in labels],
                        rotation=25 if many else 0, ha="right" if many else "center")
        axis.tick_params(axis="x", length=0)
        axis.set_xlabel(curve.axis)
    _finish(figure, drawn, path, title)


def ratios(rows, path, title, label):
    """Horizontal bars of ratios, from the baseline, which is a line, to the left and to the right.
    rows: list of (what, {program: ratio})."""
    figure, axis = pyplot.subplots(figsize=(9, 1.2 + 0.36 * len(rows)), layout="constrained")
    shown = [name for name in names.EVERY if any(name in row for _, row in rows)]
    drawn = {}
    for place, name in enumerate(shown):
        height = 0.8 / len(shown)
        pairs = [(i, row[name]) for i, (_, row) in enumerate(rows) if name in row]
        drawn[name] = axis.barh([i - 0.4 + (place + 0.5) * height for i, _ in pairs],
                                [ratio - 1.0 for _, ratio in pairs], height * 0.92, left=1.0,
                                color=COLOURS[name])
    axis.set_xscale("log")
    axis.axvline(1.0, color=COLOURS[names.CPYTHON], linewidth=1.5)
    axis.set_yticks(range(len(rows)), [what for what, _ in rows])
    axis.set_ylim(max(1, len(rows)) - 0.5, -0.5)
    axis.xaxis.set_major_formatter(FuncFormatter(lambda x, _: "%g" % x))
    axis.grid(axis="x", color="#dddddd", linewidth=0.6)
    axis.set_axisbelow(True)
    axis.set_xlabel(label)
    _finish(figure, drawn, path, title)


def by_program(results, rows, programs, path, title):
    """A row of panels for each list of Curves in `rows`, a bar for each program in each."""
    figure, axes = pyplot.subplots(len(rows), len(rows[0]), squeeze=False, layout="constrained",
                                   figsize=(11, 3.1 * len(rows)), sharex="row")
    for line, curves in zip(axes, rows):
        shown = [p.name for p in programs if any((c.work, p.name) in results.values
                                                 for c in curves)]
        for axis, curve in zip(line, curves):
            memory = is_memory(curve.work)
            for place, name in enumerate(shown):
                one = results.benchmark(curve.work, name)
                if one:
                    axis.barh(place, one.median(), 0.8, color=COLOURS[name])
            axis.set_yticks(range(len(shown)), shown if axis is line[0] else [""] * len(shown))
            axis.set_ylim(max(1, len(shown)) - 0.5, -0.5)
            axis.tick_params(axis="y", length=0)
            axis.set_title(curve.title, fontsize=10)
            axis.set_xscale("log")
            axis.xaxis.set_major_formatter(FuncFormatter(_bytes if memory else _time))
            axis.set_xlabel("memory at most (bytes)" if memory else "time (seconds)")
            axis.grid(axis="x", color="#dddddd", linewidth=0.6)
            axis.set_axisbelow(True)
            for side in ("top", "right"):
                axis.spines[side].set_visible(False)
        # Shared by the row: set before all is drawn, it would end where the first panel does.
        line[0].set_xlim(left=1e6 if memory else 1e-3)
    _finish(figure, {}, path, title)


def _panels(count, columns, height, wide=False):
    columns = min(columns, count)
    rows = -(-count // columns)
    figure, axes = pyplot.subplots(rows, columns, squeeze=False, layout="constrained",
                                   figsize=(11 if wide or columns > 1 else 8, height * rows + 0.6))
    flat = list(axes.flat)
    for unused in flat[count:]:
        unused.remove()
    return figure, flat


def _axis(axis, curve):
    axis.set_yscale("log")
    axis.set_title(curve.title, fontsize=10)
    memory = is_memory(curve.work)
    axis.yaxis.set_major_formatter(FuncFormatter(_bytes if memory else _time))
    axis.set_ylabel("memory (bytes)" if memory else "time (%s)" % {
        "ns": "one turn", "pass": "one pass"}.get(curve.unit, curve.unit))
    low, high = axis.get_ylim()
    if high < 100 * low:        # else there would be one number, or none
        axis.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.yaxis.set_minor_formatter(NullFormatter())
    axis.grid(axis="y", color="#dddddd", linewidth=0.6)
    axis.set_axisbelow(True)
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)


def _finish(figure, drawn, path, title):
    ordered = [name for name in names.EVERY if name in drawn]
    if drawn:
        figure.legend([drawn[name] for name in ordered], ordered,
                      loc="outside lower center", ncols=min(6, len(ordered)), frameon=False,
                      fontsize=9)
    if title:
        figure.suptitle(title, fontsize=11)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=DOTS, metadata={"Software": None})
    pyplot.close(figure)

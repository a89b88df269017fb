"""What came out of the programs: every value, by point and program.

A point is a work, or for a curve one of its points, "work/label". pyperf does the statistics.
"""

import math
import statistics

import pyperf

BYTES = ("references-bytes", "calls-memory", "memory")   # beginnings and ends of works; else times
KILOBYTES = ("calls-memory", "memory")


def point(work, label="-"):
    """The key (str) of a point."""
    return work if label == "-" else "%s/%s" % (work, label)


class Results:
    """values: dict (point, program) -> list of numbers, one a round; problems: dict like it -> str,
    why there are none; labels: dict work -> list of the labels of its points, in their order."""

    def __init__(self):
        self.values = {}
        self.problems = {}
        self.labels = {}
        self._checks = {}

    def add(self, work, label, program, value, check):
        """One value (number) of a round; check: what the program computed (float). A program that
        computes something else than the first one is not compared."""
        key = point(work, label)
        labels = self.labels.setdefault(work, [])
        if label not in labels:
            labels.append(label)
        if (key, program) in self.problems:
            return
        expected = self._checks.setdefault(key, check)
        if math.isclose(check, expected, rel_tol=1e-9):
            self.values.setdefault((key, program), []).append(value)
        else:
            self.fail(key, program, "another result: %r, not %r" % (check, expected))

    def fail(self, key, program, reason):
        """There are no values of a point, or of a work, for this reason (str)."""
        self.problems.setdefault((key, program), reason)
        self.values.pop((key, program), None)

    def has(self, work, program):
        """Whether a work has a value of the program (bool)."""
        return any((point(work, label), program) in self.values
                   for label in self.labels.get(work, []))

    def median(self, key, program):
        """The median (number) of the rounds, or None."""
        values = self.values.get((key, program))
        return statistics.median(values) if values else None

    def ratios(self, key, program, baseline):
        """The ratio of the two in each round (list of float)."""
        return [a / max(b, 1e-9) for a, b in zip(self.values[key, program],
                                                 self.values[key, baseline])]

    def multiple(self, key, program, baseline):
        """The median (float) of the ratios, or None where there is no figure of one of them."""
        if (key, program) in self.values and (key, baseline) in self.values:
            return statistics.median(self.ratios(key, program, baseline))
        return None

    def benchmark(self, key, program, version=""):
        """The pyperf.Benchmark of the values, or None."""
        values = self.values.get((key, program))
        if not values:
            return None
        unit = "byte" if is_memory(key) else "second"
        factor = (1024 if key.startswith(KILOBYTES) or key.endswith(KILOBYTES) else 1) \
            if unit == "byte" else 1e-9
        metadata = {"name": "%s, %s" % (key, program), "unit": unit}
        if version:
            metadata["program"] = version
        least = 1 if unit == "byte" else 1e-12
        return pyperf.Benchmark([pyperf.Run([max(value * factor, least)], metadata=metadata)
                                 for value in values])

    def save(self, path, versions):
        """All values, with the machine's description, in pyperf's JSON format. versions: dict,
        program -> str."""
        every = [self.benchmark(key, program, versions.get(program, ""))
                 for key, program in self.values]
        every = [one for one in every if one]
        if every:       # else there is nothing that pyperf would take
            pyperf.BenchmarkSuite(every).dump(str(path), replace=True)


def is_memory(key):
    """Whether the values of a point are no times (bool)."""
    return key.startswith(BYTES) or key.endswith(BYTES)

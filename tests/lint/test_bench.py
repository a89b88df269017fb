"""The speed table: what is computed from the values, and what is said of what is not there."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from bench import rows, table  # noqa: E402


class Results:
    """As measure.Results, without pyperf."""

    def __init__(self, values, problems=()):
        self.values = values
        self.problems = dict(problems)

    def ratios(self, work, program, baseline):
        return [a / b for a, b in zip(self.values[work, program], self.values[work, baseline])]


def cells(text):
    return [[cell.strip() for cell in line.strip("|").split("|")]
            for line in text.splitlines()[2:]]


def test_ratios_are_taken_round_by_round_and_judged_by_their_median():
    results = Results({("sin", "C"): [10, 20, 10], ("sin", "CPython"): [20, 40, 20],
                       ("sin", "native"): [12, 24, 30], ("sin", "preload"): [40, 80, 40]})
    to_c, to_cpython = cells(table.section_8(results, ["sin"], {}))
    assert to_c == ["`s += sin(float(i))`", "C", "1.20", "1.20–3.00", "≤ 1.3 ×", "yes",
                    "–", "", "–", ""]
    assert to_cpython[2:] == ["0.60", "0.60–1.50", "≤ 0.8 ×", "yes",
                              "2.00", "2.00–2.00", "≤ 1.6 ×", "**no**"]
    assert table.met(results, ["sin"], {}) == (2, 3)


def test_times_faster_and_growth():
    results = Results({("array-sum", "C"): [1], ("array-sum", "CPython"): [100],
                       ("array-sum", "native"): [2.5], ("array-sum", "preload"): [1.5],
                       ("calls-memory", "native"): [4], ("calls-memory", "preload"): [9999]})
    _, faster, growth = cells(table.section_8(results, ["array-sum", "calls-memory"], {}))
    assert faster[2:6] == ["40 times", "", "50 times faster", "**no**"]
    assert faster[6:] == ["67 times", "", "30 times faster", "yes"]
    assert growth[2:] == ["4 kB", "", "none", "yes", "9999 kB", "", "none", "**no**"]


def test_what_is_absent_or_failed_is_named_and_does_not_count_as_met():
    results = Results({("sin", "C"): [10], ("sin", "CPython"): [20]},
                      {("sin", "preload"): "was killed"})
    to_c, to_cpython = cells(table.section_8(results, ["sin"], {"native": "no build"}))
    assert to_c[2:6] == ["native absent", "", "≤ 1.3 ×", "no"]
    assert to_cpython[6:] == ["preload failed", "", "≤ 1.6 ×", "no"]
    assert table.met(results, ["sin"], {"native": "no build"}) == (0, 3)


def test_every_work_of_the_table_is_in_the_programs():
    listed = subprocess.check_output(
        [sys.executable, "-c", "import work; print(*work.WORK)"], cwd=ROOT / "bench", text=True)
    works = {line.work for line in rows.LINES}
    assert works - {"calls-memory"} == set(listed.split())
    source = (ROOT / "bench" / "floor.c").read_text()
    assert set(re.findall(r'\{"([\w-]+)", prepare', source)) == rows.IN_C


def test_a_work_gives_its_time_and_its_result():
    words = subprocess.check_output([sys.executable, "work.py", "sin", "0.01"],
                                    cwd=ROOT / "bench", text=True).split()
    assert float(words[0]) > 0
    assert abs(float(words[1]) - 1.7507684116335782) < 1e-12     # sin(0) + sin(1) + sin(2)

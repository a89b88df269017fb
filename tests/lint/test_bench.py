"""The harness of the figures: what is computed from the values, what is said of what is not there,
and that the time is kept."""

import re
import subprocess
import sys
import types
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

if "pyperf" not in sys.modules:     # the linters' environment has it not, and nothing here needs it
    sys.modules["pyperf"] = types.ModuleType("pyperf")

from bench import budget, curves, measure, names, rows, scripts, sections, table  # noqa: E402
from bench import results as results_module  # noqa: E402


def Results(values, problems=()):
    results = results_module.Results()
    results.values, results.problems = values, dict(problems)
    return results


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


def listed():
    """The works that worker.py has."""
    return set(subprocess.check_output(
        [sys.executable, "-c", "import worker; print(*worker.WORK)"], cwd=ROOT / "bench",
        text=True).split())


def test_every_work_of_the_tables_is_in_the_programs():
    every = {line.work for line in rows.LINES} | {curve.work for curve in curves.ALL}
    assert every == listed()
    source = (ROOT / "bench" / "floor.c").read_text()
    assert set(re.findall(r'\{"([\w-]+)", prepare', source)) == rows.IN_C


def run_worker(*words):
    lines = subprocess.check_output([sys.executable, "worker.py", *words], cwd=ROOT / "bench",
                                    text=True).splitlines()
    return [line.split("\t") for line in lines]


def test_a_work_gives_its_time_and_its_result():
    (work, label, number, check), end = run_worker("0.01", "0", "1", "sin")
    assert (work, label, end) == ("sin", "-", ["sin", "done"])
    assert float(number) > 0
    assert abs(float(check) - 1.7507684116335782) < 1e-12       # sin(0) + sin(1) + sin(2)


def test_a_curve_stops_before_the_size_that_would_take_too_long():
    lines = run_worker("0.001", "0", "0.001", "dict-to")
    assert [line[1] for line in lines[:2]][0] == "10"
    assert lines[-1] == ["dict-to", "done"]
    assert lines[-2][1].startswith("above ") and lines[-2][2] == "!"
    assert int(lines[-2][1].split()[1]) < 1000000


def test_a_work_that_fails_says_why_and_the_next_one_is_done():
    failed, end, good, last = run_worker("0.001", "0", "1", "no-such-work", "sin")
    assert failed[:3] == ["no-such-work", "-", "!"] and "KeyError" in failed[3]
    assert end == ["no-such-work", "done"] and last == ["sin", "done"] and good[0] == "sin"


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def test_the_time_is_divided_and_what_is_left_goes_to_the_next():
    clock = Clock()
    whole = budget.Budget(60, clock)
    first = whole.part(1, [1, 2])
    assert first.left() == 20
    clock.now += 5
    assert whole.part(2, [2]).left() == 55
    clock.now += 100
    assert whole.left() == 0 and whole.part(1, [1]).left() == 0


def test_rounds_go_on_while_another_one_fits():
    for seconds, each, most, expected in [(10, 3, 5, 3), (10, 1, 5, 5), (10, 60, 5, 1)]:
        clock, done = Clock(), 0
        for _ in budget.Budget(seconds, clock).rounds(most):
            clock.now += each
            done += 1
        assert done == expected, (seconds, each)


NUMBERS = measure.Numbers(0.1, 0.1, 1, 10, 2)


class Program:
    """One that prints what it is told; `said` is a list of (status, lines) for its runs."""

    def __init__(self, name, works, *said):
        self.name, self.works, self.said = name, works, list(said)
        self.command, self.runs = ["x"], []

    def run(self, words, limit):
        self.runs.append(words[3:])
        return self.said.pop(0)


def test_programs_take_turns_and_a_value_of_each_round_is_kept():
    one = Program("CPython", {"w"}, (0, ["w\t-\t10\t1.0", "w\tdone"]),
                  (0, ["w\t-\t20\t1.0", "w\tdone"]))
    two = Program("native", {"w"}, (0, ["w\t-\t5\t1.0", "w\tdone"]),
                  (0, ["w\t-\t10\t1.0", "w\tdone"]))
    results = results_module.Results()
    measure.works(results, [one, two], ["w"], NUMBERS, budget.Budget(100))
    assert results.ratios("w", "native", "CPython") == [0.5, 0.5]
    assert results.median("w", "CPython") == 15


def test_what_kills_a_program_is_named_and_the_works_after_it_are_run():
    one = Program("native", {"a", "b", "c"},
                  (-11, ["a\t10\t1\t0.0", "a\tdone", "b\t10\t2\t0.0", "Fatal error"]),
                  (0, ["c\t-\t3\t0.0", "c\tdone"]))
    results = results_module.Results()
    measure.works(results, [one], ["a", "b", "c"],
                  measure.Numbers(0.1, 0.1, 1, 10, 1, together=True), budget.Budget(100))
    assert one.runs == [["a", "b", "c"], ["c"]]
    assert results.problems == {("b", "native"): "was killed by SIGSEGV: Fatal error"}
    assert results.values["a/10", "native"] == [1] and results.values["c", "native"] == [3]


def test_without_time_nothing_is_run_and_that_is_said():
    one = Program("native", {"a"})
    results = results_module.Results()
    measure.works(results, [one], ["a"], NUMBERS, budget.Budget(0))
    assert results.problems == {("a", "native"): "no time was left"} and not one.runs


def test_no_run_takes_the_time_of_all_the_others():
    short = measure.Numbers(0.1, 0.1, 1, 20, 1, together=True)
    assert measure.share_of(short, 40, 60, 8) == 10
    assert measure.share_of(short, 0, 60, 8) == measure.LEAST
    assert measure.share_of(short, 40, 60, 1) == 20     # the limit
    assert measure.share_of(NUMBERS, 3, 18, 8) == 9


class Script(Program):
    """One that runs scripts; `took` are the seconds of its runs."""

    def __init__(self, name, clock, *took):
        Program.__init__(self, name, set())
        self.script, self.clock, self.took, self.environment = [name], clock, list(took), None


def test_a_slow_program_runs_a_script_once_and_the_others_again(monkeypatch, tmp_path):
    clock = Clock()
    programs = {name: Script(name, clock, *took) for name, took in
                [("CPython", [1, 1, 1]), ("native", [2, 2, 2]), ("preload", [20])]}

    def run(command, environment, limit):
        program = programs[command[0]]
        clock.now += program.took.pop(0)
        return 0, ["result: 5.0", "seconds: 0.25"]
    monkeypatch.setattr(scripts, "run", run)
    monkeypatch.setattr(scripts.time, "monotonic", clock)
    results = results_module.Results()
    scripts.measure(results, list(programs.values()), scripts.WHOLE[:1],
                    measure.Numbers(0.1, 0.1, 1, 60, 3), budget.Budget(80, clock), tmp_path, False)
    assert {name: len(results.values["raytrace", name]) for name in programs} == {
        "CPython": 3, "native": 3, "preload": 1}


def test_another_result_is_not_compared():
    results = results_module.Results()
    results.add("w", "-", "CPython", 1.0, 5.0)
    results.add("w", "-", "native", 0.1, 6.0)
    assert ("w", "native") not in results.values
    assert "another result" in results.problems["w", "native"]


def test_a_whole_run_writes_the_figures_of_the_readme_and_no_other_does(tmp_path):
    from bench import readme
    page = tmp_path / "README.md"
    before = "one\n\n%s\nold\n%s\n\nlast\n" % (readme.BEGIN, readme.END)
    page.write_text(before)
    results = results_module.Results()
    for name, value in [("C", 10), ("CPython", 20), ("native", 12)]:
        results.add("sin", "-", name, value, 0.0)
        results.add("array-add", "-", name, value, 0.0)
    programs = [types.SimpleNamespace(name=name, version=name) for name in names.EVERY]
    run = types.SimpleNamespace(results=results, quick=False, programs=programs)
    assert not readme.write(run, "today", page) and page.read_text() == before
    results.add("heat", "-", "CPython", 90, 0.0)
    results.add("heat", "-", "native", 10, 0.0)
    results.add("heat", "-", "PyPy, cpyext", 250, 0.0)
    run.quick = True
    assert not readme.write(run, "today", page) and page.read_text() == before
    run.quick = False
    assert readme.write(run, "today", page)
    text = page.read_text()
    assert text.startswith("one\n\n" + readme.BEGIN) and text.endswith(readme.END + "\n\nlast\n")
    assert "0.60 × the time of CPython" in text and "1.20 × that of the same in C" in text
    assert "9.0 times faster" in text and "25 times faster" in text and "old" not in text
    assert readme.BEGIN in readme.README.read_text() and readme.END in readme.README.read_text()


def test_every_program_and_section_can_be_drawn_and_explained():
    from bench import reasons
    known = set().union(*(section.works for section in sections.SECTIONS))
    known |= {work + "-memory" for work, _ in sections.STARTS}
    if sys.version_info >= (3, 11):
        given = reasons.given()
        assert set(given) <= known
        assert all(set(each) <= {"native", "preload", "both"} for each in given.values())
    assert len(set(names.EVERY)) == len(names.EVERY)
    assert all(script.path.exists() for script in scripts.WHOLE + scripts.EXAMPLES)


def test_only_what_is_behind_has_a_reason():
    from bench import reasons
    results = results_module.Results()
    for name, value in [("CPython", 10), ("jep", 100), ("native", 30), ("preload", 5)]:
        results.add("kinds", "int", name, value, 0.0)
        results.add("kinds", "str", name, value * (2 if name == "native" else 1), 0.0)
    said = reasons.lines(results, {"kinds": "a call"}, {})
    assert said == "- **a call, native**: up to 6.0 × of CPython (str). *no reason given*"
    assert reasons.lines(results, {"kinds": "a call"}, {"kinds": {"both": "So it is."}}).endswith(
        "(str). So it is.")


def test_the_whole_programs_run_on_cpython_as_they_are(tmp_path):
    done = subprocess.run([sys.executable, "-c", "import PIL"], stderr=subprocess.DEVNULL)
    source = (ROOT / "bench" / "whole" / "raytrace.py").read_text()
    if done.returncode:     # without Pillow: the tracing itself
        code = source.split("from PIL")[0] + "\n".join(
            source.split("from PIL")[1].splitlines()[1:]).split("if __name__")[0]
        names = {"__name__": "raytrace"}
        exec(code, names)
        width, height, data = names["traced"](8)
        assert (width, height, len(data)) == (12, 8, 288)
        assert len(set(data)) > 50
        return
    text = subprocess.check_output(
        [sys.executable, str(ROOT / "bench" / "whole" / "raytrace.py"), "--size", "8", "--output",
         str(tmp_path / "x.png")], text=True)
    assert [line.split(": ")[0] for line in text.splitlines()] == ["result", "seconds"]

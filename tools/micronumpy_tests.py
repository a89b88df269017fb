"""Runs the application-level tests that PyPy has for micronumpy against numpypy.

    python3 -m tools.micronumpy_tests [--only FILE ...] [--failures FILE]

The tests are those of PyPy's source (CPYEMBED_PYPY_SOURCE, or what translate.sh downloaded); the
methods of their AppTest classes run one after the other in a native build (this tree's, or the
one that CPYEMBED_BUILD names): once `numpy` is
micronumpy itself, and once it is numpypy. They assert what NumPy 1 did in 2013: the ones that
NumPy itself fails, in CPython, are told apart. A test that ends the process is counted, and the
next one runs in a new process.
micronumpy_tests.txt, beside this file, says why numpypy fails a test that NumPy passes.
"""

import argparse
import json
import re
import subprocess
import textwrap
from pathlib import Path

from tools import engines, process, trees
from tools.console import Failure, exit_with, say

HERE = Path(__file__).resolve().parent
WORKER = HERE / "micronumpy_worker.py"
KNOWN = HERE / "micronumpy_tests.txt"
FOLDER = Path("pypy", "module", "micronumpy", "test")
LIMIT = 30                      # seconds for a test
PASSED, FAILED, SKIPPED, ENDED = STATES = "passed", "failed", "skipped", "process ended"
MICRONUMPY, NUMPYPY, NUMPY = "micronumpy, patched", "numpypy", "NumPy"


def methods(text):
    """The methods of the AppTest classes in a file's text: a list of (class, name, source), those
    named w_... among them, which the tests call."""
    found, current = [], None
    lines = text.splitlines()
    for number, line in enumerate(lines):
        opened = re.match(r"class (\w+)", line)
        if opened:
            current = opened.group(1) if "AppTest" in opened.group(1) else None
        begun = re.match(r"    def ((?:test|w)_\w+)\(self", line)
        if current and begun:
            found.append((current, begun.group(1), _body(lines, number)))
    return found


def _body(lines, start):
    """The source of the function at line `start`, without its indentation."""
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or lines[end].startswith("     ")
                                or _is_inside_string(lines, start, end)):
        end += 1
    return textwrap.dedent("\n".join(line if line.startswith("    ") else "    " + line
                                     for line in lines[start:end]))


def _is_inside_string(lines, start, end):
    before = "\n".join(lines[start:end])
    return before.count('"""') % 2 == 1 or before.count("\'\'\'") % 2 == 1


def values(text):
    """The values that a file's setup_class gives its tests (dict of str to source)."""
    found = dict(re.findall(r"cls\.w_(\w+) = cls\.space\.wrap\(((?:struct\.pack|')[^\n]*)\)\n",
                            text))
    for name, body in re.findall(r"cls\.w_(\w+) = cls\.space\.appexec\(\[\], '''\(\):\n(.*?)'''\)",
                                 text, re.S):
        found[name] = "def", textwrap.dedent(body)
    return found


def run(command, environment, tests):
    """{test: (state, last line)} of the tests of one file."""
    results, left = {}, list(tests)
    while left:
        died = _run_some(command, environment, left, results)
        left = [test for test in left if test["name"] not in results]
        if left and died:
            results[left[0]["name"]] = ENDED, died
            del left[0]
    return results


def _run_some(command, environment, tests, results):
    """Add to `results` until the process ends; says how if it had not come to the last test."""
    child = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        out, err = child.communicate(json.dumps(tests), timeout=LIMIT * 4 + len(tests))
        died = process.described(child.returncode)
    except subprocess.TimeoutExpired:
        child.kill()
        out, err = child.communicate()
        died = "more time than allowed"
    for line in out.splitlines():
        if line.startswith("result\t"):
            _, name, state, last = line.split("\t", 3)
            results[name] = state, last
    lines = [line for line in err.splitlines() if line.strip()]
    return "%s: %s" % (died, lines[-1] if lines else "")


def known():
    """{test: why it fails}: the letter, and the reason."""
    if not KNOWN.exists():
        return {}
    lines = [line for line in KNOWN.read_text(encoding="utf-8").splitlines()
             if line.strip() and not line.startswith("#")]
    return {line.split()[0]: line.split(None, 2)[1:] for line in lines}


def of_numpy(state_here, state_there):
    """The column of a test of numpypy's."""
    if state_here == FAILED and state_there != PASSED:
        return "failed, as NumPy does"
    return state_here


def table(results):
    """The counts by file and in all, as Markdown (str)."""
    columns = (PASSED, "failed, as NumPy does", FAILED, SKIPPED, ENDED)
    lines = ["| tests of | micronumpy: passed | failed | process ended | numpypy: %s |"
             % " | ".join(columns), "|---" * (4 + len(columns)) + "|"]
    sums = [0] * (3 + len(columns))
    for file, outcome in results.items():
        micronumpy = [state for state, _ in outcome[MICRONUMPY].values()]
        numpypy = [of_numpy(state, outcome[NUMPY][name][0])
                   for name, (state, _) in outcome[NUMPYPY].items()]
        row = [micronumpy.count(state) for state in (PASSED, FAILED, ENDED)]
        row += [numpypy.count(state) for state in columns]
        sums = [total + number for total, number in zip(sums, row)]
        lines.append("| `%s` | %s |" % (file, " | ".join(map(str, row))))
    return "\n".join([*lines, "| all | %s |" % " | ".join(map(str, sums))])


def unlike_numpy(results):
    """[(test, state, last line)] where NumPy passes and numpypy does not."""
    return [(name, state, last) for outcome in results.values()
            for name, (state, last) in outcome[NUMPYPY].items()
            if state in (FAILED, ENDED) and of_numpy(state, outcome[NUMPY][name][0]) == state]


def reasons(results):
    """Why numpypy fails tests that NumPy passes: the reasons in KNOWN, counted (str)."""
    told, counts, unknown = known(), {}, []
    for name, _, _ in unlike_numpy(results):
        letter = told.get(name, [None])[0]
        if letter is None:
            unknown.append(name)
        else:
            counts[letter] = counts.get(letter, 0) + 1
    text = "Known: %s." % (", ".join("%s %d" % item for item in sorted(counts.items())) or "none")
    return text + ("\nNot explained: %s." % ", ".join(unknown) if unknown else "")


def programs(chosen, source):
    """{what runs the tests: (command, environment)}. Raises Failure."""
    build = engines.native() or engines.linked()
    if build is None:
        raise Failure("there is no native build: " + engines.why_not_native())
    python = str(engines.cpython_environment(build.python))
    environment = process.clean_environment(CPYEMBED_PYTHON=python,
                                            MICRONUMPY_TESTS=str(source / FOLDER))
    native = [str(build.executable), str(WORKER)]
    return {MICRONUMPY: (native + ["micronumpy"], environment), NUMPYPY: (native, environment),
            NUMPY: ([python, str(WORKER)], process.clean_environment())}


def options():
    parser = argparse.ArgumentParser(prog="python3 -m tools.micronumpy_tests",
                                     description=__doc__.split("\n\n")[0])
    parser.add_argument("--only", nargs="+", metavar="FILE", help="such as test_scalar.py")
    parser.add_argument("--failures", type=Path, help="what failed, and how, goes there")
    return parser.parse_args()


def main():
    """Run the tests, print the tables; returns an exit status (int). Raises Failure."""
    chosen = options()
    source = trees.pristine()
    if source is None:
        raise Failure(trees.HOW)
    run_by = programs(chosen, source)
    results = {}
    for path in sorted((source / FOLDER).glob("test_*.py")):
        if chosen.only and path.name not in chosen.only:
            continue
        text = path.read_text(encoding="utf-8")
        found, given = methods(text), values(text)
        tests = [{"name": "%s::%s" % (kind, name), "source": body, "values": given,
                  "helpers": [helper for kind_, name_, helper in found
                              if kind_ == kind and name_.startswith("w_")]}
                 for kind, name, body in found if name.startswith("test_")]
        if tests:
            say("%s: %d tests" % (path.name, len(tests)))
            results[path.name] = {name: run(command, environment, tests)
                                  for name, (command, environment) in run_by.items()}
    print(table(results))
    print()
    print(reasons(results))
    if chosen.failures:
        chosen.failures.write_text("".join("%s %s: %s\n" % line for line in
                                           unlike_numpy(results)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    exit_with(main)

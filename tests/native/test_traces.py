"""What PyPy's JIT makes of a crossing in a hot loop: the operations of the compiled loop are read.

Allocations and look-ups do not show in a result, and a benchmark says only that something is slow.
"""

import re
import subprocess
import sys

import pytest
from support import environment

pytestmark = pytest.mark.skipif("pypyjit" not in sys.builtin_module_names,
                                reason="this build has no JIT")

LOOP = """
def loop(n):
    total = 0.0
    for i in range(n):
        total += %s
    return total
loop(30000)
"""
OPERATION = re.compile(r"(?:\+\d+: )?(?:[ipf]\d+ = )?(\w+)\(")


def operations(folder, setup, term):
    """The operations (list of str, with their arguments) that a turn of a compiled loop does, in
    which `term` is added up; `setup` is what comes before it."""
    program = folder / "program.py"
    program.write_text(setup + LOOP % term, encoding="utf-8")
    log = folder / "log"
    subprocess.run([sys.executable, str(program)], check=True, timeout=60,
                   env=environment(PYPYLOG="jit-log-opt:%s" % log))
    text = log.read_text(encoding="utf-8", errors="replace")
    loops = re.findall(r"^# Loop \d+ \(loop;.*?--end of the loop--", text, re.MULTILINE | re.DOTALL)
    assert loops, "nothing was compiled"
    turn = loops[0].rpartition("label(")[2].splitlines()[1:-1]
    return [line for line in turn if not line.startswith("debug_merge_point")]


def named(lines, *beginnings):
    """Those whose operation begins with one of the names."""
    found = []
    for line in lines:
        match = OPERATION.match(line)
        if match and match.group(1).startswith(beginnings):
            found.append(line)
    return found


def crossings(lines):
    return named(lines, "call_release_gil")


def other_calls(lines):
    """Calls that are no crossing; reading the result out of the thread's own memory is a load."""
    return [line for line in named(lines, "call") if line not in crossings(lines)
            and "cpyembed_outcome_number" not in line and "threadlocalref_get" not in line]


CROSSING = {
    "function of a float": (
        "import cpyembed\nsin = cpyembed.import_module('math').sin\n", "sin(float(i))"),
    "attribute": (
        "import cpyembed\nspace = {}\ncpyembed.exec('class P: x = 1.5\\np = P()', space)\n"
        "p = space['p']\n", "p.x"),
}


@pytest.mark.parametrize("name", CROSSING)
def test_a_crossing_is_one_call_without_allocation_or_look_up(tmp_path, name):
    turn = operations(tmp_path, *CROSSING[name])
    assert len(crossings(turn)) == 1
    assert other_calls(turn) == []              # no dictionary, no string, no conversion
    assert named(turn, "new") == []             # no box, not even the argument's


def test_an_element_of_an_array_is_one_check_and_one_load(tmp_path):
    turn = operations(tmp_path, "import numpypy\na = numpypy.ones(30000)\n", "a[i]")
    assert named(turn, "call", "new") == []
    assert len(named(turn, "getarrayitem_raw", "raw_load")) == 1
    assert len(named(turn, "uint_lt", "uint_ge")) == 1
    assert named(turn, "int_mul", "int_lshift") == []


def test_an_array_of_cpython_is_read_like_one_of_pypy(tmp_path):
    setup = ("import cpyembed, numpypy\n"
             "a = numpypy.asarray(cpyembed.eval('__import__(\"numpy\").ones(30000)'))\n")
    turn = operations(tmp_path, setup, "a[i]")
    assert named(turn, "call", "new") == []
    assert len(named(turn, "getarrayitem_raw", "raw_load")) == 1

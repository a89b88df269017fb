"""Runs some thousand programs by numpypy and by NumPy; started by `python3 -m tools.numpypy_cases`.

    bin/pypy-cpyembed tests/native/numpypy_run.py SEED CASES FOLDER

FOLDER/now has the program that is run at the moment, FOLDER/SEED.json the differences, when all
are done.
"""

import json
import re
import sys
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from numpypy_compared import Comparison
from numpypy_programs import programs, setups

PROGRAMS = 8                    # for each pair of arrays


class Run:
    """What has been run so far, and what was found."""

    def __init__(self, folder):
        self.comparison = Comparison()
        self.now = open(folder / "now", "w", encoding="utf-8")
        self.cases = 0
        self.found = {}
        self.expected = {}

    def one(self, setup, family, program):
        """Run one program and note what is different."""
        self.now.seek(0)
        self.now.write("%s\n%s\n" % (setup, program))
        self.now.truncate()
        self.now.flush()
        self.cases += 1
        found = self.comparison.difference(setup, program)
        if found is None:
            return
        ours, theirs, reason = found
        if reason is not None:
            self.expected[reason] = self.expected.get(reason, 0) + 1
            return
        what = re.sub(r"[\d\[\]'(), ]+", " ", program)[:60]
        key = " | ".join([family, what, ours[:12], theirs[:12]])
        record = self.found.setdefault(key, {"count": 0, "setup": setup, "program": program})
        record["count"] += 1
        if record["count"] == 1 or len(setup) + len(program) < len(
                record["setup"]) + len(record["program"]):
            record.update(setup=setup, program=program, ours=ours[:400], theirs=theirs[:400])


def main(number, cases, folder):
    """Run `cases` (int) programs that follow from the seed `number` (int)."""
    folder = Path(folder)
    run = Run(folder)

    @seed(number)
    @settings(max_examples=-(-cases // PROGRAMS), database=None, deadline=None,
              suppress_health_check=list(HealthCheck))
    @given(st.data())
    def draw(data):
        setup, ndim = data.draw(setups())
        for family, program in data.draw(st.lists(programs(ndim), min_size=PROGRAMS,
                                                  max_size=PROGRAMS)):
            run.one(setup, family, program)
    draw()
    answer = {"cases": run.cases, "found": run.found, "expected": run.expected}
    (folder / ("%d.json" % number)).write_text(json.dumps(answer, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])

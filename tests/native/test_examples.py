"""The programs of examples/ that are the same on CPython and here: small, and compared."""

import os
import subprocess
import sys

import pytest
from support import ROOT, environment

import cpyembed

SIZES = {"heat": 20, "nbody": 6, "particle_filter": 200, "edit_distance": 60, "chain": 6}


def draw(executable, name, picture):
    """(result, seconds) that the example prints."""
    done = subprocess.run([executable, str(ROOT / "examples" / (name + ".py")), "--size",
                           str(SIZES[name]), "--output", str(picture)], capture_output=True,
                          stdin=subprocess.DEVNULL, text=True, timeout=50, env=environment())
    assert done.returncode == 0, done.stderr
    first, last = (line.split(": ") for line in done.stdout.splitlines()[-2:])
    assert (first[0], last[0]) == ("result", "seconds")
    return float(first[1]), float(last[1])


@pytest.mark.parametrize("name", SIZES)
def test_an_example_computes_what_cpython_computes_and_draws_it(name, tmp_path):
    for module in ("matplotlib", "scipy") if name == "chain" else ("matplotlib",):
        try:
            cpyembed.import_module(module)
        except ImportError:
            pytest.skip("the CPython of this run has no " + module)
    here, seconds = draw(sys.executable, name, tmp_path / "here.png")
    there, _ = draw(os.fspath(cpyembed.info()["executable"]), name, tmp_path / "there.png")
    assert here == pytest.approx(there, rel=1e-9)
    assert 0 < seconds < 50
    data, expected = ((tmp_path / file).read_bytes() for file in ("here.png", "there.png"))
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert data[16:24] == expected[16:24], "another size"
    assert len(data) > 5000

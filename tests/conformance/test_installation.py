"""`pip install .` on a stock PyPy: what goes into the wheel is all that is needed."""

import os
import shutil
import subprocess
import sys

import pytest
from conftest import ENGINE, ROOT

PROGRAM = """
import cpyembed, numpypy
from embed.emb import import_mod
print(cpyembed.__file__.startswith({folder!r}), numpypy.__file__.startswith({folder!r}))
print(import_mod("math").sqrt(2.25), cpyembed.eval("[x * x for x in range(4)]")[3])
"""


@pytest.mark.skipif(ENGINE == "native", reason="the native engine is built in, not installed")
@pytest.mark.timeout(200)
def test_a_wheel_has_everything(np, tmp_path):
    source, folder = tmp_path / "source", str(tmp_path / "installed")
    source.mkdir()
    shutil.copy(os.path.join(ROOT, "pyproject.toml"), str(source))
    for package in ("cpyembed", "numpypy", "embed"):    # it leaves files beside the source
        shutil.copytree(os.path.join(ROOT, package), str(source / package),
                        ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-c", "import setuptools; setuptools.setup()", "--quiet", "build",
         "--build-lib", folder], cwd=str(source),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=150)
    assert done.returncode == 0, done.stdout
    done = subprocess.run(
        [sys.executable, "-m", "cpyembed", "-c", PROGRAM.format(folder=folder)],
        cwd=str(tmp_path), env=dict(os.environ, PYTHONPATH=folder), timeout=60,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert done.stdout == "True True\n1.5 9\n", done.stderr

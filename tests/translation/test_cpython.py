"""Which CPython is built in, and which are refused with what remedy."""

import os
import shutil
import subprocess
import sys

import pytest
from conftest import fake_cpython, write

from translation import cpython


def refused(path):
    problem = cpython.choose(str(path))
    assert isinstance(problem, cpython.Problem), problem
    return problem


def test_one_that_can_be_used(tmp_path):
    exe = fake_cpython(tmp_path)
    python = cpython.choose(str(exe))
    assert python.version == "3.11.9" and python.short == "3.11"
    assert python.libpython == str(tmp_path / "lib/libpython3.11.so.1.0")
    assert python.executable == str(exe)


def test_static_only_is_refused_with_the_option_that_gives_a_shared_one(tmp_path):
    problem = refused(fake_cpython(tmp_path, library=False, shared=False, instsoname=""))
    assert "no shared libpython" in problem.message
    assert "--enable-shared" in problem.remedy


def test_a_static_one_of_pyenv_is_told_pyenvs_way(tmp_path, monkeypatch):
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    exe = fake_cpython(tmp_path / "pyenv/versions/3.11.9", library=False)
    remedy = refused(exe).remedy
    assert "PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install --force 3.11.9" in remedy


def test_the_systems_without_a_shared_library_names_its_package(tmp_path):
    facts = dict(executable="/usr/bin/python3", shared=True)
    problem = refused(fake_cpython(tmp_path / "a", library=False, **facts))
    assert problem.package == "libpython3.11-dev"
    problem = refused(fake_cpython(tmp_path / "b", headers=False, **facts))
    assert problem.package == "python3.11-dev" and "Python.h" in problem.message


def test_a_library_left_by_another_version_does_not_count(tmp_path):
    exe = fake_cpython(tmp_path)
    write(tmp_path / "lib/libpython3.11.so.1.0", "\0" + "3.11.4" + "\0")
    assert "no shared libpython" in refused(exe).message


@pytest.mark.parametrize("version, facts, told", [
    ("3.8.18", {}, "supported are 3.9 to 3.13"),
    ("3.14.0", {}, "supported are 3.9 to 3.13"),
    ("3.13.1", {"debug": True}, "debug build"),
    ("3.13.1", {"free_threaded": True}, "free-threaded"),
    ("3.11.15", {"implementation": "PyPy"}, "not CPython"),
])
def test_refused_by_name(tmp_path, version, facts, told):
    exe = fake_cpython(tmp_path, version, **facts)
    problem = refused(exe)
    assert told in problem.message and str(exe) in problem.message and problem.remedy


def test_what_is_no_python_is_refused(tmp_path):
    assert "does not run" in refused(write(tmp_path / "x", "#!/bin/sh\nexit 3\n", True)).message
    assert "no such executable" in refused(tmp_path / "absent").message


def test_by_default_the_one_on_path_else_the_systems(tmp_path, monkeypatch):
    monkeypatch.setattr(cpython, "SYSTEM_PYTHON", str(fake_cpython(tmp_path / "system")))
    good = fake_cpython(tmp_path / "good")
    static = fake_cpython(tmp_path / "static", library=False)
    monkeypatch.setenv("PATH", str(good.parent))
    assert cpython.choose().executable == str(good)
    monkeypatch.setenv("PATH", str(static.parent))
    assert cpython.choose().executable == str(tmp_path / "system/bin/python3")


def test_a_shim_is_resolved(tmp_path):
    exe = fake_cpython(tmp_path / "real")
    shim = write(tmp_path / "shims/python3", f'#!/bin/sh\nexec "{exe}" "$@"\n', True)
    assert cpython.choose(str(shim)).executable == str(exe)


def usable():
    found = [sys.executable, shutil.which("python3"), "/usr/bin/python3"]
    return next((path for path in found if path
                 and isinstance(cpython.examine(path), cpython.CPython)), None)


@pytest.mark.skipif(usable() is None, reason="no CPython with a shared libpython here")
def test_a_real_one_and_a_virtual_environment_of_it(tmp_path):
    real = cpython.examine(usable())
    subprocess.run([real.executable, "-m", "venv", "--without-pip", str(tmp_path / "v")],
                   check=True)
    inside = cpython.examine(str(tmp_path / "v/bin/python"))
    assert inside.libpython == real.libpython
    assert not inside.executable.startswith(str(tmp_path))
    assert os.path.isfile(os.path.join(real.include, "Python.h"))

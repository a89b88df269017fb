"""Section 3: which CPython is used, and how others are refused."""

import glob
import os
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT

import cpyembed
from cpyembed import choice

FACTS = {
    "implementation": "cpython", "executable": "/p/bin/python3", "version": [3, 11, 2],
    "prefix": "/p", "exec_prefix": "/p", "base_prefix": "/p", "base_exec_prefix": "/p",
    "base_executable": "/p/bin/python3", "libpython": sys.executable, "libpython_wanted": None,
    "include": "/p/include", "stdlib": "/p/lib", "debug": False, "free_threaded": False}


@pytest.fixture
def pretend(monkeypatch, tmp_path):
    """`pretend({path: facts})`: those interpreters exist and answer so."""
    def install(interpreters):
        def find(name, environ):
            for candidate in (str(name), os.path.join(str(name), "bin/python3")):
                if candidate in interpreters:
                    return candidate
            raise choice.UnusablePython("no %s" % name)
        monkeypatch.setattr(choice, "find_executable", find)
        monkeypatch.setattr(choice, "ask", lambda path, environ=None: dict(
            FACTS, executable=path, **interpreters[path]))
        monkeypatch.setattr(choice, "own_environment", lambda used: str(tmp_path / "none"))
    return install


def test_order(pretend):
    pretend({"/conf": {}, "/env": {}, "/venv/bin/python3": {}, "/build": {}, "python3": {}})
    env = {"CPYEMBED_PYTHON": "/env", "VIRTUAL_ENV": "/venv"}
    assert choice.choose("/conf", env, build_python="/build").executable == "/conf"
    assert choice.choose(None, env, build_python="/build").executable == "/env"
    del env["CPYEMBED_PYTHON"]
    assert choice.choose(None, env, build_python="/build").executable == "/venv/bin/python3"
    assert choice.choose(None, {}, build_python="/build").executable == "/build"
    assert choice.choose(None, {}).executable == "python3"


def test_a_pypy_virtual_env_is_not_silently_passed_over(pretend):
    pretend({"/venv/bin/python3": {"implementation": "pypy"}, "/build": {}})
    found = choice.choose(None, {"VIRTUAL_ENV": "/venv"}, build_python="/build")
    assert found.executable == "/build" and found.source == "build"
    assert "/venv" in found.notes[0] and "pypy" in found.notes[0]


@pytest.mark.parametrize("facts,words", [
    ({"implementation": "pypy"}, ["pypy", "CPYEMBED_PYTHON"]),
    ({"version": [3, 8, 1]}, ["3.8.1", "3.9", "3.13"]),
    ({"version": [3, 14, 0]}, ["3.14.0"]),
    ({"debug": True}, ["debug", "--with-pydebug"]),
    ({"free_threaded": True, "version": [3, 13, 0]}, ["free-threaded", "--disable-gil"]),
    ({"libpython": None}, ["shared libpython", "--enable-shared"]),
    ({"libpython": None, "libpython_wanted": "/l/libpython3.11.so.1.0"},
     ["/l/libpython3.11.so.1.0", "apt install libpython3.11"])])
def test_refusals_name_the_remedy(facts, words, pretend):
    pretend({"/x": facts})
    with pytest.raises(choice.UnusablePython) as caught:
        choice.choose("/x", {})
    for word in words + ["/x"]:
        assert word in str(caught.value)


def test_another_libpython_than_the_linked_one_is_refused(pretend, tmp_path):
    other = tmp_path / "libpython3.11.so"
    other.write_text("")
    pretend({"/x": {}, "/y": {"libpython": str(other)}})
    assert choice.choose("/x", {}, linked_libpython=sys.executable).executable == "/x"
    with pytest.raises(choice.UnusablePython) as caught:
        choice.choose("/y", {}, linked_libpython=sys.executable)
    assert str(other) in str(caught.value)


def test_what_is_no_interpreter(tmp_path):
    not_python = tmp_path / "not-python"
    not_python.write_text("#!/bin/sh\necho hello\n")
    not_python.chmod(0o755)
    for name in (str(not_python), "/no/such/file", str(tmp_path)):
        with pytest.raises(choice.UnusablePython):
            choice.choose(name, {"PATH": "/usr/bin:/bin"})


def test_the_answer_is_cached(monkeypatch, tmp_path):
    import cpyembed
    executable = cpyembed.info()["executable"]
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = choice.ask(executable)
    monkeypatch.setattr(choice, "ask_subprocess", lambda *args: pytest.fail("asked again"))
    assert choice.ask(executable) == first


def cpython_of(minor):
    """A CPython 3.`minor` of this machine with a shared libpython; None if there is none."""
    places = [shutil.which("python3.%d" % minor)]
    places += glob.glob(os.path.expanduser("~/.pyenv/versions/3.%d.*/bin/python3" % minor))
    question = "import sysconfig; print(sysconfig.get_config_var('Py_ENABLE_SHARED'))"
    for place in filter(None, places):
        answer = subprocess.run([place, "-c", question], stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True)
        if answer.stdout.strip() == "1":
            return place
    return None


def pypy():
    """The PyPy of this run as it was before an engine started it again."""
    if cpyembed.info()["engine"] == "native":
        return sys.executable
    return os.path.join(sys.base_prefix, "bin", "pypy3")


@pytest.mark.parametrize("minor", [9, 10, 11, 12, 13])
def test_each_version_runs_or_is_refused_by_name(minor):
    python = cpython_of(minor)
    if python is None:
        pytest.skip("there is no CPython 3.%d with a shared libpython here" % minor)
    code = """if 1:
        import cpyembed
        try:
            cpyembed.start()
        except cpyembed.UnusablePython as error:
            print(error)
        else:
            f = cpyembed.eval('lambda a, b=0, *rest, **names: [a, b, rest, names]')
            print(*[list(f(*x)) for x in ((1,), (1, 2.5), (1, "x", None))], list(f(1, z=[2])))
            print('%d.%d' % tuple(cpyembed.import_module('sys').version_info[:2]))
    """
    done = subprocess.run([pypy(), "-m", "cpyembed", "-c", code], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=60, cwd=ROOT,
                          env=dict(os.environ, CPYEMBED_PYTHON=python, PYTHONPATH=ROOT))
    assert done.returncode == 0, done.stderr
    if done.stdout.startswith(python):
        assert cpyembed.info()["engine"] == "native" and "linked to" in done.stdout
    else:
        assert done.stdout.splitlines() == [
            "[1, 0, (), {}] [1, 2.5, (), {}] [1, 'x', (None,), {}] [1, 0, (), {'z': [2]}]",
            "3.%d" % minor]


def test_another_cpython_than_the_one_at_the_start(program):
    other = next(filter(None, map(cpython_of, (9, 10, 12, 13))), None)
    if other is None:
        pytest.skip("there is no second CPython with a shared libpython here")
    done = program("""if 1:
        import cpyembed, os
        try:
            cpyembed.start()
        except cpyembed.UnusablePython as error:
            print(os.environ['CPYEMBED_PYTHON'] in str(error), 'libpython' in str(error))
    """, env={"CPYEMBED_PYTHON": other})
    assert (done.returncode, done.stdout) == (0, "True True\n"), done.stderr

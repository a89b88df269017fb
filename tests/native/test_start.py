"""Which CPython starts, and how."""

import os
import subprocess
import sys

import pytest
from support import environment

import cpyembed


def test_it_is_the_cpython_that_was_named():
    named = os.environ.get("CPYEMBED_PYTHON")
    if not named:
        pytest.skip("CPYEMBED_PYTHON is not set")
    assert cpyembed.info()["executable"] == named
    assert cpyembed.import_module("sys").executable == named


def test_prefix_and_site_packages_are_those_of_its_own_python():
    code = "import sys; print(repr((sys.prefix, sys.base_prefix, sys.version)))"
    own = subprocess.run([cpyembed.info()["executable"], "-c", code], text=True, check=True,
                         capture_output=True, env=environment(PYTHONPATH=None)).stdout
    system = cpyembed.import_module("sys")
    assert repr((system.prefix, system.base_prefix, system.version)) == own.strip()


def test_argv_and_the_scripts_folder(program, tmp_path):
    (tmp_path / "beside_the_script.py").write_text("answer = 42\n")
    done = program("""
        import cpyembed, sys
        print(list(cpyembed.import_module("sys").argv) == sys.argv)
        print(cpyembed.import_module("beside_the_script").answer)
    """, "one", "two words")
    assert done.stdout == "True\n42\n", done.stderr


def test_pypys_variables_do_not_reach_it_and_its_own_does(succeeds, tmp_path):
    (tmp_path / "ours").mkdir()
    (tmp_path / "theirs").mkdir()
    env = environment(PYTHONPATH=tmp_path / "ours", CPYEMBED_PYTHONPATH=tmp_path / "theirs")
    printed = succeeds("""
        import cpyembed, os
        path = list(cpyembed.import_module("sys").path)
        print(any(p.endswith("/ours") for p in path), any(p.endswith("/theirs") for p in path))
        print("PYTHONPATH" in os.environ, os.environ["PYTHONPATH"].endswith("/ours"))
    """, env=env)
    assert printed == "False True\nTrue True\n"


def test_object_is_a_first_use(succeeds):
    assert succeeds("""
        import cpyembed
        print(repr(cpyembed.Object([1, 2])), cpyembed.info()["engine"])
    """) == "[1, 2] native\n"


def test_object_as_a_first_use_on_another_thread(succeeds):
    assert "start" in succeeds("""
        import cpyembed, threading
        def use():
            try:
                print("start: ", cpyembed.Object([1, 2]))
            except RuntimeError as e:
                print(e)
        thread = threading.Thread(target=use)
        thread.start()
        thread.join()
    """)


def test_configure_and_start_come_before_the_first_use():
    cpyembed.start()
    with pytest.raises(RuntimeError, match="configure"):
        cpyembed.configure(argv=["x"])
    cpyembed.start()


def test_configure_names_the_cpython(succeeds):
    executable = cpyembed.info()["executable"]
    assert succeeds("""
        import cpyembed
        cpyembed.configure(python=%r, argv=["name", "word"])
        print(cpyembed.info()["executable"])
        print(*cpyembed.import_module("sys").argv)
    """ % executable, env=environment(CPYEMBED_PYTHON=None)) == executable + "\nname word\n"


@pytest.mark.parametrize("named, said", [
    ("/no/such/python", "/no/such/python"), (sys.executable, "pypy"), ("/bin/true", "/bin/true")])
def test_what_is_no_cpython_is_refused_by_name(program, named, said):
    done = program("import cpyembed\ncpyembed.import_module('sys')\n",
                   env=environment(CPYEMBED_PYTHON=named))
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert said in last and "cpyembed.choice.UnusablePython" in last


def other_cpythons():
    """CPythons of this machine with another libpython (list of str)."""
    linked = os.path.realpath(cpyembed.info()["libpython"])
    found = []
    for name in ["/usr/bin/python3"] + ["python3.%d" % n for n in range(9, 14)]:
        code = ("import sys, sysconfig as s, os; v = s.get_config_var\n"
                "p = os.path.join(v('LIBDIR') or '', v('INSTSONAME') or '')\n"
                "print(os.path.realpath(p) if p.endswith(('.so', '.0')) else '', sys.executable)")
        try:
            told = subprocess.run([name, "-c", code], capture_output=True, text=True, timeout=30,
                                  env=environment()).stdout.split()
        except OSError:
            continue
        if len(told) == 2 and os.path.exists(told[0]) and told[0] != linked:
            found.append(told[1])
    return found


def test_another_libpython_is_refused_by_name(program):
    others = other_cpythons()
    if not others:
        pytest.skip("this machine has no other CPython with a shared libpython")
    done = program("import cpyembed\ncpyembed.import_module('sys')\n",
                   env=environment(CPYEMBED_PYTHON=others[0]))
    assert done.returncode == 1
    assert others[0] in done.stderr and "linked to" in done.stderr


def test_the_import_hook(succeeds):
    assert succeeds("""
        import sys
        import cpyembed
        cpyembed.install("colorsys")
        import colorsys
        print(isinstance(colorsys, cpyembed.Object))
        from cpyembed.lib import wave
        print(isinstance(wave, cpyembed.Object))
    """) == "True\nTrue\n"


def test_the_large_modules_of_the_library_import():
    for name in ("ssl", "sqlite3", "ctypes", "asyncio", "decimal", "json", "multiprocessing",
                 "xml.dom.minidom", "lzma", "zoneinfo"):
        assert cpyembed.import_module(name).__name__ == name
    database = cpyembed.import_module("sqlite3").connect(":memory:")
    assert database.execute("select 1 + 1").fetchone() == (2,)

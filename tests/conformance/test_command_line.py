"""Section 3: `python -m cpyembed`."""

import os
import subprocess
import sys

from conftest import ROOT

import cpyembed


def command(*words, stdin=None, env=None, cwd=ROOT):
    return subprocess.run(
        [sys.executable, "-m", "cpyembed", *words], cwd=cwd, input=stdin, timeout=100,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=dict(os.environ, PYTHONPATH=ROOT, **(env or {})))


def test_info():
    done = command("info")
    assert done.returncode == 0
    assert cpyembed.info()["cpython"] in done.stdout and cpyembed.info()["engine"] in done.stdout


def test_doctor():
    done = command("doctor")
    assert "engine" in done.stdout and "CPython" in done.stdout
    assert done.returncode in (0, 1)


def test_help():
    done = command("--help")
    assert done.returncode == 0 and "doctor" in done.stdout


def test_unknown_option():
    done = command("--nope")
    assert done.returncode == 2 and "--nope" in done.stderr


def test_script(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import sys, helper\nprint(sys.argv[1:], __name__, helper.x, __file__)\n"
                      "import cpyembed\nprint(cpyembed.import_module('helper').x + 1)")
    (tmp_path / "helper.py").write_text("x = 5")
    done = command(str(script), "a", "-b", "--info")
    assert done.stdout == "['a', '-b', '--info'] __main__ 5 %s\n6\n" % script, done.stderr


def test_script_that_fails(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("def f():\n    1 / 0\nf()\n")
    done = command(str(script))
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr and "run.py" not in done.stderr
    assert "line 2, in f" in done.stderr


def test_script_that_is_not_there():
    done = command("/no/such/script.py")
    assert done.returncode == 2 and "/no/such/script.py" in done.stderr


def test_module(tmp_path):
    (tmp_path / "amodule.py").write_text("import sys\nprint(sys.argv[1:], __name__)")
    done = command("-m", "amodule", "-x", "y", cwd=str(tmp_path))
    assert done.stdout == "['-x', 'y'] __main__\n", done.stderr


def test_code():
    assert command("-c", "import sys; print(sys.argv)", "a").stdout == "['-c', 'a']\n"
    assert command("-cprint(1)").stdout == "1\n"
    assert command("-c").returncode == 2


def test_standard_input():
    done = command("-", "a", stdin="import sys\nprint(sys.argv)\nsys.exit(4)")
    assert done.stdout == "['-', 'a']\n" and done.returncode == 4
    assert command(stdin="print(3)").stdout == "3\n"


def test_main_module_is_importable_by_pickle(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import pickle\nclass C: pass\n"
                      "print(type(pickle.loads(pickle.dumps(C()))) is C)")
    assert command(str(script)).stdout == "True\n"


def test_pip():
    done = command("pip", "--version")
    assert done.returncode == 0, done.stderr
    assert "python %s" % ".".join(cpyembed.info()["cpython"].split(".")[:2]) in done.stdout


def test_argv_of_cpython(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import cpyembed\nprint(list(cpyembed.import_module('sys').argv)[1:])")
    assert command(str(script), "x").stdout == "['x']\n"


def test_configure_argv():
    done = command("-c", "import cpyembed\ncpyembed.configure(argv=['p', 'q'])\n"
                   "print(list(cpyembed.import_module('sys').argv))")
    assert done.stdout == "['p', 'q']\n", done.stderr


def test_configure_a_cpython_that_is_not_there():
    done = command("-c", "import cpyembed\ncpyembed.configure(python='/no/such/python')\n"
                   "try:\n    cpyembed.start()\nexcept RuntimeError as e:\n    print(e)")
    assert "/no/such/python" in done.stdout, done.stdout + done.stderr

"""CPython started as its own `python` would be, and ended."""
import subprocess


def asked(python3, source):
    return subprocess.run([python3, "-c", "import sys, os; print(repr(%s))" % source],
                          stdout=subprocess.PIPE, text=True,
                          check=True).stdout.strip()


def test_it_starts_as_its_own_python_would(target, python3):
    values = target("facts", "a", "b c").values()
    for source in ["sys.version_info[:2]", "sys.executable", "sys.prefix", "sys.base_prefix"]:
        assert values[source] == asked(python3, source)
    assert values["sys.argv"] == "['facts', 'a', 'b c']"
    assert values["'site' in sys.modules"] == "True"
    assert eval(values["sys.path"]) == eval(asked(python3, "sys.path"))[1:]


def test_the_libpython_is_the_one_it_was_built_for(target, python3):
    library = eval(target("facts").values()["libpython"])
    expected = asked(python3, "__import__('sysconfig').get_config_var('INSTSONAME')")
    assert library.rsplit("/", 1)[1] == eval(expected)


def test_variables_of_pypy_do_not_reach_it(target):
    values = target("facts", PYTHONPATH="/of/pypy", PYTHONHOME="/home/of/pypy").values()
    assert "/of/pypy" not in values["sys.path"]
    assert values["os.environ.get('PYTHONPATH')"] == "None"
    assert values["os.environ.get('PYTHONHOME')"] == "None"


def test_a_path_of_its_own_comes_first(target):
    values = target("facts", CPYEMBED_TEST_PATH="/one:/two").values()
    assert eval(values["sys.path"])[:2] == ["/one", "/two"]


def test_a_virtual_environment_is_used(target, python3, tmp_path):
    venv = tmp_path / "venv"
    subprocess.run([python3, "-m", "venv", "--without-pip", str(venv)], check=True)
    values = target("facts", CPYEMBED_TEST_EXECUTABLE=str(venv / "bin" / "python")).values()
    assert eval(values["sys.prefix"]) == str(venv)
    assert str(venv) in values["sys.path"]
    assert values["sys.base_prefix"] == asked(python3, "sys.base_prefix")


def test_a_second_start_changes_nothing(target):
    assert target("again").values()["sys.argv"] == "['again']"


def test_the_end_joins_threads_runs_atexit_and_closes_the_gate(target):
    result = target("end")
    assert result.lines == ["thread ended", "atexit ran", "gate closed: 1",
                            "main thread: refused"]
    # What atexit functions raise is shown, and changes nothing.
    assert "ZeroDivisionError" in result.errors


def test_an_unknown_command_is_refused(target):
    assert "usage" in target("nonsense", status=2).errors

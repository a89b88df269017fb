"""What was built: the module inside, libpython linked, and no name of it taken."""

import importlib.machinery
import os
import shutil
import subprocess
import sys

import pytest

import cpyembed

# The linker puts these into every library.
OF_THE_LINKER = {"_init", "_fini", "_edata", "_end", "__bss_start"}


def mapped(part):
    """The paths (set of str) of the files with `part` in their name that this process maps."""
    with open("/proc/self/maps") as maps:
        paths = {line.rstrip("\n").split(None, 5)[5] for line in maps if line.count("/")}
    return {path for path in paths if part in os.path.basename(path)}


def exported(path):
    """The names (set of str) that a shared library or program exports."""
    answer = subprocess.run(["nm", "-D", "--defined-only", path], capture_output=True, text=True,
                            check=True)
    names = {line.split()[-1].partition("@")[0] for line in answer.stdout.splitlines() if line}
    return names - OF_THE_LINKER


def test_the_module_is_built_in_and_yet_a_package():
    assert "cpyembed" in sys.builtin_module_names
    assert cpyembed.__path__
    choice = importlib.import_module("cpyembed.choice")
    assert os.path.dirname(choice.__file__) == cpyembed.__path__[0]
    assert cpyembed.info()["engine"] == "native"


def test_cpyext_is_not_there():
    assert "cpyext" not in sys.builtin_module_names


def test_numpypy_and_embed_lie_beside_it():
    import embed.emb
    import numpypy
    assert embed.emb.import_mod("math").sqrt(9.0) == 3.0
    assert "_numpypy" in sys.builtin_module_names
    assert not isinstance(numpypy.arange(3), cpyembed.Object)


@pytest.mark.skipif(shutil.which("nm") is None, reason="no nm (Debian: binutils)")
def test_no_exported_name_is_libpythons_too():
    cpyembed.start()
    pypy = mapped("libpypy") | {os.path.realpath("/proc/self/exe")}
    libpython = exported(cpyembed.info()["libpython"])
    assert "PyObject_Call" in libpython
    for path in pypy:
        both = sorted(exported(path) & libpython)
        assert not both, "%s exports names of libpython: %s" % (path, " ".join(both))


def test_the_libpython_in_this_process_is_the_one_that_info_names():
    cpyembed.start()
    files = {os.path.realpath(path) for path in mapped("libpython")}
    assert files == {os.path.realpath(cpyembed.info()["libpython"])}


def test_the_command_info():
    done = subprocess.run([sys.executable, "-m", "cpyembed", "info"], capture_output=True,
                          text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    facts = dict(line.split(None, 1) for line in done.stdout.splitlines())
    assert facts == {name: str(value) for name, value in cpyembed.info().items()}
    assert facts["engine"] == "native"


def test_the_import_alone_starts_nothing(succeeds):
    assert succeeds("""
        import cpyembed
        print(cpyembed._is_started())
        cpyembed.builtins
        print(cpyembed._is_started())
    """) == "False\nTrue\n"


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
def test_a_c_extension_on_this_side_is_refused_and_install_is_named(tmp_path, program):
    (tmp_path / "speed.c").write_text("void *PyInit__speed(void) { return 0; }\n")
    library = "_speed" + importlib.machinery.EXTENSION_SUFFIXES[0]
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, "speed.c"], cwd=tmp_path, check=True)
    done = program("import _speed\n")
    assert done.returncode == 1
    assert "ImportError" in done.stderr and "_speed" in done.stderr
    assert "cpyembed.install('_speed')" in done.stderr


def test_it_reports_that_it_is_pypy():
    assert sys.implementation.name == "pypy"
    assert cpyembed.import_module("sys").implementation.name == "cpython"


@pytest.mark.skipif(shutil.which("unshare") is None, reason="no unshare (util-linux)")
def test_without_its_libpython_it_says_what_gives_it_back():
    libpython = os.path.realpath(cpyembed.info()["libpython"])
    inside = ["unshare", "-rm", "sh", "-c", 'mount --bind /dev/null "$0" && exec "$@"', libpython]
    if subprocess.run([*inside, "true"], capture_output=True).returncode:
        pytest.skip("no file may be covered by another here")
    done = subprocess.run([*inside, sys.executable, "-m", "cpyembed", "doctor"],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 127
    assert done.stdout == ""
    assert libpython in done.stderr and os.path.basename(libpython) in done.stderr.splitlines()[0]
    assert "apt install libpython" in done.stderr
    assert "translate.sh --relink --python EXE" in done.stderr

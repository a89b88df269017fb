"""The executable of a build: it starts libpypy, or says what is missing."""

import io
import os
import shutil
import subprocess

import pytest

from translation import child, cpython, launcher, progress

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")

LIBPYPY_C = """
#include <stdio.h>
int answer(void);
int pypy_main_startup(int argc, char **argv)
{
    printf("%s %s %d\\n", argv[0], argv[argc - 1], answer());
    return 7;
}
"""


def shared(path, source, *options):
    path.parent.mkdir(parents=True, exist_ok=True)
    text = path.with_suffix(".c")
    text.write_text(source)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", path, text, *options], check=True)
    text.unlink()


@pytest.fixture
def build(tmp_path):
    """The folder of a build that is linked to a library of another folder, "apart"."""
    libpython = tmp_path / "apart" / "libpython3.99.so.1.0"
    shared(libpython, "int answer(void) { return 42; }\n", f"-Wl,-soname,{libpython.name}")
    folder = tmp_path / "build" / "bin"
    shared(folder / "libpypy3.11-c.so", LIBPYPY_C, libpython, f"-Wl,-rpath,{libpython.parent}")
    runner = child.Runner(tmp_path / "log", progress.Reporter(stream=io.StringIO()))
    launcher.make(folder, cpython.CPython("/x/python", "3.99.1", str(libpython), "/x"), runner)
    return folder


def run(path, *arguments):
    return subprocess.run([path, *arguments], capture_output=True, text=True)


def test_it_starts_pypy(build, tmp_path):
    executable = build / "pypy3.11"
    done = run(executable, "one", "two")
    assert (done.stdout, done.returncode, done.stderr) == (f"{executable} two 42\n", 7, "")
    link = tmp_path / "python"
    link.symlink_to(executable)
    assert run(link, "x").stdout == f"{link} x 42\n"
    moved = tmp_path / "else where"
    os.rename(build.parent, moved)
    assert run(moved / "bin/pypy3.11", "x").returncode == 7


def test_without_its_libpython_it_says_what_to_do(build, tmp_path):
    os.rename(tmp_path / "apart", tmp_path / "gone")
    done = run(build / "pypy3.11", "-c", "pass")
    assert done.returncode == 127
    assert done.stdout == ""
    first, second, *_ = done.stderr.splitlines()
    assert first.startswith("pypy-cpyembed: ") and "libpython3.99.so.1.0" in first
    assert str(tmp_path / "apart/libpython3.99.so.1.0") in second and "CPython 3.99" in second
    assert "apt install libpython3.99" in done.stderr
    assert "translate.sh --relink --python" in done.stderr


def test_another_library_that_is_missing_is_named(build):
    os.rename(build / "libpypy3.11-c.so", build / "libpypy")
    done = run(build / "pypy3.11")
    assert done.returncode == 127
    assert "libpypy3.11-c.so" in done.stderr and "--relink" not in done.stderr


@pytest.mark.skipif(shutil.which("nm") is None, reason="no nm")
def test_it_exports_nothing(build):
    done = subprocess.run(["nm", "-D", "--defined-only", build / "pypy3.11"], capture_output=True,
                          text=True, check=True)
    names = {line.split()[-1].partition("@")[0] for line in done.stdout.splitlines()}
    assert not names - {"_init", "_fini", "_edata", "_end", "__bss_start"}

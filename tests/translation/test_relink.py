"""A finished translation is linked to another CPython."""

import json

from conftest import fake_cpython
from test_build import good


def commands(build):
    return [line for line in (build / "translate.log").read_text().splitlines()
            if line.startswith("$ ")]


def test_another_cpython_is_linked_without_a_translation(sandbox):
    good(sandbox.run("--opt", "2"))
    (first,) = sandbox.finished()
    other = fake_cpython(sandbox.folder / "other", "3.12.1")
    result = good(sandbox.run("--opt", "2", "--relink", "--python", str(other),
                              FAKE_PYTHON_VERSION="3.12.1"))
    assert sandbox.calls().count("translate") == 1
    (second,) = set(sandbox.finished()) - {first}
    record = json.loads((second / "build.json").read_text())
    assert record["cpython"]["version"] == "3.12.1"
    assert record["relinked_from"] in first.name
    assert record["package_key"] in second.name and record["translation_key"] in second.name
    assert (second / "pypy-cpyembed/lib/pypy3.11/cpyembed/build_python").read_text() == f"{other}\n"
    assert "Linking to another CPython" in result.stdout

    compiled = [line for line in commands(second) if line.endswith("/gil.c")]
    assert len(compiled) == 1 and f"-I{sandbox.folder / 'other/include'}" in compiled[0]
    (linked,) = [line for line in commands(second) if "/libpypy3.11-c.so @" in line]
    assert "-shared" in linked.split()
    assert linked.endswith(f"{sandbox.folder / 'other/lib/libpython3.11.so.1.0'}")
    assert f"-Wl,-rpath,{sandbox.folder / 'other/lib'}" in linked
    assert str(sandbox.folder / "cpython/lib") not in linked
    assert "-lz -ldl" in linked


def test_the_first_build_is_left_as_it_was(sandbox):
    good(sandbox.run("--opt", "2"))
    (first,) = sandbox.finished()
    library = first / "pypy-cpyembed/bin/libpypy3.11-c.so"
    before = library.read_bytes()
    other = fake_cpython(sandbox.folder / "other", "3.12.1")
    good(sandbox.run("--opt", "2", "--relink", "--python", str(other),
                     FAKE_PYTHON_VERSION="3.12.1"))
    assert library.read_bytes() == before


def test_without_a_translation_it_says_what_to_do(sandbox):
    result = sandbox.run("--opt", "2", "--relink")
    assert result.returncode == 1
    assert "no translation of this tree" in result.stderr
    assert "translate.sh without --relink" in result.stderr
    assert sandbox.finished() == []


def test_status_says_that_it_could_be_linked(sandbox):
    good(sandbox.run("--opt", "2"))
    other = fake_cpython(sandbox.folder / "other", "3.12.1")
    result = sandbox.run("--opt", "2", "--status", "--python", str(other))
    assert result.returncode == 1 and "--relink" in result.stdout

"""What makes another build, and what does not."""

import shutil

import pytest
from conftest import fake_source, write

from translation import cpython, keys, release, source

PYTHON = cpython.CPython("/opt/python/bin/python3", "3.11.9", "/opt/python/lib/lib.so", "/inc")


@pytest.fixture
def checkout(tmp_path):
    write(tmp_path / "pypy_module_cpyembed/moduledef.py", "module\n")
    write(tmp_path / "pypy_module_cpyembed/src/lifecycle.c", "int x;\n")
    write(tmp_path / "patches/0001-a.patch", "patch\n")
    write(tmp_path / "cpyembed/__init__.py", "package\n")
    return tmp_path


def translation(checkout, python=PYTHON, opt="jit", identity="official", flags=("--x",)):
    return keys.translation_key(checkout, python, opt, identity, list(flags))


@pytest.mark.parametrize("path", [
    "pypy_module_cpyembed/moduledef.py", "pypy_module_cpyembed/src/lifecycle.c",
    "pypy_module_cpyembed/new.py", "patches/0001-a.patch", "patches/0002-b.patch"])
def test_module_and_patches_make_another_translation(checkout, path):
    before, package = translation(checkout), keys.package_key(checkout)
    write(checkout / path, "changed\n")
    assert translation(checkout) != before
    assert keys.package_key(checkout) == package


@pytest.mark.parametrize("path", [
    "pypy_module_cpyembed/test/test_x.py", "pypy_module_cpyembed/__pycache__/x.pyc",
    "patches/README", "patches/0001-a.patch.orig", "translation/build.py", "docs/x.md",
    "cpyembed/other.py", "numpypy/core.py", "embed/emb.py", "translation/launcher.c"])
def test_tests_caches_and_python_files_do_not(checkout, path):
    before = translation(checkout)
    write(checkout / path, "new\n")
    assert translation(checkout) == before


@pytest.mark.parametrize("path", ["cpyembed/__init__.py", "numpypy/core.py", "embed/emb.py"])
def test_python_files_make_another_package(checkout, path):
    before = keys.package_key(checkout)
    write(checkout / path, "changed\n")
    assert keys.package_key(checkout) != before


def test_tests_of_the_packages_do_not(checkout):
    before = keys.package_key(checkout)
    write(checkout / "numpypy/tests/test_x.py", "new\n")
    write(checkout / "cpyembed/preload/__pycache__/x.pyc", "new\n")
    assert keys.package_key(checkout) == before


def test_a_renamed_file_makes_another_translation(checkout):
    before = translation(checkout)
    (checkout / "pypy_module_cpyembed/moduledef.py").rename(
        checkout / "pypy_module_cpyembed/other.py")
    assert translation(checkout) != before


def test_the_place_of_the_checkout_does_not_matter(checkout, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "clone"
    shutil.copytree(checkout, other)
    assert translation(other) == translation(checkout)


def test_options_make_another_translation(checkout):
    newer = cpython.CPython(PYTHON.executable, "3.11.10", PYTHON.libpython, PYTHON.include)
    moved = cpython.CPython(PYTHON.executable, "3.11.9", "/elsewhere/lib.so", PYTHON.include)
    found = {translation(checkout), translation(checkout, newer), translation(checkout, moved),
             translation(checkout, opt="2"), translation(checkout, identity="tree"),
             translation(checkout, flags=())}
    assert len(found) == 6


def test_a_changed_source_tree_has_another_identity(tmp_path):
    tree = fake_source(tmp_path / "tree")
    before = source.locate(str(tree)).identity
    write(tree / "lib_pypy/__pycache__/x.pyc", "cache")
    write(tree / ".idea/workspace.xml", "an editor's")
    assert source.locate(str(tree)).identity == before
    write(tree / "rpython/new.py", "new\n")
    assert source.locate(str(tree)).identity != before


def test_the_release_unpacked_is_the_official_one(tmp_path, monkeypatch):
    tree = fake_source(tmp_path / "tree")
    monkeypatch.setattr(release, "SOURCE_TREE_DIGEST", source.tree_digest(tree))
    assert source.locate(str(tree)).identity == source.locate(None).identity

"""The Python 2.7 that translates: PyPy preferred, fetched where there is none."""

import io
import os
import shutil

import pytest
from conftest import FAKES, write

from translation import child, host, paths, release
from translation.errors import DriverError
from translation.progress import Reporter


def fake(path, implementation="PyPy", version="2.7", pycparser=True):
    return write(path, f"#!/bin/sh\necho '{version}|{implementation}|{path}|{pycparser}'\n", True)


@pytest.fixture
def runner(tmp_path):
    return child.Runner(tmp_path / "log", Reporter(stream=io.StringIO()))


def test_pypy_is_preferred(tmp_path, monkeypatch):
    cpython = fake(tmp_path / "a/python2.7", "CPython")
    pypy = fake(tmp_path / "b/pypy", "PyPy")
    monkeypatch.setenv("PATH", f"{tmp_path}/a:{tmp_path}/b")
    assert host.find().executable == str(pypy)
    monkeypatch.setenv("PATH", f"{tmp_path}/a")
    assert host.find().executable == str(cpython)


def test_a_pypy_that_is_python_3_is_none(tmp_path, monkeypatch):
    fake(tmp_path / "a/pypy", version="3.11")
    monkeypatch.setenv("PATH", f"{tmp_path}/a")
    assert host.find() is None


def test_a_shim_that_fails_does_not_hide_the_real_one(tmp_path, monkeypatch):
    write(tmp_path / "shims/pypy", "#!/bin/sh\nexit 127\n", True)
    real = fake(tmp_path / "b/pypy")
    monkeypatch.setenv("PATH", f"{tmp_path}/shims:{tmp_path}/b")
    assert host.find().executable == str(real)


def test_what_is_no_python_2_7_is_refused(tmp_path):
    with pytest.raises(DriverError, match="is not a Python 2.7"):
        host.find(str(fake(tmp_path / "x", version="3.11")))


def test_without_one_and_without_a_download_the_remedies_are_told(tmp_path, monkeypatch, runner):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CPYEMBED_PYPY_MIRROR", (tmp_path / "empty").as_uri())
    monkeypatch.setattr(host, "can_download", lambda: True)
    cache = paths.Cache(tmp_path / "cache")
    cache.make()
    with pytest.raises(DriverError) as caught:
        host.obtain(None, cache, runner, runner.reporter)
    assert "--host" in caught.value.remedy and str(cache.downloads) in caught.value.remedy


@pytest.mark.skipif(shutil.which("bzip2") is None, reason="no bzip2")
def test_the_official_one_is_fetched_and_unpacked_once(tmp_path, monkeypatch, runner):
    import subprocess

    from translation import digest

    name = release.HOST_ARCHIVE.replace(".tar.bz2", "")
    write(tmp_path / "made" / name / "bin/pypy",
          '#!/bin/sh\necho "2.7|PyPy|$0|True"\n', True)
    (tmp_path / "mirror").mkdir()
    archive = tmp_path / "mirror" / release.HOST_ARCHIVE
    subprocess.run(["tar", "-cjf", archive, "-C", tmp_path / "made", name], check=True)
    monkeypatch.setattr(release, "HOST_SHA256", digest.sha256_file(archive))
    monkeypatch.setenv("CPYEMBED_PYPY_MIRROR", (tmp_path / "mirror").as_uri())
    monkeypatch.setattr(host, "can_download", lambda: True)
    monkeypatch.setattr(host, "find", lambda wanted: None)
    cache = paths.Cache(tmp_path / "cache")
    cache.make()
    found = host.obtain(None, cache, runner, runner.reporter)
    assert found.executable == str(cache.tools / name / "bin/pypy")
    archive.unlink()
    (cache.downloads / release.HOST_ARCHIVE).unlink()
    assert host.obtain(None, cache, runner, runner.reporter) == found
    assert os.listdir(cache.tools) == [name]


def test_a_cpython_without_pycparser_gets_one(tmp_path, runner):
    pip = ('#!/bin/sh\n'
           'while [ "$1" != --target ]; do shift; done\n'
           'mkdir -p "$2/pycparser" && : > "$2/pycparser/__init__.py"\n')
    exe = write(tmp_path / "python2.7", pip, True)
    cache = paths.Cache(tmp_path / "cache")
    cache.make()
    found = host.Host(str(exe), "CPython", False)
    (folder,) = host.library_path(found, cache, runner)
    assert os.path.exists(os.path.join(folder, "pycparser/__init__.py"))
    assert host.library_path(host.Host(str(exe), "PyPy", True), cache, runner) == []


def test_where_pip_cannot_the_line_is_told(tmp_path, runner):
    exe = write(tmp_path / "python2.7", "#!/bin/sh\nexit 1\n", True)
    cache = paths.Cache(tmp_path / "cache")
    cache.make()
    with pytest.raises(DriverError) as caught:
        host.library_path(host.Host(str(exe), "CPython", False), cache, runner)
    assert f"{exe} -m pip install pycparser==2.21" in caught.value.remedy
    assert not list(cache.tools.iterdir())


def test_the_fake_host_is_one(tmp_path):
    assert host.examine(str(FAKES / "host.sh")).implementation == "PyPy"

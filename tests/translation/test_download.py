"""The archives are checked, wherever they come from."""

import hashlib

import pytest

from translation import download
from translation.errors import DriverError


class Quiet:
    def tick(self, detail=""):
        pass

    def note(self, text):
        pass


CONTENT = b"an archive"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    folder = tmp_path / "mirror"
    folder.mkdir()
    monkeypatch.setenv("CPYEMBED_PYPY_MIRROR", folder.as_uri())
    (tmp_path / "downloads").mkdir()
    return folder


def fetch(tmp_path):
    return download.fetch("a.tar.bz2", SHA256, tmp_path / "downloads", Quiet(), "the remedy")


def test_the_published_file_is_kept(tmp_path, mirror):
    (mirror / "a.tar.bz2").write_bytes(CONTENT)
    assert fetch(tmp_path).read_bytes() == CONTENT
    (mirror / "a.tar.bz2").unlink()
    assert fetch(tmp_path).read_bytes() == CONTENT


def test_a_wrong_checksum_is_refused_and_nothing_kept(tmp_path, mirror):
    (mirror / "a.tar.bz2").write_bytes(b"another archive")
    with pytest.raises(DriverError) as caught:
        fetch(tmp_path)
    assert "wrong checksum" in str(caught.value) and SHA256 in str(caught.value)
    assert list((tmp_path / "downloads").iterdir()) == []


def test_a_damaged_copy_is_replaced(tmp_path, mirror):
    (mirror / "a.tar.bz2").write_bytes(CONTENT)
    (tmp_path / "downloads/a.tar.bz2").write_bytes(CONTENT[:4])
    assert fetch(tmp_path).read_bytes() == CONTENT


def test_where_it_cannot_be_had_the_remedy_is_told(tmp_path, mirror):
    with pytest.raises(DriverError) as caught:
        fetch(tmp_path)
    assert "cannot download" in caught.value.message and caught.value.remedy == "the remedy"
    assert list((tmp_path / "downloads").iterdir()) == []


def test_the_whole_driver_refuses_a_source_with_a_wrong_checksum(sandbox):
    mirror = sandbox.folder / "mirror"
    mirror.mkdir()
    from translation import release
    (mirror / release.SOURCE_ARCHIVE).write_bytes(b"not it")
    arguments = [str(sandbox.checkout / "translate.sh"), "--host", str(sandbox.host),
                 "--python", str(sandbox.python)]
    sandbox.arguments = lambda *extra: [*arguments, *extra]
    result = sandbox.run(CPYEMBED_PYPY_MIRROR=mirror.as_uri())
    assert result.returncode == 1 and "wrong checksum" in result.stderr
    (mirror / release.SOURCE_ARCHIVE).unlink()
    result = sandbox.run(CPYEMBED_PYPY_MIRROR=mirror.as_uri())
    assert result.returncode == 1 and "--source" in result.stderr
    assert sandbox.calls() == []

"""The official archives: fetched once, checked always."""

import os
import urllib.error
import urllib.request

from translation import digest, release
from translation.errors import DriverError


def fetch(archive, sha256, folder, reporter, remedy):
    """Return the Path of ``archive`` in ``folder``, downloaded if it is not there yet.

    ``remedy`` (str) is what to do where the download is impossible.
    Raises DriverError when it cannot be had or is not the file that PyPy published.
    """
    target = folder / archive
    if target.exists():
        if digest.sha256_file(target) == sha256:
            return target
        reporter.note(f"{target} is not the published file; downloading it again")
        target.unlink()
    address = release.url(archive)
    part = folder / f"{archive}.{os.getpid()}.part"
    try:
        _copy(address, part, reporter)
        found = digest.sha256_file(part)
        if found != sha256:
            raise DriverError(
                f"{address} has the wrong checksum: SHA-256 {found}, expected {sha256}",
                "Nothing was kept.  Try again; if it stays so, do not use that file.\n" + remedy,
            )
        os.replace(part, target)
    except (urllib.error.URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise DriverError(f"cannot download {address}: {reason}", remedy) from error
    finally:
        if part.exists():
            part.unlink()
    return target


def _copy(address, part, reporter):
    request = urllib.request.Request(address, headers={"User-Agent": "cpyembed-translate"})
    with urllib.request.urlopen(request, timeout=60) as answer, open(part, "wb") as stream:
        total = int(answer.headers.get("Content-Length") or 0)
        done = 0
        for block in iter(lambda: answer.read(1 << 18), b""):
            stream.write(block)
            done += len(block)
            share = f" of {total / 1e6:.0f}" if total else ""
            reporter.tick(f"downloading {done / 1e6:.0f}{share} MB")

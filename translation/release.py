"""Which PyPy is translated, and where its official archives come from."""

import os

PYPY_VERSION = "7.3.23"
PYTHON_VERSION = "3.11"

BASE_URL = "https://downloads.python.org/pypy/"

SOURCE_ARCHIVE = "pypy3.11-v7.3.23-src.tar.bz2"
SOURCE_SHA256 = "f15c9c41e03f3f7ecc25228c6c67427b8918f21ef2d694215994b1fade20f69b"

HOST_ARCHIVE = "pypy2.7-v7.3.23-linux64.tar.bz2"
HOST_SHA256 = "7833be48244a6f4aa0720c6b98f151428291a52697da849ef6b3ca7d5bf45b96"

# source.tree_digest() of the unpacked source archive.  A --source tree with this digest is the
# official release, and shares its builds.
SOURCE_TREE_DIGEST = "c8eb5af6b13bee19a1d6cb81f56a9e1701e59758e5a532327ff41ef7f05793b9"


def url(archive):
    """Where ``archive`` (str, a file name) is published.

    CPYEMBED_PYPY_MIRROR names another place that holds the same files, for machines that do not
    reach the official one; the SHA-256 is checked either way.  Returns str.
    """
    base = os.environ.get("CPYEMBED_PYPY_MIRROR") or BASE_URL
    return base.rstrip("/") + "/" + archive

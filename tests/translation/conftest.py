"""A sandbox for the driver: a small checkout, a fake PyPy source, and fake interpreters.

Everything is a real process; only what would take twenty minutes is played by a script.
"""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FAKES = Path(__file__).resolve().parent / "fakes"
sys.path.insert(0, str(ROOT))

PYTHON_VERSION = "3.11.9"

VERSION_PY = """\
CPYTHON_VERSION            = ({python}, 15, "final", 0)
PYPY_VERSION               = ({pypy}, "final", 0)
"""

PATCH = """\
A patch of the sandbox.

--- a/pypy/greeting.txt
+++ b/pypy/greeting.txt
@@ -1,3 +1,3 @@
 one
-two
+2
 three
"""


def write(path, text, executable=False):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    if executable:
        path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return path


def fake_source(folder, pypy="7, 3, 23", python="3, 11"):
    """A source tree with just what the driver looks at."""
    write(folder / "pypy/module/sys/version.py", VERSION_PY.format(pypy=pypy, python=python))
    write(folder / "pypy/greeting.txt", "one\ntwo\nthree\n")
    write(folder / "pypy/goal/targetpypystandalone.py", "")
    write(folder / "pypy/module/__init__.py", "")
    write(folder / "rpython/bin/rpython", "")
    write(folder / "lib_pypy/README", "library\n")
    return folder


def fake_cpython(folder, version=PYTHON_VERSION, library=True, headers=True, **facts):
    """An executable that answers the driver's question as a CPython does."""
    lib, include = folder / "lib", folder / "include"
    if library:
        write(lib / "libpython3.11.so.1.0", f"ELF, so to say\0{version}\0 and more")
    if headers:
        write(include / "Python.h", "")
    answer = {
        "implementation": "CPython", "version_info": [int(n) for n in version.split(".")],
        "version": version, "executable": str(folder / "bin/python3"), "base": None,
        "base_prefix": str(folder), "debug": False, "free_threaded": False, "shared": True,
        "instsoname": "libpython3.11.so.1.0", "ldversion": "3.11", "libdir": str(lib),
        "libpl": "", "multiarch": "", "include": str(include), "platinclude": str(include),
    }
    answer.update(facts)
    script = f"#!/bin/sh\n/bin/cat <<'END'\n{json.dumps(answer)}\nEND\n"
    return write(folder / "bin/python3", script, executable=True)


class Sandbox:
    """A checkout of its own with the real driver in it, and the fakes around."""

    def __init__(self, folder):
        self.folder = folder
        self.checkout = folder / "checkout"
        self.cache = folder / "cache" / "cpyembed"
        self.source = fake_source(folder / "source")
        self.python = fake_cpython(folder / "cpython")
        self.host = folder / "host" / "pypy2"
        self.host.parent.mkdir()
        shutil.copy(FAKES / "host.sh", self.host)
        self.bin = folder / "bin"
        self.bin.mkdir()
        self._programs()
        self._checkout()
        self.settings = {}

    def _checkout(self):
        self.checkout.mkdir()
        shutil.copy(ROOT / "translate.sh", self.checkout)
        shutil.copytree(ROOT / "translation", self.checkout / "translation",
                        ignore=shutil.ignore_patterns("__pycache__"))
        write(self.checkout / "pypy_module_cpyembed/moduledef.py", "# the module\n")
        write(self.checkout / "pypy_module_cpyembed/src/gil.c", "/* its C */\n")
        write(self.checkout / "pypy_module_cpyembed/test/test_it.py", "# its tests\n")
        write(self.checkout / "patches/0001-greeting.patch", PATCH)
        write(self.checkout / "cpyembed/__init__.py", "# the package\n")
        write(self.checkout / "numpypy/__init__.py", "# the arrays\n")
        write(self.checkout / "numpypy/tests/test_arrays.py", "# not shipped\n")

    def _programs(self):
        # A machine without the development packages runs these tests as well.
        write(self.bin / "fakecc", """#!/bin/sh
while [ $# -gt 0 ]; do
    [ "$1" = -o ] && made=$2 && : > "$made"
    case $1 in */launcher.c) cat "$FAKE_PYPY" > "$made"; chmod +x "$made" ;; esac
    shift
done
""", True)
        for program in ("make", "pkg-config", "strip", "objcopy"):
            write(self.bin / program, "#!/bin/sh\nexit 0\n", True)

    def environment(self):
        env = {name: value for name, value in os.environ.items()
               if not name.startswith(("CPYEMBED", "PYTHON", "FAKE"))}
        env.update(XDG_CACHE_HOME=str(self.folder / "cache"), CC=str(self.bin / "fakecc"),
                   PATH=f"{self.bin}{os.pathsep}{env['PATH']}", FAKE_STATE=str(self.folder),
                   FAKE_PYTHON_VERSION=PYTHON_VERSION, FAKE_PYPY=str(FAKES / "pypy.sh"),
                   HOME=str(self.folder), **self.settings)
        return env

    def arguments(self, *extra):
        return [str(self.checkout / "translate.sh"), "--source", str(self.source),
                "--host", str(self.host), "--python", str(self.python), *extra]

    def run(self, *extra, **settings):
        """Run translate.sh to its end, from another folder."""
        env = dict(self.environment(), **settings)
        return subprocess.run(self.arguments(*extra), env=env, cwd="/", stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60)

    def start(self, *extra, **settings):
        env = dict(self.environment(), **settings)
        return subprocess.Popen(self.arguments(*extra), env=env, cwd="/",
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def finished(self):
        """The folders of finished builds."""
        folder = self.cache / "builds"
        return sorted(folder.iterdir()) if folder.is_dir() else []

    def translated(self):
        folder = self.cache / "translated"
        return sorted(folder.iterdir()) if folder.is_dir() else []

    def calls(self):
        """What the fake host was asked to run, one word a call."""
        path = self.folder / "calls"
        return path.read_text().split() if path.exists() else []


@pytest.fixture
def sandbox(tmp_path):
    return Sandbox(tmp_path)

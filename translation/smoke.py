"""The smoke test: a copy of the build, in another folder, does what people do first."""

import os
import re
import shutil
import zipfile
from pathlib import Path

from translation import child, deps, package
from translation.errors import DriverError

# Those that need a C library each, and ours.
MODULES = ("ssl", "sqlite3", "lzma", "bz2", "zlib", "hashlib", "tkinter", "curses",
           "curses.panel", "ctypes", "pyexpat", "dbm.gnu", "resource", "grp", "syslog",
           "audioop", "_numpypy", "cpyembed")

_NO_NETWORK = re.compile(
    r"(Temporary failure in name resolution|Failed to establish a new connection"
    r"|Name or service not known|Network is unreachable|Connection refused|ProxyError"
    r"|No route to host|Read timed out|ConnectTimeoutError)", re.I)

_EXTENSION_FACTS = """
import importlib.machinery, sysconfig
from pip._vendor.packaging.tags import sys_tags
suffix = (importlib.machinery.EXTENSION_SUFFIXES[:1]
          or [sysconfig.get_config_var("EXT_SUFFIX") or ".pypy311-pp73-x86_64-linux-gnu.so"])[0]
print("FACTS", next(iter(sys_tags())), suffix)
"""


class Skipped(Exception):
    """A step that cannot be tried here; says why."""


class Wrong(Exception):
    """A step whose result is not what it must be; says what came instead."""


class Smoke:
    """Tests the folder ``build`` (Path) out of a copy below ``room`` (Path).

    ``expect``: str that ``-m cpyembed info`` must print (CPython's version), or "".
    """

    def __init__(self, build, room, runner, reporter, expect=""):
        self.room = room
        self.copy = room / "some where else" / package.NAME
        self.build = build
        self.runner = runner
        self.reporter = reporter
        self.expect = expect
        self.venv = room / "venv"

    def run(self):
        """All steps.  Returns list of (step, "ok" | "skipped: why").  Raises DriverError."""
        if not (self.build / "bin" / "pypy3").exists():
            raise DriverError(f"{self.build} is no build: it has no bin/pypy3")
        shutil.rmtree(self.room, ignore_errors=True)
        self.room.mkdir(parents=True)
        try:
            shutil.copytree(self.build, self.copy, symlinks=True)
            return self._steps()
        finally:
            shutil.rmtree(self.room, ignore_errors=True)

    def _steps(self):
        results, failures = [], []
        for step in (self.imports, self.info, self.environment, self.pure_wheel,
                     self.from_the_index, self.extension_wheel):
            title = step.__doc__.splitlines()[0].rstrip(".")
            self.reporter.tick(title)
            try:
                step()
            except Skipped as reason:
                results.append((title, f"skipped: {reason}"))
            except (child.Failed, Wrong) as error:
                said = (self.runner.text_from(error.offset)
                        if isinstance(error, child.Failed) else "")
                last = "\n".join("      " + line for line in said.strip().splitlines()[-12:])
                results.append((title, "FAILED"))
                failures.append(f"  {title}: {error}\n{last}".rstrip())
            else:
                results.append((title, "ok"))
            self.reporter.note(f"        {title}: {results[-1][1]}")
        if failures:
            raise DriverError("the smoke test failed:\n" + "\n".join(failures))
        return results

    # The steps; the first line of each is its name

    def imports(self):
        """Every module that needs a C library is importable."""
        script = ("import importlib, sys, traceback\n"
                  "bad = []\n"
                  f"for name in {MODULES!r}:\n"
                  "    try: importlib.import_module(name)\n"
                  "    except BaseException as e:\n"
                  "        traceback.print_exc(); bad.append(name)\n"
                  "if bad: print('not importable: ' + ', '.join(bad), file=sys.stderr)\n"
                  "sys.exit(bool(bad))\n")
        self._pypy("-c", script)

    def info(self):
        """-m cpyembed info tells the CPython built in."""
        said = self._pypy("-m", "cpyembed", "info")
        if self.expect and self.expect not in said:
            raise Wrong(f"it does not name CPython {self.expect}; it says:\n{said}")

    def environment(self):
        """A virtual environment has the module too."""
        self._pypy("-m", "venv", str(self.venv))
        said = self._in_venv("-c", "import sys, cpyembed; print('PREFIX', sys.prefix)")
        if f"PREFIX {self.venv.resolve()}" not in said and f"PREFIX {self.venv}" not in said:
            raise Wrong(f"its sys.prefix is another: {said}")

    def pure_wheel(self):
        """pip installs a pure-Python wheel there."""
        self._need_venv()
        wheel = self._wheel("cpyembed_smoke_pure", "py3-none-any",
                            {"cpyembed_smoke_pure.py": "answer = 42\n"})
        self._in_venv("-m", "pip", "install", "--no-index", "--no-deps", str(wheel))
        said = self._in_venv("-c", "import cpyembed_smoke_pure as m; print('ANSWER', m.answer)")
        if "ANSWER 42" not in said:
            raise Wrong(said)

    def from_the_index(self):
        """pip installs six from the package index."""
        self._need_venv()
        try:
            self._in_venv("-m", "pip", "install", "--retries", "1", "--timeout", "20", "six")
        except child.Failed as error:
            reason = _NO_NETWORK.search(self.runner.text_from(error.offset))
            if reason:
                raise Skipped(f"no network for pip ({reason.group(0)})") from error
            raise
        self._in_venv("-c", "import six; assert six.PY3")

    def extension_wheel(self):
        """A C extension on the PyPy side is refused, naming cpyembed.install()."""
        self._need_venv()
        cc = deps.compiler()
        if cc is None:
            raise Skipped("no C compiler to make one with")
        facts = self._in_venv("-c", _EXTENSION_FACTS)
        tag, suffix = facts.partition("FACTS ")[2].split()[:2]
        source = self.room / "speed.c"
        source.write_text("void *PyInit__speed(void) { return 0; }\n")
        binary = self.room / "speed.so"
        self.runner.run([cc, "-shared", "-fPIC", "-o", str(binary), str(source)])
        wheel = self._wheel("cpyembed_smoke_ext", tag, {
            "cpyembed_smoke_ext/__init__.py": "from cpyembed_smoke_ext import _speed\n",
            f"cpyembed_smoke_ext/_speed{suffix}": binary.read_bytes(),
        })
        self._in_venv("-m", "pip", "install", "--no-index", "--no-deps", str(wheel))
        said = self._in_venv("-c", "try:\n    import cpyembed_smoke_ext\n"
                                   "except ImportError as e: print('ImportError', e)\n"
                                   "else: print('imported')\n")
        if "ImportError" not in said or "cpyembed.install(" not in said:
            raise Wrong(f"importing it says: {said.strip()}")

    # How they are run

    def _need_venv(self):
        if not (self.venv / "bin" / "python").exists():
            raise Skipped("there is no virtual environment")

    def _pypy(self, *arguments):
        return self._run(self.copy / "bin" / package.NAME, arguments)

    def _in_venv(self, *arguments):
        return self._run(self.venv / "bin" / "python", arguments)

    def _run(self, executable, arguments):
        env = {name: value for name, value in os.environ.items()
               if not name.startswith(("PYTHON", "PYPY", "CPYEMBED", "LD_LIBRARY", "LD_PRELOAD"))
               and name != "VIRTUAL_ENV"}
        # What the user installed for himself must not stand in for what the build lacks.
        env["PYTHONNOUSERSITE"] = "1"
        return self.runner.output([str(executable), *arguments], cwd=self.room, env=env)

    def _wheel(self, name, tag, files):
        path = Path(self.room) / f"{name}-1.0-{tag}.whl"
        info = f"{name}-1.0.dist-info"
        pure = str(tag.endswith("-any")).lower()
        files = dict(files)
        files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        files[f"{info}/WHEEL"] = ("Wheel-Version: 1.0\nGenerator: cpyembed\n"
                                  f"Root-Is-Purelib: {pure}\nTag: {tag}\n")
        record = "".join(f"{each},,\n" for each in [*files, f"{info}/RECORD"])
        with zipfile.ZipFile(path, "w") as archive:
            for each, content in files.items():
                archive.writestr(each, content)
            archive.writestr(f"{info}/RECORD", record)
        return path

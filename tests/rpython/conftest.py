"""The layers that import only `rpython.*`, translated by PyPI's `rpython` and run.

`target.py` and what it imports are RPython: they are translated once for each
CPython, which takes about half a minute, and kept in the cache.

CPYEMBED_PYTHON2         the Python 2.7 that translates (default: found)
CPYEMBED_BUILD_PYTHON    the CPython to test with (default: the system's)
CPYEMBED_TEST_PYTHONS    more of them, separated by spaces or colons
CPYEMBED_TEST_PYTHON     a virtual environment's python that has NumPy, for the array tests
"""
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PACKAGE = ROOT / "pypy_module_cpyembed"
CACHE = (Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
         / "cpyembed" / "rpython")
REQUIREMENTS = ["rpython==0.2.1", "pycparser==2.21", "py==1.11.0", "pytest==2.9.2"]
TOOLS = "cpyembed needs a C compiler and make to translate"


def output_of(command, **options):
    """Standard output, or None if the command cannot be run or fails."""
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              check=True, text=True, timeout=60,
                              **options).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None


# ____________________________________________________________
# A Python 2.7 with rpython


def find_python2():
    """The executable of a Python 2.7, PyPy preferred: it translates faster."""
    candidates = [os.environ.get("CPYEMBED_PYTHON2"), "pypy2", "pypy", "python2.7", "python2"]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    candidates += sorted(str(path) for path in pyenv.glob("versions/2.7*/bin/python2.7"))
    for name in candidates:
        # A shim of pyenv may be found and still refuse to run.
        found = name and shutil.which(name)
        if found and output_of([found, "-c", "import sys; print(sys.version_info[:2])"]) \
                == "(2, 7)":
            return found
    return None


@pytest.fixture(scope="session")
def python2():
    found = find_python2()
    if not found:
        pytest.skip("no Python 2.7: install pypy or python2.7, or name one in CPYEMBED_PYTHON2")
    return found


def digest(*parts):
    state = hashlib.sha256()
    for part in parts:
        state.update(part if isinstance(part, bytes) else str(part).encode())
        state.update(b"\0")
    return state.hexdigest()[:16]


def install(command, folder):
    return subprocess.run(command + ["--quiet", "--target", str(folder)], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=600)


@pytest.fixture(scope="session")
def rpython_site(python2):
    """A folder with PyPI's rpython, to be put on the host's path.

    All of it is pure Python, so that Python 3's pip can put it there where the
    Python 2 has no pip, as Debian's pypy has none."""
    site = CACHE / ("site-" + digest(*REQUIREMENTS))
    if site.exists():
        return site
    CACHE.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=str(CACHE)))
    commands = [[python2, "-m", "pip", "install", "--no-compile", "--no-deps"] + REQUIREMENTS,
                [sys.executable, "-m", "pip", "install", "--no-compile", "--no-deps",
                 "--ignore-requires-python", "--python-version", "2.7", "--implementation", "py",
                 "--platform", "any", "--only-binary=:all:"] + REQUIREMENTS]
    try:
        results = []
        for command in commands:
            result = install(command, work / "site")
            if result.returncode == 0 and (work / "site" / "rpython").is_dir():
                move_into_place(work / "site", site)
                return site
            results.append(result.stdout)
            shutil.rmtree(str(work / "site"), ignore_errors=True)
        pytest.skip("rpython cannot be installed from PyPI: " + results[-1].strip()[-300:])
    finally:
        shutil.rmtree(str(work), ignore_errors=True)


def move_into_place(made, wanted):
    try:
        made.rename(wanted)
    except OSError:
        if not wanted.exists():     # else another session was faster
            raise


# ____________________________________________________________
# The CPythons


def chosen_pythons():
    """The default one and those that the environment names."""
    default = os.environ.get("CPYEMBED_BUILD_PYTHON") or "/usr/bin/python3"
    if not usable(default):
        default = sys.executable
    names = os.environ.get("CPYEMBED_TEST_PYTHONS", "").replace(":", " ").split()
    result = [default]
    for name in names:
        found = shutil.which(name) or name
        if found not in result:
            result.append(found)
    return result


QUERY = """
import sys, sysconfig
print(sys.implementation.name, "%d.%d.%d" % sys.version_info[:3],
      int(bool(sysconfig.get_config_var("Py_ENABLE_SHARED"))))
"""


def usable(executable):
    facts = (output_of([executable, "-c", QUERY]) or "none 0 0").split()
    return facts[0] == "cpython" and facts[2] == "1"


def python_name(executable):
    facts = (output_of([executable, "-c", QUERY]) or "none 0 0").split()
    return "%s%s" % (facts[0], facts[1])


def pytest_generate_tests(metafunc):
    if "python3" in metafunc.fixturenames:
        pythons = chosen_pythons()
        metafunc.parametrize("python3", pythons, ids=[python_name(name) for name in pythons],
                             scope="session")


# ____________________________________________________________
# The translated program


def sources():
    found = [PACKAGE / "__init__.py"]
    found += [PACKAGE / (name + ".py") for name in ("capi", "gil", "interpreter")]
    found += sorted((PACKAGE / "src").glob("*.[ch]"))
    found += sorted(path for path in HERE.glob("*.py")
                    if path.name != "conftest.py" and not path.name.startswith("test_"))
    return found


def translate(python2, site, python3, folder):
    """Leaves `target` in the folder."""
    environ = dict(os.environ, CPYEMBED_BUILD_PYTHON=python3, PYTHONPATH=str(site),
                   PYTHONDONTWRITEBYTECODE="1", TMPDIR=str(folder), PYPY_USESSION_DIR=str(folder))
    for name in ("PYTHONHOME", "LD_PRELOAD", "VIRTUAL_ENV"):
        environ.pop(name, None)
    log = folder / "log"
    with open(str(log), "w") as stream:
        status = subprocess.call(
            [python2, "-m", "rpython", "--batch", "-O2", "--output", str(folder / "target"),
             str(HERE / "target.py")], cwd=str(folder), env=environ, stdin=subprocess.DEVNULL,
            stdout=stream, stderr=subprocess.STDOUT)
    if status or not (folder / "target").exists():
        lines = log.read_text(errors="replace").splitlines()
        errors = [line for line in lines if "ERROR" in line or "error:" in line]
        pytest.fail("the translation failed\n" + "\n".join(errors[-20:] + lines[-60:]),
                    pytrace=False)


@pytest.fixture(scope="session")
def binary(python2, rpython_site, python3):
    """The path of the translated program for one CPython."""
    if not usable(python3):
        pytest.skip("%s is not a CPython with a shared libpython" % python3)
    if not shutil.which("gcc") or not shutil.which("make"):
        pytest.skip("no gcc and make: " + TOOLS)
    facts = output_of([python3, "-c", "import sys, sysconfig; print(sys.version, sys.prefix, "
                                      "sysconfig.get_path('include'))"])
    key = digest(python2, rpython_site, python3, facts,
                 *[path.read_bytes() for path in sources()])
    kept = CACHE / ("target-" + key)
    if not (kept / "target").exists():
        work = Path(tempfile.mkdtemp(dir=str(CACHE)))
        try:
            translate(python2, rpython_site, python3, work)
            for path in work.iterdir():
                if path.name not in ("target", "log"):
                    shutil.rmtree(str(path)) if path.is_dir() else path.unlink()
            move_into_place(work, kept)
        finally:
            shutil.rmtree(str(work), ignore_errors=True)
        forget_old()
    return kept / "target"


def forget_old(keep=20):
    """The cache keeps the newest few programs."""
    found = sorted(CACHE.glob("target-*"), key=lambda path: path.stat().st_mtime)
    for path in found[:-keep]:
        shutil.rmtree(str(path), ignore_errors=True)


class Result:
    def __init__(self, completed):
        self.status = completed.returncode
        self.output = completed.stdout
        self.errors = completed.stderr
        self.lines = self.output.splitlines()

    def values(self):
        """The lines `expression = repr` as a dict."""
        return dict(line.split(" = ", 1) for line in self.lines if " = " in line)


@pytest.fixture
def target(binary):
    """target(command, argument...) runs the program, which must succeed."""
    def run(*arguments, status=0, **variables):
        environ = {name: value for name, value in os.environ.items()
                   if name not in ("VIRTUAL_ENV", "LD_PRELOAD", "PYTHONPATH", "PYTHONHOME")}
        environ.update(variables)
        completed = subprocess.run([str(binary), *arguments], env=environ, timeout=60,
                                   stdin=subprocess.DEVNULL, capture_output=True, text=True)
        result = Result(completed)
        assert result.status == status, result.output + result.errors
        return result
    return run

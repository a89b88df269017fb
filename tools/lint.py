"""The linters: ruff for Python 3, the compiler of a Python 2.7 for RPython."""

import json
import os
import shutil
import subprocess
import sys

from tools import environments, process
from tools.report import Counts
from translation import host
from translation.paths import CHECKOUT

# The program of 2011 is kept as it was written.
IGNORED = ["--extend-per-file-ignores", "examples/plot_2011.py:I001"]


def source_files():
    """The Python files of the checkout, as ([Python 3], [RPython]), paths (str) below it."""
    python3, rpython = [], []
    for name in _listed():
        if name.endswith(".py") and (CHECKOUT / name).is_file():
            (rpython if is_rpython(name) else python3).append(name)
    return python3, rpython


def is_rpython(name):
    """Whether the file `name` (str, below the checkout) is for Python 2 (bool)."""
    folder, _, file = name.rpartition("/")
    if folder.startswith("pypy_module_cpyembed"):
        # The application level runs on the PyPy that is made, not on the one that makes it.
        return not file.startswith("app_")
    # The programs that are translated; the tests that do it are Python 3.
    return folder == "tests/rpython" and not file.startswith(("test_", "conftest", "__init__"))


def _listed():
    if (CHECKOUT / ".git").exists() and shutil.which("git"):
        answer = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=CHECKOUT,
                                stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if answer.returncode == 0:
            return sorted(answer.stdout.splitlines())
    found = []
    for folder, below, files in os.walk(CHECKOUT):
        below[:] = [name for name in below if not name.startswith(".") and name not in (
            "__pycache__", "build", "bin")]
        found += [os.path.relpath(os.path.join(folder, name), CHECKOUT) for name in files]
    return sorted(found)


def ruff(limit):
    """Check the Python 3 files; the Counts count files."""
    files, _ = source_files()
    python = environments.environment(sys.executable, "linters.txt", "linters", "",
                                      ["python3-venv"])
    answer = subprocess.run([str(python), "-m", "ruff", "check", "--no-cache", "--output-format",
                             "json", *IGNORED, *files], cwd=CHECKOUT, stdin=subprocess.DEVNULL,
                            capture_output=True, text=True, timeout=limit)
    try:
        found = json.loads(answer.stdout)
    except ValueError:
        return Counts(failed=1, notes=["ruff: " + answer.stderr.strip()])
    for each in found:
        print("%s:%d: %s %s" % (os.path.relpath(each["filename"], CHECKOUT),
                                each["location"]["row"], each["code"], each["message"]))
    bad = {each["filename"] for each in found}
    print("ruff: %d files, %d of them with findings" % (len(files), len(bad)))
    return Counts(len(files) - len(bad), len(bad))


# Reads names from its command line, prints the errors, and counts the files that have one.
_COMPILE = """
import sys
bad = 0
for name in sys.argv[1:]:
    try:
        compile(open(name).read().replace("\\r\\n", "\\n"), name, "exec")
    except SyntaxError as e:
        bad += 1
        print("%s:%s: %s" % (name, e.lineno, e.msg))
print("BAD %d" % bad)
"""


def python2_syntax(limit):
    """Compile the RPython files in a Python 2.7; the Counts count files."""
    _, files = source_files()
    found = host.find()
    if found is None:
        return Counts(skipped=len(files), notes=[
            "no Python 2.7 on this machine: the syntax of the RPython files was not checked"])
    answer = subprocess.run([found.executable, "-c", _COMPILE, *files], cwd=CHECKOUT,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            env=process.clean_environment(), text=True,
                            timeout=limit)
    text, mark, number = answer.stdout.rpartition("BAD ")
    print(text, end="")
    if answer.returncode != 0 or not mark:
        return Counts(failed=1, notes=["%s %s" % (found.executable,
                                                  process.described(answer.returncode))])
    print("%s %s: %d files, %s of them with errors" % (
        found.implementation, "2.7", len(files), number.strip()))
    return Counts(len(files) - int(number), int(number))

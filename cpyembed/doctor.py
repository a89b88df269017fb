"""`python -m cpyembed doctor`: what is missing, and the command that mends it."""

import os
import subprocess
import sys


def main():
    """Print one line a check; returns 0 if all is well, else 1."""
    failed = 0
    for title, check in CHECKS:
        try:
            good, text = check()
        except Exception as e:
            good, text = False, "%s: %s" % (type(e).__name__, e)
        print("%-4s %s: %s" % ("ok" if good else "BAD", title, text))
        failed += not good
    return 1 if failed else 0


def check_engine():
    import cpyembed
    facts = cpyembed.info()
    return True, "%s, on PyPy %s" % (facts["engine"], ".".join(
        str(n) for n in getattr(sys, "pypy_version_info", sys.version_info)[:3]))


def check_cpython():
    import cpyembed
    facts = cpyembed.info()
    return True, "%s at %s, %s" % (
        facts["cpython"], facts["executable"], facts["libpython"])


def check_runs():
    """Start it for good, in a child, so that a crash is a line here and not the end."""
    code = "import cpyembed; print(cpyembed.import_module('sys').version.split()[0])"
    done = subprocess.run([sys.executable, "-m", "cpyembed", "-c", code],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode == 0:
        return True, "CPython %s starts" % done.stdout.decode().strip()
    last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
    return False, "status %d %s" % (done.returncode, " ".join(last))


def check_modules():
    """The parts of the standard library that distributions pack apart."""
    missing = ask_cpython("; ".join([
        "import importlib.util as u",
        "print(*[n for n in ('ssl', 'sqlite3', 'ctypes', 'venv', 'ensurepip') "
        "if u.find_spec(n) is None])"]))
    if missing:
        return False, "CPython has no %s (Debian: apt install python3-full)" % missing
    return True, "ssl, sqlite3, ctypes, venv"


def check_numpy():
    found = ask_cpython("import numpy; print(numpy.__version__)", fails="")
    if found:
        return True, found
    from cpyembed import hints
    return False, "CPython has none; install it with: %s" % hints.install_command("numpy")


def check_environment():
    """Variables that lead somewhere else than a user may think."""
    from cpyembed import choice
    folder = os.environ.get("VIRTUAL_ENV")
    if not folder:
        return True, "no VIRTUAL_ENV"
    try:
        choice.check(choice.ask(choice.find_executable(folder, os.environ)))
    except choice.UnusablePython as e:
        return True, "%s; `pip` of cpyembed makes an environment inside it" % e
    return True, folder


def ask_cpython(code, fails=None):
    """The output (str) of `code` in the chosen CPython's own interpreter."""
    import cpyembed
    from cpyembed.choice import clean_environment
    done = subprocess.run([cpyembed.info()["executable"], "-c", code], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=clean_environment(os.environ))
    if done.returncode != 0 and fails is not None:
        return fails
    done.check_returncode()
    return done.stdout.decode().strip()


CHECKS = [
    ("engine", check_engine),
    ("CPython", check_cpython),
    ("virtual environment", check_environment),
    ("CPython in this process", check_runs),
    ("standard library", check_modules),
    ("NumPy", check_numpy),
]

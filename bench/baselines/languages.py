"""CPython in other languages: jep in Java, reticulate in R, node-calls-python in Node."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from bench.baselines.pypy import WORKS
from bench.names import JEP, NODE, RETICULATE
from bench.programs import BENCH, Program, asked
from tools import environments, process
from tools.console import Failure, say

HERE = BENCH / "baselines"
NODE_MODULE = "node-calls-python@1.11.1"
JVM = Path("/usr/lib/jvm/default-java")     # where Debian puts the one that it calls default
_NOTHING = ["0", "0", "0"]


def jep(means, base, _python, folder):
    """CPython in Java."""
    means.commands(["javac", "gcc"], ["default-jdk-headless", "gcc", "libc6-dev"], "jep")
    home = JVM if JVM.exists() else Path(os.path.realpath(shutil.which("javac"))).parents[1]
    os.environ.setdefault("JAVA_HOME", str(home))       # pip compiles with it
    python = means.environment(base, "jep.txt", "jep")
    # Outside Java it cannot be imported.
    package = Path(asked([python], "from importlib.util import find_spec; "
                                   "print(find_spec('jep').submodule_search_locations[0])"))
    classpath = os.pathsep.join([str(next(package.glob("jep-*.jar"))), str(folder)])
    _checked([str(home / "bin" / "javac"), "-d", str(folder), "-cp", classpath,
              str(HERE / "Bench.java")])
    command = [str(home / "bin" / "java"), "-Xss16m", "-Xmx4g", "-XX:MaxDirectMemorySize=2g",
               "-Djava.library.path=%s" % package, "-cp", classpath, "Bench", str(BENCH)]
    version = "jep %s, Java %s" % (
        asked([python], "from importlib.metadata import version; print(version('jep'))"),
        subprocess.run([command[0], "-version"], stderr=subprocess.PIPE,
                       text=True).stderr.splitlines()[0].split('"')[1])
    return _program(JEP, command, version, _environment(base, python),
                    WORKS | {"threads-call", "threads-hash"}, command,
                    "lists and maps cross by reference, and CPython's side copies them")


def reticulate(means, base, _python, _folder):
    """CPython in R."""
    means.packages(["r-base-core", "r-cran-reticulate"], "reticulate")
    python = means.environment(base, "reticulate.txt", "reticulate")
    command = [shutil.which("Rscript"), "--vanilla", str(HERE / "bench.R"), str(BENCH), python]
    code = "cat(R.version.string, '; reticulate ', as.character(packageVersion('reticulate')), " \
           "sep = '')"
    version = subprocess.check_output([command[0], "--vanilla", "-e", code], text=True).strip()
    version += ", NumPy " + asked([python], "import numpy; print(numpy.__version__)")
    environment = _environment(base, python)
    for name in ("PYTHONHOME", "PYTHONPATH"):       # it finds them out
        del environment[name]
    return _program(RETICULATE, command, version, environment, WORKS,
                    [command[0], "--vanilla", "-e", "0"], "R has no threads")


def node(means, base, python, _folder):
    """CPython in Node."""
    means.commands(["node", "npm", "g++", "make"],
                   ["nodejs", "npm", "libnode-dev", "g++", "make"], "node-calls-python")
    if not os.path.exists("/usr/include/node/node.h"):
        means.packages(["libnode-dev"], "node-calls-python")
    if not os.path.exists(os.path.join(os.path.dirname(base), "python3-config")):
        means.packages(["python3-dev"], "node-calls-python")
    folder = _node_module(means, base)
    environment = _environment(base, python)
    packages = environment.pop("PYTHONPATH")
    environment.update(NODE_PATH=str(folder / "node_modules"), BENCH_PYTHON=python,
                       BENCH_PACKAGES=packages)
    executable = shutil.which("node")
    command = [executable, "--stack-size=4000", str(HERE / "bench.js")]
    version = "node-calls-python %s, Node %s" % (
        NODE_MODULE.partition("@")[2],
        subprocess.check_output([executable, "--version"], text=True).strip())
    return _program(NODE, command, version, environment, WORKS, [executable, "-e", ""],
                    "an array arrives in CPython as bytes, a copy, and comes back as an Array, "
                    "element by element; an exception in a callback kills the process")


def _node_module(means, base):
    """The folder (Path) with node_modules in it, made once."""
    key = hashlib.sha256("\n".join([base, NODE_MODULE]).encode()).hexdigest()[:10]
    folder = environments.cache_folder("envs") / ("node-" + key)
    if (folder / environments.STAMP).exists():
        return folder
    if not means.install:
        raise Failure("not installed: npm's %s; `make bench` installs it" % NODE_MODULE)
    say("making %s" % folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # Headers cannot be downloaded: those of Debian's, or of the distributor's, package.
    settings = process.clean_environment(
        npm_config_nodedir="/usr", npm_config_python=base,
        PATH=os.pathsep.join([os.path.dirname(base), os.environ.get("PATH", "")]))
    _checked(["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund",
              "--no-progress", "--loglevel=error", NODE_MODULE], settings)
    (folder / environments.STAMP).touch()
    return folder


def _environment(base, python):
    """For a program with the library of the CPython `base` in it, and the packages of the
    environment whose interpreter is `python`."""
    prefix, library = asked(
        [base], "import sys, sysconfig; print(sys.prefix, sysconfig.get_config_var('LIBDIR'))"
    ).split()
    packages = asked([python], "import sysconfig; print(sysconfig.get_path('platlib'))")
    return process.clean_environment(PYTHONHOME=prefix, PYTHONPATH=packages,
                                     LD_LIBRARY_PATH=library)


def _program(name, command, version, environment, works, alone, note):
    return Program(name, command, version, environment, works, alone=alone,
                   empty=command + _NOTHING, numpy=command + _NOTHING + ["import-numpy"], note=note)


def _checked(command, environment=None):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, env=environment)
    if done.returncode != 0:
        lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
        told = [line for line in lines if "not found" in line or "rror:" in line] or lines[-3:]
        raise Failure("`%s` failed: %s" % (os.path.basename(command[0]), " ".join(told)[:300]))

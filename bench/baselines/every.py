"""All baselines: each as a Program, which is absent with the reason if it cannot be had."""

import subprocess

from bench import engines
from bench.baselines import compiler, languages, pypy
from bench.baselines.means import Means
from bench.names import CPYEXT, EXECNET, JEP, NODE, NUMBA, RETICULATE, SHARED_MEMORY
from bench.programs import absent
from tools.console import Failure, say

MAKERS = [(CPYEXT, pypy.cpyext), (JEP, languages.jep), (RETICULATE, languages.reticulate),
          (NODE, languages.node), (EXECNET, pypy.execnet), (SHARED_MEMORY, pypy.shared_memory),
          (NUMBA, compiler.numba)]


def find(build, folder, install):
    """The Programs (list). build: engines.Native or None; folder: Path, for what is compiled;
    install: whether what is missing may be installed (bool)."""
    means = Means(install)
    base, python = engines.base_and_libraries(build)
    found = []
    for name, make in MAKERS:
        try:
            found.append(make(means, base, python, folder))
        except (Failure, OSError, StopIteration, subprocess.SubprocessError) as problem:
            say("%s is absent: %s" % (name, problem))
            found.append(absent(name, problem))
    return found

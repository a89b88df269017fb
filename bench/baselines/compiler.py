"""Numba on CPython, for the loops over arrays."""

from bench import curves
from bench.names import NUMBA
from bench.programs import BENCH, Program, asked
from tools import process


def numba(means, base, _python, _folder):
    """The loops compiled by Numba: the first pass has its compilation in it."""
    python = means.environment(base, "numba.txt", "numba")
    environment = process.clean_environment()
    version = asked([python], "import numba, numpy; print('Numba %s, NumPy %s' % "
                              "(numba.__version__, numpy.__version__))", environment)
    return Program(NUMBA, [python, str(BENCH / "worker.py")], version, environment,
                   {curve.work for curve in curves.LOOPS},
                   note="its import is not in the first pass")

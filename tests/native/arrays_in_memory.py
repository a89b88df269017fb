"""What the tests of array memory share: where it lies, arrays to begin with, libraries to try."""

import pytest

import cpyembed
import numpypy


def address(array):
    """Where the first element of a numpypy array lies (int)."""
    return array.__array_interface__["data"][0]


def counted(size):
    """0.0, 1.0, ... in memory of PyPy's own."""
    array = numpypy.zeros(size)
    array[...] = numpypy.arange(float(size))
    return array


def library(name):
    """A module of CPython's; the test is skipped where it is not installed."""
    try:
        return cpyembed.import_module(name)
    except ImportError:
        pytest.skip("the CPython of this run has no %s" % name)

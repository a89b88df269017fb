"""What the tests of array memory share: where it lies, and arrays to begin with."""

import numpypy


def address(array):
    """Where the first element of a numpypy array lies (int)."""
    return array.__array_interface__["data"][0]


def counted(size):
    """0.0, 1.0, ... in memory of PyPy's own."""
    array = numpypy.zeros(size)
    array[...] = numpypy.arange(float(size))
    return array

"""`array.flat`: the elements one after the other, in C order, whatever the array's shape."""

import cpyembed
from numpypy._crossing import back

there = cpyembed.Object


class flatiter:
    """An iterator over an array's elements, which can be indexed and written to. Made by
    `array.flat`."""

    __module__ = "numpy"

    def __init__(self, array):
        self.base = array
        self.index = 0
        self._row = array.reshape(-1) if array.flags.c_contiguous else None

    def _element(self, index):
        if self._row is not None:
            return self._row[index]
        return self.base[self._coordinates(index)]

    def _coordinates(self, index):
        found = []
        for length in reversed(self.base.shape):
            index, at = divmod(index, length)
            found.append(at)
        return tuple(found[::-1])

    @property
    def coords(self):
        """Where the next element lies (tuple of int)."""
        return self._coordinates(self.index) if self.base.size else (0,) * self.base.ndim

    def __iter__(self):
        return self

    def __next__(self):
        index = self.index
        if index >= self.base.size:
            raise StopIteration
        self.index = index + 1
        return self._element(index)

    def __len__(self):
        return self.base.size

    def __getitem__(self, index):
        if type(index) is int and -len(self) <= index < len(self):
            return self._element(index % len(self))
        return back(there(self.base).flat[index])

    def __setitem__(self, index, value):
        there(self.base).flat[index] = value

    def copy(self):
        """The elements in an array of one dimension."""
        return self.base.flatten()

    def __array__(self, dtype=None, *, copy=None):
        made = self.copy()
        return made if dtype is None else made.astype(dtype)

    def __eq__(self, other):
        return self.copy() == other

    def __ne__(self, other):
        return self.copy() != other

    def __lt__(self, other):
        return self.copy() < other

    def __le__(self, other):
        return self.copy() <= other

    def __gt__(self, other):
        return self.copy() > other

    def __ge__(self, other):
        return self.copy() >= other

    __hash__ = None


def register():
    """An iterator crosses as one of NumPy's, from the first element on."""
    from cpyembed.native import values
    values.add_converter(flatiter, lambda iterator: there(iterator.base).flat)

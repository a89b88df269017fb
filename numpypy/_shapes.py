"""What is changed of an array in place that is not its elements: shape, dtype, size.

NumPy does it to the ndarray on the same memory, and says what cannot be done. The array then sees
the memory as that ndarray does (`_see_as`); or it takes over another's (`_take_over`), if the size
changes, or if only NumPy can read the elements.
"""

import cpyembed
from numpypy._crossing import array, native_dtype, ndarray

there = cpyembed.Object
_reshape, _view = ndarray.reshape, ndarray.view
_flags, _base = vars(ndarray)["flags"], vars(ndarray)["base"]


def _plain(self):
    """The ndarray in CPython on an array's memory, not one of a subclass's twin."""
    return there(self if type(self) is ndarray else _view(self, ndarray))


def _follow(self, changed):
    """See the memory as its ndarray does."""
    view = array(changed)
    if type(view.dtype) is native_dtype:
        self._see_as(view)
    else:
        self._take_over(view)


def _set(self, name, value):
    changed = _plain(self)
    setattr(changed, name, value)
    _follow(self, changed)


def _is_simple(self):
    """Whether it is PyPy's memory in C order: no ndarray has to follow."""
    return (type(self.dtype) is native_dtype and _flags.__get__(self)["C_CONTIGUOUS"]
            and type(_base.__get__(self)).__qualname__ != "lender")


def _set_shape(self, shape):
    """`array.shape = shape`; AttributeError if that asks for a copy."""
    if type(self) is ndarray and _is_simple(self):
        try:
            return self._see_as(_reshape(self, shape))
        except ValueError:
            pass                    # NumPy words it
    _set(self, "shape", shape)


def _set_dtype(self, dtype):
    """`array.dtype = dtype`: the same bytes as other elements."""
    _set(self, "dtype", dtype)


def resize(self, *shape, refcheck=True):
    """resize(shape, refcheck=True): another size, in place, with zeros at the end.

    Who else refers to the array is not known, so that it is never refused for that: their memory
    stays as it was. ValueError if the array does not own its memory.
    """
    made = there(_plain(self).copy("A"))
    made.resize(*shape, refcheck=False)
    if made.nbytes == self.nbytes or not self.flags.owndata:
        changed = _plain(self)
        changed.resize(*shape, refcheck=False)
        _follow(self, changed)
    else:
        self._take_over(array(made))


def is_c_contiguous(array):
    """As NumPy sees it: the strides of a length of 1 do not matter, nor any without elements."""
    step = array.itemsize
    for length, stride in zip(reversed(array.shape), reversed(array.strides)):
        if length != 1 and stride != step:
            return not array.size
        step *= length
    return True

"""Completes micronumpy's ndarray: NumPy's methods and operators, with NumPy's answers.

What is done here in micronumpy is what agrees with NumPy and is faster; see `_ufuncs`. All the
rest goes to the ndarray on the same memory, which `there` gives.
"""

import operator
import types

import cpyembed
from numpypy import _reductions, _subclasses, _ufuncs
from numpypy._crossing import back, native_dtype, ndarray, numpy
from numpypy._dtypes import native
from numpypy._flat import flatiter
from numpypy._shapes import _set_dtype, _set_shape, is_c_contiguous, resize

there = cpyembed.Object         # the ndarray in CPython on an array's memory
_native = dict(vars(ndarray))   # micronumpy's own methods

# NumPy's methods that go there. With `out=`, that array is the result.
METHODS = (
    "all any argmax argmin argpartition argsort astype byteswap choose clip compress conj conjugate"
    " cumprod cumsum diagonal dot dump dumps getfield max mean min nonzero partition prod put"
    " ravel repeat round searchsorted setfield sort squeeze std sum swapaxes take tofile"
    " tobytes trace transpose var __dlpack__ __dlpack_device__ __sizeof__ __complex__").split()
ATTRIBUTES = ("ctypes", "device", "mT", "__array_struct__")
# Python's operators: NumPy's function, and whether there is an in-place operator.
OPERATORS = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide",
    "floordiv": "floor_divide", "mod": "remainder", "pow": "power", "lshift": "left_shift",
    "rshift": "right_shift", "and": "bitwise_and", "or": "bitwise_or", "xor": "bitwise_xor",
    "matmul": "matmul"}
COMPARISONS = {"eq": "equal", "ne": "not_equal", "lt": "less", "le": "less_equal",
               "gt": "greater", "ge": "greater_equal"}
UNARY = {"neg": "negative", "pos": "positive", "abs": "absolute", "invert": "invert"}
# What micronumpy has and NumPy has not.
GONE = ("__div__", "__hex__", "__idiv__", "__oct__", "__rdiv__", "itemset",
        "newbyteorder", "ptp", "tostring")


def is_foreign(array):
    """Whether only NumPy can read the elements (text, records, dates, references): micronumpy has
    the shape and the memory of such an array, and must not be asked for more."""
    return type(array.dtype) is not native_dtype


def _method(name):
    function = _Unbound(name)

    def method(self, *args, **keywords):
        result = function()(self, *args, **keywords)
        out = keywords.get("out")
        return back(result) if out is None else out
    return method


class _Original:
    """A function of NumPy's, asked for when it is first needed."""

    def __init__(self, name):
        self.name = name
        self.function = None

    def __call__(self):
        if self.function is None:
            self.function = getattr(self.home(), self.name)
        return self.function

    def home(self):
        return numpy()


class _Unbound(_Original):
    """The function behind a method of NumPy's ndarray: to call it with the array costs less than
    the array's attribute."""

    def home(self):
        return numpy().ndarray


def _attribute(name):
    return property(lambda self: back(getattr(there(self), name)))


def _is_plain_pair(array, other):
    """Whether the operator is NumPy's function and no more: nobody else has a say in it."""
    if type(array) is not ndarray or is_foreign(array):
        return False
    kind = type(other)
    return kind is float or kind is int or (
        kind is ndarray and other.shape == array.shape and not is_foreign(other))


def _operator(name, function):
    """`array OP other`."""
    attempt = _ufuncs.Attempt(function)
    operation = getattr(operator, "__%s__" % name)
    original = _Original(function)

    def method(self, other):
        result = attempt(self, other)
        if result is not None:
            return result
        if _is_plain_pair(self, other):
            return back(original()(self, other))
        return back(operation(there(self), other))
    return method


def _reflected(name, function):
    """`other OP array`."""
    attempt = _ufuncs.Attempt(function)
    operation = getattr(operator, "__%s__" % name)
    original = _Original(function)

    def method(self, other):
        result = attempt(other, self)
        if result is not None:
            return result
        if _is_plain_pair(self, other):
            return back(original()(other, self))
        return back(operation(other, there(self)))
    return method


def _in_place(name, function):
    """`array OP= other`: the array itself, changed."""
    attempt = _ufuncs.Attempt(function)
    operation = getattr(operator, "__i%s__" % name)
    original = _Original(function)
    is_of_elements = function not in ("", "matmul")

    def method(self, other):
        if attempt(self, other, self) is not None:
            return self
        if is_of_elements and _is_plain_pair(self, other):
            original()(self, other, self)
            return self
        result = operation(there(self), other)
        return self if type(self) is ndarray else result
    return method


def _unary(name, function):
    attempt = _ufuncs.Attempt(function)

    def method(self):
        result = attempt(self)
        return back(getattr(numpy(), function)(self)) if result is None else result
    return method


def __pow__(self, other):
    """NumPy has functions of their own for some exponents."""
    kind = type(other)
    if kind is int or kind is float:
        if other == 2:
            result = _square(self)
        elif other == 0.5:
            result = _sqrt(self)
        elif other in (-1, 0, 1):
            result = None
        else:
            result = _power(self, other)
        if result is not None:
            return result
    return back(there(self) ** other)


_square, _sqrt, _power = map(_ufuncs.Attempt, ("square", "sqrt", "power"))


# ---- one by one --------------------------------------------------------------------------------


def _getitem_by_array(self, index):
    return back(there(self)[index])


def _setitem_by_array(self, index, value):
    there(self)[index] = value


def _dtype_of_flexible(self):
    return there(self).dtype


def __contains__(self, value):
    return bool((self == value).any())


def __iter__(self):
    if not self.shape:
        raise TypeError("iteration over a 0-d array")
    return _elements(self)


def _elements(array):
    for i in range(len(array)):
        yield array[i]


def dot(self, b, out=None):
    """dot(b, out=None): the matrix product; of two vectors, a number."""
    result = _reductions.dot(self, b) if out is None else None
    return _dot(self, b, out=out) if result is None else result


def __matmul__(self, other):
    result = _reductions.dot(self, other)
    return back(there(self) @ other) if result is None else result


_dot = _method("dot")


def __divmod__(self, other):
    return back(numpy().divmod(self, other))


def __rdivmod__(self, other):
    return back(numpy().divmod(other, self))


def __repr__(self):
    return repr(there(self))


def __str__(self):
    return str(there(self))


def __format__(self, spec):
    return format(there(self), spec)


def __array__(self, dtype=None, *, copy=None):
    from numpypy._arrays import array
    return array(self, dtype, copy=copy)


def __array_namespace__(self, *, api_version=None):
    import numpypy
    return numpypy


def __copy__(self):
    return self.copy()


def __deepcopy__(self, memo):
    return back(there(self).__deepcopy__({})) if is_foreign(self) else self.copy()


def __bool__(self):
    if self.size != 1 or is_foreign(self):
        return bool(there(self))
    return _native["__bool__"](self)


def __int__(self):
    return int(there(self)) if self.shape or is_foreign(self) else _native["__int__"](self)


def __float__(self):
    return float(there(self)) if self.shape or is_foreign(self) else _native["__float__"](self)


def __index__(self):
    if is_foreign(self) or self.shape:
        return operator.index(there(self))
    return _native["__index__"](self)


def fill(self, value):
    """fill(value): every element."""
    if is_foreign(self):
        there(self).fill(value)
    else:
        _native["fill"](self, value)


def item(self, *args):
    """item(*index): an element as a number of Python's; of an array of one element, that one."""
    return there(self).item(*args) if is_foreign(self) else _native["item"](self, *args)


def tolist(self):
    """The elements in lists of lists."""
    return there(self).tolist() if is_foreign(self) else _native["tolist"](self)


def __reduce_ex__(self, protocol):
    cls = None if type(self) is ndarray else type(self)
    if is_foreign(self):
        return _unpickled_by_cpython, (there(self).dumps(),)
    return _unpickled, (cls, self.shape, self.dtype.str, there(self).tobytes("A"),
                        self.flags.f_contiguous and not self.flags.c_contiguous)


def __reduce__(self):
    return __reduce_ex__(self, 2)


def _unpickled(cls, shape, dtype, data, fortran):
    from numpypy._arrays import empty
    flat = back(numpy().frombuffer(data, dtype))
    made = empty(shape, dtype, "F" if fortran else "C")
    if made.size:
        made[...] = flat.reshape(shape, order="F" if fortran else "C")
    return made if cls is None else made.view(cls)


def _unpickled_by_cpython(data):
    return back(cpyembed.import_module("pickle").loads(data))


def reshape(self, *shape, order="C", copy=None):
    """reshape(shape, order='C', *, copy=None): the elements in another shape, a view if it can
    be."""
    if order == "C" and copy is None and type(self) is ndarray and (
            _native["flags"].__get__(self)["C_CONTIGUOUS"]):
        try:
            return _native["reshape"](self, *shape)
        except ValueError:
            pass                    # NumPy words it
    keywords = {} if copy is None else {"copy": copy}
    return back(there(self).reshape(*shape, order=order, **keywords))


def _is_copied_here(array):
    return (type(array) is ndarray and array.size
            and _native["flags"].__get__(array)["C_CONTIGUOUS"]
            and not is_foreign(array))


def copy(self, order="C"):
    """copy(order='C'): a new array with the same elements."""
    if order in ("C", "K") and _is_copied_here(self):
        return _native["copy"](self)
    return back(there(self).copy(order))


def flatten(self, order="C"):
    """flatten(order='C'): a copy in one dimension."""
    if order == "C" and _is_copied_here(self):
        return _native["copy"](self).reshape(-1)
    return back(there(self).flatten(order))


def to_device(self, device, /, *, stream=None):
    """The array itself, for `device` "cpu"; there is no other."""
    there(self).to_device(device, stream=stream)
    return self


def setflags(self, write=None, align=None, uic=None):
    """setflags(write=None, align=None, uic=None): whether the array may be written."""
    if align is False or uic:
        raise ValueError("numpypy's arrays are aligned, and hold no copy to write back")
    _native["setflags"](self, write)


def __class_getitem__(cls, item):
    return types.GenericAlias(cls, item)


_OWNDATA = 4                    # NumPy's bit


class Flags:
    """`array.flags`: as NumPy's, `writeable` to be set."""

    def __init__(self, array):
        object.__setattr__(self, "_array", array)

    def __getattr__(self, name):
        own = _native["flags"].__get__(self._array)
        if name == "writeable" or name == "owndata" and own.owndata:
            return getattr(own, name)
        if name == "num":
            return there(self._array).flags.num | (_OWNDATA if own.owndata else 0)
        return getattr(there(self._array).flags, name)

    def __setattr__(self, name, value):
        if name not in ("writeable", "aligned", "writebackifcopy"):
            raise AttributeError("attribute %r of flags cannot be set" % name)
        self._array.setflags(**{{"writeable": "write", "aligned": "align",
                                 "writebackifcopy": "uic"}[name]: bool(value)})

    def __getitem__(self, name):
        if name in ("OWNDATA", "O", "WRITEABLE", "W"):
            return self.owndata if name[0] == "O" else self.writeable
        return there(self._array).flags[name]

    def __setitem__(self, name, value):
        names = {"WRITEABLE": "writeable", "W": "writeable", "ALIGNED": "aligned", "A": "aligned",
                 "WRITEBACKIFCOPY": "writebackifcopy", "X": "writebackifcopy"}
        if name not in names:
            raise KeyError("Unknown flag")
        setattr(self, names[name], value)

    def __eq__(self, other):
        return isinstance(other, Flags) and self.num == other.num

    def __repr__(self):
        lines = str(repr(there(self._array).flags)).splitlines()
        return "\n".join("  OWNDATA : %s" % self.owndata if "OWNDATA" in line else line
                         for line in lines)

    __hash__ = None


def _base(self):
    found = _native["base"].__get__(self)
    if type(found).__qualname__ == "lender":        # memory of CPython's: what its ndarray says
        base = back(there(self).base)
        return found if type(base).__qualname__ == "memory" else base       # a part of it
    return found


def _real(self):
    if type(self) is not ndarray or is_foreign(self):
        return back(there(self).real)
    return _native["real"].__get__(self)


def _set_real(self, value):
    if is_foreign(self):
        there(self).real = value
    else:
        _native["real"].__set__(self, value)


def _turned(self):
    return _native["T"].__get__(self) if type(self) is ndarray else back(there(self).T)


def _imag(self):
    if type(self) is ndarray and self.dtype.kind == "c" and not is_foreign(self):
        return _native["imag"].__get__(self)
    return back(there(self).imag)       # zeros, which cannot be written


def _set_imag(self, value):
    if is_foreign(self):
        there(self).imag = value
    else:
        _native["imag"].__set__(self, value)


def _data(self):
    return memoryview(there(self) if is_foreign(self) else self)


def __new__(cls, shape, dtype=float, buffer=None, offset=0, strides=None, order=None):
    """As NumPy's: an array on `buffer`, or one whose elements are not set."""
    found = native(dtype)
    if found is not None:
        made = _new(ndarray, shape, found, buffer, offset, strides, order)
    else:
        made = back(numpy().ndarray(shape, dtype, buffer, offset, strides, order))
    return made if cls is ndarray else _subclasses.instance(cls, made, None)


_new = ndarray.__new__


def _set_flat(self, value):
    there(self).flat = value


def _interface(self):
    if is_foreign(self):
        return there(self).__array_interface__
    found = _native["__array_interface__"].__get__(self)
    found["descr"] = [("", self.dtype.str)]
    if is_c_contiguous(self):
        found["strides"] = None
    return found


completed = set()               # the names that are not, or not always, micronumpy's


def complete():
    """Give micronumpy's ndarray everything that NumPy's has."""
    made = {name: _method(name) for name in METHODS}
    made.update((name, _reductions.method(name, made[name])) for name in _reductions.METHODS)
    made.update((name, _attribute(name)) for name in ATTRIBUTES)
    for name, function in OPERATORS.items():
        made["__%s__" % name] = _operator(name, function)
        made["__r%s__" % name] = _reflected(name, function)
        made["__i%s__" % name] = _in_place(name, function)
    made["__ipow__"] = _in_place("pow", "")     # not always `power`
    made.update(("__%s__" % name, _operator(name, function))
                for name, function in COMPARISONS.items())
    made.update(("__%s__" % name, _unary(name, function)) for name, function in UNARY.items())
    for name, function in made.items():
        if not isinstance(function, property):
            function.__name__ = name
            function.__qualname__ = "ndarray." + name
    for function in (__pow__, __matmul__, dot):
        made[function.__name__] = function
    for function in (_getitem_by_array, _setitem_by_array, _dtype_of_flexible, __contains__,
                     __iter__, __divmod__, __rdivmod__, __repr__, __str__, __format__, __array__,
                     __array_namespace__, __bool__, __int__, __float__, __copy__, __deepcopy__,
                     __reduce_ex__, __reduce__, __index__, fill, item, tolist, reshape, resize,
                     copy, flatten, to_device, setflags, _subclasses.view,
                     _subclasses.__array_ufunc__, _subclasses.__array_function__,
                     _subclasses.__array_wrap__, _set_shape, _set_dtype):
        made[function.__name__] = function
    made.update(__class_getitem__=classmethod(__class_getitem__), flags=property(Flags),
                base=property(_base), __array_interface__=property(_interface),
                data=property(_data), real=property(_real, _set_real), T=property(_turned),
                imag=property(_imag, _set_imag), flat=property(flatiter, _set_flat),
                __new__=staticmethod(__new__),
                __init_subclass__=classmethod(_subclasses.__init_subclass__))
    for name, value in made.items():
        setattr(ndarray, name, value)
    completed.update(made)
    for name in GONE:
        if name in vars(ndarray):
            delattr(ndarray, name)

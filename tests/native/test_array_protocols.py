"""Arrays over memory of others, NumPy's protocols between arrays, and its subclasses."""

import ctypes
import mmap

import pytest
from arrays_in_memory import address

import cpyembed
import numpypy


def churn():
    """Allocate and free enough that memory which was let go is used for something else."""
    for size in (10, 100, 1000, 10_000):
        for _ in range(20):
            numpypy.zeros(size).fill(-1.0)
            bytearray(b"-" * size)


# ---- foreign memory ----------------------------------------------------------------------------


def test_over_a_mmap(collect):
    mapped = mmap.mmap(-1, 4096)
    array = numpypy.frombuffer(mapped, "i4")
    array[3] = 7
    assert mapped[12:16] == b"\x07\0\0\0"
    mapped[0] = 5
    assert array[0] == 5 and array.flags.writeable
    part = array[1:][::-1]
    del array
    collect()
    with pytest.raises(BufferError):
        mapped.close()
    assert part[-3] == 7
    del part
    collect()
    mapped.close()


def test_over_a_file(tmp_path, collect):
    path = tmp_path / "numbers"
    path.write_bytes(b"\0" * 80)
    mapped = numpypy.memmap(str(path), dtype="f8", mode="r+")
    array = numpypy.asarray(mapped)
    assert type(array) is numpypy.ndarray
    array[2] = 1.5
    assert mapped[2] == 1.5
    mapped.flush()
    assert numpypy.fromfile(str(path))[2] == 1.5
    del mapped
    collect()
    array[9] = 2.5
    assert array.sum() == 4.0
    only = numpypy.asarray(numpypy.memmap(str(path), dtype="f8", mode="r"))
    assert not only.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        only[0] = 1.0


def test_over_memory_of_cffi(collect):
    cffi = pytest.importorskip("cffi")
    ffi = cffi.FFI()
    data = ffi.new("double[1000]")
    there = int(ffi.cast("intptr_t", data))
    array = numpypy.frombuffer(ffi.buffer(data))
    assert address(array) == there
    array[2] = 4.5
    assert data[2] == 4.5
    data[3] = 2.5
    assert array[3] == 2.5
    part = array[2:]
    del data, array
    for _ in range(3):
        collect()
        churn()
    assert part[0] == 4.5 and part.sum() == 7.0


def test_cffi_over_memory_of_numpypy():
    cffi = pytest.importorskip("cffi")
    ffi = cffi.FFI()
    array = numpypy.zeros(3)
    inside = ffi.from_buffer("double[]", array)
    assert int(ffi.cast("intptr_t", inside)) == address(array) == array.ctypes.data
    inside[1] = 8.0
    assert array[1] == 8.0


def test_over_memory_of_ctypes(collect):
    numbers = (ctypes.c_double * 4)(1, 2, 3, 4)
    array = numpypy.frombuffer(numbers)
    assert address(array) == ctypes.addressof(numbers)
    array[0] = 9.0
    assert numbers[0] == 9.0
    del numbers
    collect()
    churn()
    assert array.tolist() == [9.0, 2.0, 3.0, 4.0]


def test_over_memory_of_cpythons_ctypes(define, collect):
    names = define("""
        import ctypes
        def numbers():
            return (ctypes.c_double * 1000)(1, 2, 3, 4)
        address = ctypes.addressof
    """)
    numbers = names["numbers"]()
    array = numpypy.asarray(numbers)
    assert type(array) is numpypy.ndarray and address(array) == names["address"](numbers)
    array[5] = 2.0
    assert numbers[5] == 2.0
    part = array[:6]
    del numbers, array
    for _ in range(3):
        collect()
        churn()
    assert part.tolist() == [1.0, 2.0, 3.0, 4.0, 0.0, 2.0]


@pytest.mark.parametrize("shape, strides", [((4, 2), (0, 8)), ((3,), (-8,)), ((2, 2), (8, 8)),
                                            ((), ()), ((0, 3), (24, 8))])
def test_strides_of_ones_own(np, define, shape, strides):
    look = define("""
        def look(a):
            return a.__array_interface__["data"][0], a.shape, a.strides
    """)["look"]
    array = numpypy.zeros(6)
    array[...] = numpypy.arange(6.0)
    start = array[2:] if -8 in strides else array
    view = numpypy.lib.stride_tricks.as_strided(start, shape, strides)
    assert type(view) is numpypy.ndarray and view.shape == shape
    there, there_shape, there_strides = look(view)
    assert (there, there_shape) == (address(view), shape)
    if view.size:
        assert there_strides == view.strides == strides and there == address(start)
    assert view.tolist() == cpyembed.to_python(np.asarray(view).tolist())


# ---- overlapping views -------------------------------------------------------------------------


def of_pypy():
    array = numpypy.zeros(6)
    array[...] = numpypy.arange(6.0)
    return array, array[:-1], array[1:], array[::-1]


def of_numpy():
    array = cpyembed.eval("__import__('numpy').arange(6.0)")
    return (array, *cpyembed.eval("lambda a: (a[:-1], a[1:], a[::-1])")(array))


def mixed():
    array = numpypy.zeros(6)
    array[...] = numpypy.arange(6.0)
    return (array, array[:-1], *cpyembed.eval("lambda a: (a[1:], a[::-1])")(array))


MOVES = [
    (lambda whole, left, right, back: right.__setitem__(slice(None), left), [0, 0, 1, 2, 3, 4]),
    (lambda whole, left, right, back: left.__setitem__(..., right), [1, 2, 3, 4, 5, 5]),
    (lambda whole, left, right, back: right.__iadd__(left), [0, 1, 3, 5, 7, 9]),
    (lambda whole, left, right, back: left.__isub__(right), [-1, -1, -1, -1, -1, 5]),
    (lambda whole, left, right, back: whole.__setitem__(slice(None), back), [5, 4, 3, 2, 1, 0]),
    (lambda whole, left, right, back: whole.__imul__(back), [0, 4, 6, 6, 4, 0]),
    (lambda whole, left, right, back: numpypy.add(left, right, out=right), [0, 1, 3, 5, 7, 9]),
    (lambda whole, left, right, back: numpypy.copyto(right, left), [0, 0, 1, 2, 3, 4]),
]


@pytest.mark.parametrize("views", [of_pypy, of_numpy, mixed])
@pytest.mark.parametrize("move, expected", MOVES)
def test_overlapping_views(views, move, expected):
    arrays = [numpypy.asarray(array) for array in views()]
    move(*arrays)
    assert arrays[0].tolist() == expected


# ---- NumPy's protocols -------------------------------------------------------------------------


class Shown:
    """Shows an array's memory by __array_interface__."""

    def __init__(self, array):
        self.array = array

    @property
    def __array_interface__(self):
        return self.array.__array_interface__


class Converted:
    """Becomes an array by __array__."""

    def __init__(self, array):
        self.array = array
        self.asked = []

    def __array__(self, dtype=None, copy=None):
        self.asked.append((dtype, copy))
        return self.array if dtype is None else self.array.astype(dtype)


@pytest.mark.parametrize("index", [slice(None), slice(None, None, -2), (slice(1), 0)], ids=str)
def test_array_interface_of_pypy_objects(np, index, collect):
    array = numpypy.zeros((4, 3))[index]
    for made in (numpypy.asarray(Shown(array)), np.asarray(Shown(array))):
        assert address(made) == address(array)
        assert made.shape == (1,) or made.strides == array.strides      # those of one do not matter
        made[0] = 3.0
        assert array.flat[0] == 3.0
        array[...] = 0.0
    array.flags.writeable = False
    made = numpypy.asarray(Shown(array))
    assert not made.flags.writeable
    del array
    collect()
    churn()
    assert made.sum() == 0.0


def test_array_interface_of_cpython_objects(define):
    shown = define("""
        import numpy
        class Shown:
            def __init__(self, array):
                self.array = array
                self.__array_interface__ = array.__array_interface__
    """)["Shown"]
    array = numpypy.arange(4.0)
    made = numpypy.asarray(shown(array))
    assert type(made) is numpypy.ndarray and address(made) == address(array)
    made[1] = 9.0
    assert array[1] == 9.0


def test_array_method_of_pypy_objects(np):
    array = numpypy.zeros((2, 3))
    wrapped = Converted(array)
    for made in (numpypy.asarray(wrapped), np.asarray(wrapped)):
        assert address(made) == address(array)
    assert wrapped.asked and numpypy.asarray(wrapped, "f4").dtype == numpypy.float32
    array[0, 0] = 2.0
    assert numpypy.add(array, wrapped)[0, 0] == 4.0
    assert (array + wrapped)[0, 0] == 4.0 and numpypy.sum(wrapped) == 2.0


def test_array_method_of_cpython_objects(define):
    converted = define("""
        class Converted:
            def __init__(self, array):
                self.array = array
            def __array__(self, dtype=None, copy=None):
                return self.array
    """)["Converted"]
    array = numpypy.zeros(3)
    made = numpypy.asarray(converted(array))
    assert type(made) is numpypy.ndarray and address(made) == address(array)


class Answers:
    """Answers for functions of elements, and for others."""

    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        return "ufunc", ufunc, method, inputs, keywords

    def __array_function__(self, function, types, args, keywords):
        return "function", function, types, args, keywords


@pytest.mark.parametrize("size", [2, 1000])
def test_array_ufunc(size):
    array, other = numpypy.ones(size), Answers()
    for kind, ufunc, method, inputs, keywords in (numpypy.add(array, other), array + other):
        assert (kind, method, keywords) == ("ufunc", "__call__", {})
        assert ufunc == numpypy.add and numpypy.add == ufunc and ufunc != numpypy.sin
        assert {numpypy.add: 1}[ufunc] == 1
        assert inputs[0] is array or address(inputs[0]) == address(array)
        assert type(inputs[0]) is numpypy.ndarray and inputs[1] is other
    assert numpypy.multiply.reduce(other)[2] == "reduce"
    assert numpypy.sin(other, out=array)[4]["out"][0].tolist() == array.tolist()


def test_array_function():
    array, other = numpypy.ones(3), Answers()
    kind, function, types, args, keywords = numpypy.concatenate([other, array], axis=0)
    assert kind == "function" and {numpypy.concatenate: 1}[function] == 1
    assert sorted(str(cls.__name__) for cls in types) == ["Answers", "ndarray"]
    assert args[0][0] is other and keywords == {"axis": 0}
    assert numpypy.linalg.norm(other)[1] == numpypy.linalg.norm


def test_one_that_wants_no_arithmetic():
    class Not:
        __array_ufunc__ = None

        def __radd__(self, other):
            return "mine"
    assert numpypy.ones(2) + Not() == "mine" and numpypy.ones(1000) + Not() == "mine"
    with pytest.raises(TypeError):
        numpypy.ones(2) - Not()


def test_array_ufunc_of_cpython_objects(define):
    answers = define("""
        import numpy
        class Answers:
            def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
                return ufunc is numpy.multiply, type(inputs[0]) is numpy.ndarray
    """)["Answers"]()
    assert numpypy.ones(2) * answers == (True, True)
    assert numpypy.multiply(numpypy.ones(1000), answers) == (True, True)


# ---- subclasses --------------------------------------------------------------------------------


def test_matrix():
    array = numpypy.zeros((2, 2))
    array[...] = [[1.0, 2.0], [3.0, 4.0]]
    matrix = numpypy.asmatrix(array)
    assert (matrix * matrix).tolist() == [[7.0, 10.0], [15.0, 22.0]]
    assert address(matrix) == address(array)
    matrix[0, 0] = 5.0
    assert array[0, 0] == 5.0
    plain = numpypy.asarray(matrix)
    assert type(plain) is numpypy.ndarray and address(plain) == address(array)
    for mixed in (array + matrix, matrix + array, array @ matrix):
        assert isinstance(mixed, numpypy.matrix)
    assert (array * matrix).tolist() == (array @ array).tolist()
    assert matrix.I.shape == (2, 2) and matrix.A.tolist() == array.tolist()


def test_masked_arrays():
    array = numpypy.zeros(4)
    array[...] = numpypy.arange(4.0)
    masked = numpypy.ma.array(array, mask=[False, True, False, False], copy=False)
    assert address(masked.data) == address(array) and type(masked.data) is numpypy.ndarray
    assert masked.sum() == 5.0 and masked.filled(9.0).tolist() == [0.0, 9.0, 2.0, 3.0]
    masked[2] = 7.0
    assert array[2] == 7.0
    array[3] = -1.0
    assert masked[3] == -1.0 and masked[1] is numpypy.ma.masked
    total = array + masked
    assert isinstance(total, numpypy.ma.MaskedArray) and total.sum() == 12.0
    assert masked.mask.tolist() == [False, True, False, False]
    assert numpypy.ma.masked_less(array, 0.0).count() == 3


def test_a_subclass_written_in_pypy():
    class Named(numpypy.ndarray):
        name = "no name"
    array = numpypy.zeros((2, 3))
    named = array.view(Named)
    assert type(named) is Named and named.name == "no name" and address(named) == address(array)
    named[0, 0] = 4.0
    assert array[0, 0] == 4.0
    assert type(named.view(numpypy.ndarray)) is numpypy.ndarray
    assert type(array.view("i8", Named)) is Named and array.view(type=Named).dtype == "f8"
    assert cpyembed.Object(named).shape == (2, 3)


def test_read_only_both_ways(np):
    array = numpypy.zeros(3)
    there = cpyembed.Object(array)
    array.flags.writeable = False
    assert cpyembed.Object(array).flags.writeable is False
    for write in (lambda: array.__setitem__(0, 1.0),
                  lambda: cpyembed.Object(array).__setitem__(0, 1.0),
                  lambda: np.copyto(array, 1.0)):
        with pytest.raises(ValueError, match="read-only"):
            write()
    there[0] = 2.0                      # made before, and may
    assert array[0] == 2.0
    array.flags.writeable = True
    array[0] = 3.0
    assert there[0] == 3.0

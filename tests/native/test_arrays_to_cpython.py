"""numpypy arrays in CPython: the same memory, dtype, shape and strides."""

import pytest
from _numpypy import multiarray as micronumpy
from arrays_in_memory import address

import cpyembed
import numpypy

DTYPES = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64",
          "float16", "float32", "float64", "complex64", "complex128"]


@pytest.fixture(autouse=True)
def objects():
    """ndarrays stay Objects here."""
    before = cpyembed._arrays_arrive(False)
    yield
    cpyembed._arrays_arrive(before, before, before)


@pytest.fixture(scope="module")
def look(np, define):
    """`look(array)`: what CPython sees, (class, address, shape, strides, dtype, values)."""
    return define("""
        import numpy
        def look(a):
            return (type(a) is numpy.ndarray, a.ctypes.data, a.shape, a.strides, a.dtype.str,
                    a.tolist())
    """)["look"]


@pytest.mark.parametrize("name", DTYPES)
def test_every_numeric_dtype_on_the_same_memory(np, look, name):
    array = micronumpy.array([0, 1, 2, 100], dtype=name)
    is_ndarray, where, shape, strides, dtype, _ = look(array)
    assert is_ndarray
    assert where == address(array)
    assert shape == (4,) and strides == (array.itemsize,)
    assert dtype == np.dtype(name).str
    # What is beyond Python's own numbers, an Object, is compared in CPython.
    expected = np.array(cpyembed.eval("[0, 1, 2, 100]"), dtype=name)
    assert np.array_equal(array, expected)


def test_dtype_int_is_c_long(np, look):
    assert look(micronumpy.arange(3, dtype=int))[4] == "<i8"
    for array in (micronumpy.array([1, 2]), micronumpy.array([1], dtype="q")):
        assert np.asarray(array).dtype.num == np.dtype("int64").num


@pytest.mark.parametrize("name", [">i4", "<i4", ">f8", ">c16", ">u2"])
def test_both_byte_orders(np, look, name):
    array = micronumpy.array([1, 2, 300], dtype=name)
    _, where, _, _, dtype, values = look(array)
    assert (where, dtype) == (address(array), name)
    assert list(values) == [1, 2, 300]


@pytest.mark.parametrize("index", [
    slice(None), slice(2, 7), slice(None, None, 2), slice(None, None, -1), slice(8, 2, -3),
    slice(4, 4)], ids=str)
def test_slices_of_one_dimension(look, index):
    array = micronumpy.arange(10, dtype=float)[index]
    _, where, shape, strides, _, values = look(array)
    assert shape == array.shape
    assert where == address(array)
    assert list(values) == [array[i] for i in range(len(array))]
    assert len(array) < 2 or strides == ((index.step or 1) * 8,)


def test_two_and_three_dimensions_transposed_and_cut(np, look):
    array = micronumpy.arange(24).reshape((2, 3, 4))
    for view in (array, array.T, array[1], array[:, 1], array[:, ::-1, ::2], array[..., 3],
                 array[::-1].T):
        _, where, shape, strides, _, values = look(view)
        assert (where, shape, strides) == (address(view), view.shape, view.strides)
        assert cpyembed.to_python(values) == view.tolist()


@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 3), (2, 0, 5)])
def test_empty_arrays(look, shape):
    is_ndarray, _, there, _, dtype, values = look(micronumpy.zeros(shape))
    assert is_ndarray and there == shape and dtype == "<f8"


def test_no_dimensions(look):
    array = micronumpy.zeros(())
    array[()] = 2.5
    is_ndarray, where, shape, strides, _, value = look(array)
    assert is_ndarray and (where, shape, strides, value) == (address(array), (), (), 2.5)


def test_writes_are_seen_on_both_sides(np, define):
    write = define("""
        def write(a, i, value):
            a[i] = value
        def read(a, i):
            return a[i].item()
    """)
    array = micronumpy.zeros(5)
    there = cpyembed.Object(array)
    array[1] = 1.5
    assert write["read"](there, 1) == 1.5
    write["write"](there, 2, 2.5)
    assert array[2] == 2.5
    write["write"](array[::-1], 0, 9.0)
    assert array[4] == 9.0 and there[4] == 9.0
    np.add(array, 1.0, out=array)
    assert [array[i] for i in range(5)] == [1.0, 2.5, 3.5, 1.0, 10.0]


def test_an_array_that_is_read_only_here_is_read_only_there(np):
    array = numpypy.asarray(cpyembed.Object(b"abcd"))
    assert not array.flags["WRITEABLE"]
    assert cpyembed.Object(array).flags.writeable is False
    assert cpyembed.Object(micronumpy.zeros(3)).flags.writeable is True


@pytest.mark.parametrize("values, dtype", [(["a", "bc"], None), ([(1, 2.0)], [("a", int),
                                                                             ("b", float)]),
                                           ([1.0], "longdouble"), ([1j], "clongdouble")])
def test_what_numpypy_has_and_this_engine_cannot_hand_over_is_refused_by_name(np, values, dtype):
    array = micronumpy.array(values) if dtype is None else micronumpy.array(values, dtype=dtype)
    with pytest.raises(TypeError, match="dtype"):
        np.asarray(array)


def test_results_of_numpy_with_numpypy_arguments(np):
    a = micronumpy.arange(100, dtype=float)
    assert float(np.sum(a)) == 4950.0
    assert float(np.dot(a, a)) == 328350.0
    assert numpypy.asarray(np.sin(a))[1] == pytest.approx(0.8414709848078965, rel=1e-15)


def test_the_same_array_twice_in_one_call_shares_memory(define):
    same = define("def same(a, b): return a.ctypes.data == b.ctypes.data")["same"]
    array = micronumpy.arange(4)
    assert same(array, array)


def test_numpypy_scalars_are_numpy_scalars(np, define):
    kind = define("def kind(x): return type(x).__name__, x.item() if hasattr(x, 'item') else x")
    for name in ("int8", "int16", "uint32", "uint64", "float32", "float64", "complex128"):
        scalar = micronumpy.array([7], dtype=name)[0]
        assert kind["kind"](scalar) == (name, 7)
    assert kind["kind"](micronumpy.array([True])[0])[1] is True

"""Memory of CPython as numpypy arrays."""

import pytest
from arrays_in_memory import address

import cpyembed
import numpypy

DTYPES = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64",
          "float16", "float32", "float64", "complex64", "complex128"]


@pytest.fixture(autouse=True)
def objects():
    """ndarrays stay Objects here, for `asarray` to make arrays of."""
    before = cpyembed._arrays_arrive(False)
    yield
    cpyembed._arrays_arrive(before, before, before)


@pytest.mark.parametrize("name", DTYPES)
def test_every_numeric_dtype_on_the_same_memory(np, name):
    original = np.array(cpyembed.eval("[0, 1, 2, 100]"), dtype=name)
    array = numpypy.asarray(original)
    assert isinstance(array, numpypy.ndarray)
    assert address(array) == original.ctypes.data
    assert array.dtype == numpypy.dtype(name)
    assert array.shape == (4,)
    assert np.array_equal(array, original)
    assert [bool(array[i]) for i in range(4)] == [False, True, True, True]
    assert array[1] == 1


@pytest.mark.parametrize("name", [">i4", ">f8", ">c16", ">u2", "<i4"])
def test_both_byte_orders(np, name):
    array = numpypy.asarray(np.array(cpyembed.eval("[1, 2, 300]"), dtype=name))
    assert [array[i] for i in range(3)] == [1, 2, 300]
    array[0] = 258
    assert array[0] == 258


VIEWS = [
    "numpy.arange(10.0)", "numpy.arange(10.0)[2:7]", "numpy.arange(10.0)[::2]",
    "numpy.arange(10.0)[::-1]", "numpy.arange(12).reshape(3, 4)",
    "numpy.arange(12).reshape(3, 4).T", "numpy.arange(12).reshape(3, 4)[:, 1]",
    "numpy.arange(12).reshape(3, 4)[::-1, ::-2]", "numpy.arange(24).reshape(2, 3, 4)[1, :, 2:]",
    "numpy.asfortranarray(numpy.arange(6.0).reshape(2, 3))",
    "numpy.broadcast_to(numpy.arange(3), (4, 3))", "numpy.broadcast_to(numpy.array(7), (2, 2))",
]


@pytest.fixture(scope="module")
def made(np):
    """`made(expression)`: its value in CPython."""
    return lambda expression: cpyembed.eval(expression, {"numpy": np})


@pytest.mark.parametrize("expression", VIEWS)
def test_shape_strides_and_values_of_views(made, expression):
    original = made(expression)
    array = numpypy.asarray(original)
    assert array.shape == original.shape
    assert array.strides == original.strides
    assert address(array) == original.ctypes.data
    assert array.tolist() == cpyembed.to_python(original.tolist())


@pytest.mark.parametrize("expression", VIEWS)
def test_what_numpypy_computes_from_views(np, made, expression):
    original = made(expression)
    array = numpypy.asarray(original)
    flat = cpyembed.to_python(original.ravel().tolist())
    assert array.sum() == original.sum().item()
    assert (array + array).tolist() == cpyembed.to_python((original + original).tolist())
    assert array.copy().tolist() == array.tolist()
    assert array.flatten().tolist() == flat
    assert array.reshape((array.size,)).tolist() == flat
    assert [x for x in array.flat] == flat
    assert array.T.tolist() == cpyembed.to_python(original.T.tolist())
    assert np.array_equal(array, original)


@pytest.mark.parametrize("expression", VIEWS)
def test_flags_and_interface_of_views(made, expression):
    original = made(expression)
    array = numpypy.asarray(original)
    assert array.flags["C_CONTIGUOUS"] == original.flags.c_contiguous
    assert array.flags["WRITEABLE"] == original.flags.writeable
    strides = array.__array_interface__["strides"]
    assert original.flags.c_contiguous or strides == original.strides


def test_filling_a_view_leaves_the_elements_between(np):
    original = np.zeros(10)
    numpypy.asarray(original[::2]).fill(1.0)
    assert cpyembed.to_python(original.tolist()) == [1.0, 0.0] * 5


def test_writes_are_seen_on_both_sides(np):
    original = np.zeros((3, 4))
    array = numpypy.asarray(original)
    array[1, 2] = 5.0
    assert original[1, 2].item() == 5.0
    original[2, 3] = 6.0
    assert array[2, 3] == 6.0
    array[:, 0] = 1.0
    assert original[:, 0].sum().item() == 3.0


def test_there_and_back_is_the_same_memory(np):
    array = numpypy.arange(6.0).reshape((2, 3))
    back = numpypy.asarray(np.asarray(array))
    assert address(back) == address(array)
    assert (back.shape, back.strides) == (array.shape, array.strides)
    original = np.arange(6.0)
    assert np.asarray(numpypy.asarray(original)).ctypes.data == original.ctypes.data
    assert np.shares_memory(original, numpypy.asarray(original)) is True


@pytest.mark.parametrize("expression", VIEWS)
def test_an_ndarray_goes_back_as_itself(made, expression):
    original = made(expression)
    array = numpypy.asarray(original)
    assert cpyembed.Object(array) is original
    assert cpyembed.Object(array[::1]) is original
    part = cpyembed.Object(array[1:])
    assert part is not original and part.shape == array[1:].shape
    assert cpyembed.Object(array.view("u8")) is not original


@pytest.mark.parametrize("name", DTYPES)
def test_one_of_any_dtype_goes_back_as_itself(np, name):
    original = np.zeros(3, name)
    assert cpyembed.Object(numpypy.asarray(original)) is original


@pytest.mark.parametrize("shape", ["(0,)", "(3, 0)", "(0, 4)", "()"])
def test_empty_and_no_dimensions(made, shape):
    array = numpypy.asarray(made("numpy.ones(%s)" % shape))
    assert str(array.shape) == shape
    assert array.size == (1 if shape == "()" else 0)
    assert shape != "()" or array[()] == 1.0


def test_read_only_memory_cannot_be_written(np):
    original = np.arange(3)
    original.flags.writeable = False
    array = numpypy.asarray(original)
    for view in (array, array[1:], array[::2], array.reshape((3, 1)), array.T):
        assert not view.flags["WRITEABLE"]
        for write in (lambda: view.fill(1), lambda: view.sort(), lambda: view.put([0], [1]),
                      lambda: view.__setitem__(0, 1), lambda: view.__setitem__(slice(None), 1),
                      lambda: view.__setitem__([0], 1), lambda: view.__setitem__(view >= 0, 1),
                      lambda: view.__iadd__(1), lambda: numpypy.add(view, view, out=view),
                      lambda: view.flat.__setitem__(0, 1), lambda: setattr(view, "flat", 1)):
            with pytest.raises(ValueError, match="read-only"):
                write()
    assert cpyembed.to_python(original.tolist()) == [0, 1, 2]


def test_an_array_can_be_made_read_only_here(np):
    original = np.arange(3)
    array = numpypy.asarray(original)
    array.setflags(write=False)
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1
    assert np.asarray(array).flags.writeable is False
    array.setflags(write=True)
    array[0] = 1
    assert original[0].item() == 1


def test_read_only_memory_cannot_be_made_writeable(np):
    original = np.arange(3)
    original.flags.writeable = False
    with pytest.raises(ValueError, match="WRITEABLE"):
        numpypy.asarray(original).setflags(write=True)


@pytest.mark.parametrize("expression, values", [
    ("bytearray(b'abc')", [97, 98, 99]), ("__import__('array').array('d', [1.5, 2.5])",
                                          [1.5, 2.5]),
    ("memoryview(b'xyz')", [120, 121, 122]),
    ("__import__('ctypes').c_int * 3", None)])
def test_other_buffers(expression, values):
    original = cpyembed.eval(expression)
    if values is None:
        original = original(1, 2, 3)
        values = [1, 2, 3]
    assert numpypy.asarray(original).tolist() == values
    assert cpyembed.asarray(original).tolist() == values


def test_a_resizable_owner_is_locked_while_a_view_lives(collect):
    original = cpyembed.eval("bytearray(b'abc')")
    view = numpypy.asarray(original)
    with pytest.raises(BufferError):
        original.append(1)
    del view
    collect()
    original.append(1)
    assert len(original) == 4


@pytest.mark.parametrize("expression, named", [
    ("numpy.array(['2011-12-01'], dtype='M8[D]')", "datetime64"),
    ("numpy.array(['a', 'bc'])", "U2|w"),
    ("numpy.array([(1, 2.0)], dtype=[('a', 'i4'), ('b', 'f8')])", "a.*b"),
    ("numpy.array([None, 1], dtype=object)", "object|O"),
    ("numpy.ones(2, 'longdouble')", "longdouble|float128"),
    ("numpy.ones(2, 'clongdouble')", "clongdouble|complex256")])
def test_dtypes_that_numpypy_has_not_are_refused_by_name(made, expression, named):
    with pytest.raises(TypeError, match=named):
        cpyembed.asarray(made(expression))


def test_what_has_no_buffer_is_refused():
    with pytest.raises(TypeError):
        cpyembed.asarray(cpyembed.eval("object()"))
    with pytest.raises(TypeError):
        cpyembed.asarray(3)


def test_more_dimensions_than_numpypy_has(np):
    with pytest.raises(TypeError, match="dimensions"):
        cpyembed.asarray(np.zeros((1,) * 40))

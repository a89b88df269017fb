"""Columns of pandas and of Arrow as numpypy arrays: the same memory, read-only where theirs is."""

import pytest
from arrays_in_memory import address, counted
from both_sides import library

import cpyembed
import numpypy


@pytest.fixture(scope="module")
def pandas(np):
    """pandas; the test is skipped where there is none."""
    return library("pandas")


@pytest.fixture(scope="module")
def arrow(np):
    """pyarrow; the test is skipped where there is none."""
    return library("pyarrow")


@pytest.fixture(scope="module")
def where(define):
    """`where(series)`: where a series' first element lies, as CPython sees it (int)."""
    return define("""
        def where(series):
            return series.to_numpy().__array_interface__["data"][0]
    """)["where"]


WRITES = {
    "an element": lambda a: a.__setitem__(0, 1), "a slice": lambda a: a.__setitem__(slice(1), 1),
    "a list": lambda a: a.__setitem__([0], 1), "a mask": lambda a: a.__setitem__(a > 0, 1),
    "in place": lambda a: a.__iadd__(1), "fill": lambda a: a.fill(1), "sort": lambda a: a.sort(),
    "out": lambda a: numpypy.add(a, 1, out=a), "put": lambda a: a.put([0], [1]),
    "flat": lambda a: a.flat.__setitem__(0, 1), "copyto": lambda a: numpypy.copyto(a, 1),
    "the flag": lambda a: a.setflags(write=True),
    "the flag of a view": lambda a: a[::2].setflags(write=True),
    "a view of it": lambda a: a[::2].__setitem__(0, 1),
}


def refuses(array):
    """Whether every way of writing is refused, on both sides, and nothing has changed."""
    before = array.tolist()
    for name, write in WRITES.items():
        with pytest.raises(ValueError, match="read-only|WRITEABLE"):
            write(array)
            pytest.fail("%s was written" % name)
    there = cpyembed.Object(array)
    assert there.flags.writeable is False
    with pytest.raises(ValueError, match="read-only"):
        there[0] = 1
    with pytest.raises(TypeError, match="read-only"):
        memoryview(array)[0] = array[0].item()
    return array.tolist() == before


COLUMNS = {
    "asarray": lambda frame: numpypy.asarray(frame["x"]),
    "to_numpy": lambda frame: frame["x"].to_numpy(),
    "values": lambda frame: frame["x"].values,
    "of a frame": lambda frame: frame[["x"]].to_numpy()[:, 0],
}


@pytest.mark.parametrize("take", COLUMNS.values(), ids=list(COLUMNS))
@pytest.mark.parametrize("dtype", ["float64", "int64", "int32", "float32", "bool"])
def test_a_column_of_pandas(pandas, where, take, dtype):
    frame = pandas.DataFrame({"x": cpyembed.import_module("numpy").arange(5).astype(dtype)})
    column = take(frame)
    assert type(column) is numpypy.ndarray and column.dtype == numpypy.dtype(dtype)
    assert address(column) == where(frame["x"])
    assert column.tolist() == cpyembed.to_python(frame["x"].tolist())
    assert column.flags.writeable == frame["x"].to_numpy().flags.writeable


def test_a_column_that_pandas_protects_cannot_be_written(pandas):
    frame = pandas.DataFrame({"x": [3.0, 1.0, 2.0]})
    column = numpypy.asarray(frame["x"])
    if column.flags.writeable:
        pytest.skip("pandas before copy on write")
    assert refuses(column)


def test_a_column_lives_without_its_frame(pandas, collect):
    column = numpypy.asarray(pandas.DataFrame({"x": counted(100_000)})["x"])
    for _ in range(3):
        collect()
        numpypy.zeros(100_000).fill(-1.0)
    assert column.sum() == 4_999_950_000.0


def test_a_series_on_the_memory_of_numpypy(pandas, where, collect):
    array = counted(4)
    series = pandas.Series(array, copy=False)
    assert where(series) == address(array)
    array[0] = 7.0
    assert float(series.iloc[0]) == 7.0
    del array
    collect()
    numpypy.zeros(4).fill(-1.0)
    assert float(series.sum()) == 13.0
    copied = pandas.Series(counted(4), copy=True)
    assert float(copied.mean()) == 1.5


def test_columns_that_are_no_numbers_stay_pandas_or_numpys(pandas):
    frame = pandas.DataFrame({"s": list("abc"), "t": pandas.to_datetime(["2011-12-01"] * 3)})
    assert numpypy.asarray(frame["t"]).dtype.kind == "M"
    assert numpypy.asarray(frame["s"]).tolist() == ["a", "b", "c"]


@pytest.mark.parametrize("values", [[1.0, 2.5, -3.0], [1, 2, 3]], ids=["double", "int64"])
def test_an_arrow_array_without_a_copy(arrow, values, collect):
    column = arrow.array(values)
    there = column.buffers()[1].address
    for array in (column.to_numpy(zero_copy_only=True), numpypy.asarray(column),
                  numpypy.from_dlpack(column)):
        assert type(array) is numpypy.ndarray and address(array) == there
        assert refuses(array)
    del column
    collect()
    assert array.tolist() == values


def test_a_column_of_an_arrow_table(arrow):
    column = arrow.array([1.0, 2.0, 3.0])
    table = arrow.table({"x": column})
    assert address(numpypy.asarray(table["x"].chunk(0))) == column.buffers()[1].address
    combined = table["x"].combine_chunks()
    array = numpypy.asarray(combined)
    assert address(array) == combined.buffers()[1].address and refuses(array)
    part = numpypy.asarray(column.slice(1))
    assert address(part) == column.buffers()[1].address + 8 and part.tolist() == [2.0, 3.0]


def test_arrow_says_when_it_must_copy(arrow):
    column = arrow.array([1, None, 3])
    with pytest.raises(ValueError, match="nulls"):
        column.to_numpy(zero_copy_only=True)
    copied = column.to_numpy(zero_copy_only=False)
    assert copied[0] == 1.0 and copied[1] != copied[1] and copied.flags.writeable


def test_arrow_on_the_memory_of_numpypy(arrow, collect):
    array = counted(1000)
    column = arrow.array(array)
    assert column.buffers()[1].address == address(array)
    buffer = arrow.py_buffer(array)
    assert (buffer.address, buffer.size) == (address(array), 8000)
    del array
    for _ in range(3):
        collect()
        numpypy.zeros(1000).fill(-1.0)
    assert column.sum().as_py() == 499_500.0
    assert numpypy.frombuffer(buffer).sum() == 499_500.0
    assert arrow.array(numpypy.arange(6.0)[::2]).to_pylist() == [0.0, 2.0, 4.0]


def test_pandas_on_arrow(pandas, arrow):
    series = pandas.Series([1.5, 2.5], dtype="float64[pyarrow]")
    array = series.to_numpy()
    assert numpypy.asarray(array).tolist() == [1.5, 2.5]
    frame = arrow.table({"x": numpypy.arange(3.0)}).to_pandas()
    assert numpypy.asarray(frame["x"]).tolist() == [0.0, 1.0, 2.0]

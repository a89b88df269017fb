"""DLPack, both ways: the memory of numpypy, NumPy, Arrow and PyTorch under each other's arrays.

PyTorch's tests run where the CPython of the run has it.
"""

import gc

import pytest
from arrays_in_memory import address, counted
from both_sides import library

import cpyembed
import numpypy

NUMBERS = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64",
           "float16", "float32", "float64", "complex64", "complex128"]


@pytest.fixture(scope="module")
def torch(np):
    """PyTorch; the test is skipped where there is none."""
    return library("torch")


def churn():
    """Allocate and free enough that memory which was let go is used for something else."""
    for size in (10, 1000, 100_000):
        for _ in range(20):
            numpypy.zeros(size).fill(-1.0)
    cpyembed.eval("[__import__('numpy').full(n, -1.0) for n in (10, 1000, 100000)] * 3")


@pytest.mark.parametrize("name", NUMBERS)
def test_numpys_from_dlpack_of_a_numpypy_array(np, define, name):
    look = define("""
        import numpy
        def look(x):
            made = numpy.from_dlpack(x)
            return made.ctypes.data, made.shape, made.strides, made.dtype.str
    """)["look"]
    array = numpypy.ones((3, 4), name)[:, ::-2]
    there, shape, strides, dtype = look(array)
    assert (there, shape, strides, dtype) == (address(array), (3, 2), array.strides,
                                              array.dtype.str)


def test_from_dlpack_of_a_numpypy_array():
    array = numpypy.arange(6.0).reshape(2, 3)
    again = numpypy.from_dlpack(array)
    assert type(again) is numpypy.ndarray and address(again) == address(array)
    again[1, 2] = 9.0
    assert array[1, 2] == 9.0
    assert array.__dlpack_device__() == (1, 0)
    copied = numpypy.from_dlpack(array, copy=True)
    assert address(copied) != address(array) and copied.tolist() == array.tolist()


def test_an_object_of_pypy_that_has_the_protocol():
    class Shared:
        def __init__(self, array):
            self.array = array

        def __dlpack__(self, **keywords):
            return self.array.__dlpack__(**keywords)

        def __dlpack_device__(self):
            return self.array.__dlpack_device__()
    array = numpypy.arange(4)
    found = numpypy.from_dlpack(Shared(array))
    assert address(found) == address(array) and found.dtype == array.dtype


@pytest.mark.parametrize("array", [numpypy.zeros(2, ">f8"), numpypy.zeros(2, "M8[s]")])
def test_what_dlpack_cannot_say_is_a_buffer_error(array):
    with pytest.raises(BufferError, match="DLPack"):
        array.__dlpack__()


def test_a_read_only_array_stays_read_only():
    array = numpypy.arange(3.0)
    array.flags.writeable = False
    found = numpypy.from_dlpack(array)
    assert not found.flags.writeable
    with pytest.raises(ValueError):
        found[0] = 1.0


def test_the_capsule_keeps_the_memory(collect):
    class Once:
        """Hands the capsule over that it was made with."""

        def __init__(self, array):
            self.capsule = array.__dlpack__()
            self.device = array.__dlpack_device__()

        def __dlpack__(self, **keywords):
            return self.capsule

        def __dlpack_device__(self):
            return self.device
    once = Once(counted(1000))
    for _ in range(3):
        collect()
        churn()
    assert numpypy.from_dlpack(once).tolist() == [float(i) for i in range(1000)]


def resident():
    """The memory of this process, in bytes."""
    with open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * 4096


def test_capsules_and_what_is_made_of_them_let_go(collect):
    def turn():
        array = numpypy.zeros(1_000_000)
        array.fill(3.0)
        array.__dlpack__()                      # one that nobody takes
        assert numpypy.from_dlpack(array)[::-1][5] == 3.0
    turn()
    collect()
    before = resident()
    for _ in range(25):                         # 200 MB in all
        turn()
        collect()
    assert resident() - before < 100_000_000


def test_the_array_keeps_what_it_was_made_of(collect):
    found = numpypy.from_dlpack(counted(1000))[10:]
    for _ in range(3):
        collect()
        churn()
    assert found.tolist() == [float(i) for i in range(10, 1000)]


def test_an_arrow_array(np, collect):
    arrow = library("pyarrow")
    column = arrow.array([1.0, 2.0, 3.0])
    array = numpypy.from_dlpack(column)
    assert address(array) == column.buffers()[1].address
    assert not array.flags.writeable
    del column
    collect()
    churn()
    assert array.tolist() == [1.0, 2.0, 3.0]


# ---- PyTorch -----------------------------------------------------------------------------------


@pytest.mark.parametrize("take", ["from_dlpack", "asarray", "numpy"])
def test_a_tensor_as_a_numpypy_array(torch, take):
    tensor = torch.arange(6.0).reshape(2, 3)
    array = tensor.numpy() if take == "numpy" else getattr(numpypy, take)(tensor)
    assert type(array) is numpypy.ndarray and array.dtype == numpypy.float32
    assert (address(array), array.shape) == (tensor.data_ptr(), (2, 3))
    array[1, 2] = 50.0
    assert tensor[1, 2].item() == 50.0
    tensor[0, 0] = -1.0
    assert array[0, 0] == -1.0
    turned = numpypy.asarray(tensor.t()[1:])
    assert turned.strides == (4, 12) and turned[1, 1] == 50.0


@pytest.mark.parametrize("take", ["from_dlpack", "from_numpy", "as_tensor", "asarray"])
def test_a_numpypy_array_as_a_tensor(torch, take):
    array = numpypy.arange(6.0).reshape(2, 3)
    tensor = getattr(torch, take)(array)
    assert tensor.data_ptr() == address(array) and tuple(tensor.shape) == (2, 3)
    tensor[1, 2] = 50.0
    assert array[1, 2] == 50.0
    array[0, 0] = -1.0
    assert tensor[0, 0].item() == -1.0
    tensor.mul_(2)
    assert array.tolist() == [[-2.0, 2.0, 4.0], [6.0, 8.0, 100.0]]


def test_a_tensor_that_is_a_copy(torch):
    array = numpypy.arange(3.0)
    tensor = torch.tensor(array)
    tensor[0] = 7.0
    assert tensor.data_ptr() != address(array) and array[0] == 0.0


def test_there_and_back_is_the_same_memory(torch):
    array = numpypy.arange(5)
    again = numpypy.from_dlpack(torch.from_dlpack(array))
    assert address(again) == address(array)
    tensor = torch.arange(5)
    assert torch.from_numpy(numpypy.from_dlpack(tensor)).data_ptr() == tensor.data_ptr()


def test_a_tensor_keeps_the_memory_of_numpypy(torch, collect):
    tensor = torch.from_numpy(counted(100_000))
    other = torch.from_dlpack(counted(100_000))
    for _ in range(3):
        gc.collect()
        collect()
        churn()
    assert tensor.sum().item() == other.sum().item() == 4_999_950_000.0


@pytest.mark.parametrize("take", ["from_dlpack", "from_numpy"])
def test_a_tensor_lets_the_memory_of_numpypy_go(torch, collect, take):
    def turn():
        array = numpypy.zeros(1_000_000)
        array.fill(2.0)
        assert getattr(torch, take)(array).sum().item() == 2_000_000.0
    turn()
    collect()
    before = resident()
    for _ in range(25):                         # 200 MB in all
        turn()
        collect()
    assert resident() - before < 100_000_000


def test_numpypy_keeps_the_memory_of_a_tensor(torch, define, collect):
    watch = define("""
        import weakref
        def watch(x):
            watched = weakref.ref(x)
            return lambda: watched() is not None
    """)["watch"]
    tensor = torch.full((100_000,), 2.0, dtype=torch.float64)
    alive = watch(tensor)
    part = numpypy.from_dlpack(tensor)[10:20]
    other = numpypy.asarray(tensor)[::2]
    del tensor
    for _ in range(3):
        gc.collect()
        collect()
        churn()
    assert part.tolist() == [2.0] * 10 and other.sum() == 100_000.0
    del part, other
    collect()
    assert not alive()


def test_what_a_tensor_refuses(torch):
    with pytest.raises(RuntimeError, match="grad"):
        numpypy.asarray(torch.ones(3, requires_grad=True))
    with pytest.raises(TypeError, match="BFloat16"):
        numpypy.asarray(torch.ones(3, dtype=torch.bfloat16))
    with pytest.raises(ValueError, match="negative|stride"):
        torch.from_numpy(numpypy.arange(3)[::-1])

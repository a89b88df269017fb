"""The allocator that NumPy has in CPython (src/array_memory.c)."""

import pytest

import cpyembed


@pytest.fixture(scope="module")
def there(np, define):
    """CPython functions: starts(sizes), churn(turns) and resized(size)."""
    np.zeros(1)
    return define("""
        import random
        import numpy

        def starts(sizes):
            made = [make(n, "u1") for n in sizes for make in (numpy.empty, numpy.ones)]
            return [array.ctypes.data % 64 for array in made]

        def churn(turns):
            '''Arrays of all sizes that come and go, each filled with a number of its own.'''
            chosen = random.Random(7)
            alive = {}
            for turn in range(turns):
                size = int(2 ** chosen.uniform(0, 19))
                zeros = numpy.zeros(size, "u1")
                if zeros.any():
                    return "zeros are not"
                zeros[:] = turn % 251
                alive[turn] = zeros
                while len(alive) > 40:
                    at = chosen.choice(list(alive))
                    if (alive.pop(at) != at % 251).any():
                        return "written by another"
            return "right"

        def resized(size):
            array = numpy.arange(size)
            for length in (2 * size, 10, 3 * size, 0, size):
                array.resize(length, refcheck=False)
            return int(array.sum())
    """)


def test_arrays_start_with_a_line_of_the_cache(there):
    assert set(there["starts"]([1024, 1025, 8000, 80_000, 131_072, 1_000_000])) == {0}


def test_what_comes_and_goes_is_its_own(there):
    assert there["churn"](20_000) == "right"


@pytest.mark.parametrize("size", [3, 128, 1000, 20_000, 1_000_000])
def test_arrays_are_resized(there, size):
    assert there["resized"](size) == 0


def test_an_allocator_of_the_program_stays(succeeds):
    """It was there first."""
    assert succeeds("""
        import cpyembed
        names = cpyembed.builtins.dict()
        cpyembed.exec('''if True:
            import ctypes, numpy
            from numpy._core import multiarray
            table = ctypes.pythonapi.PyCapsule_GetPointer
            table.restype, table.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
            api = ctypes.cast(table(multiarray._ARRAY_API, None), ctypes.POINTER(ctypes.c_void_p))
            get = ctypes.PYFUNCTYPE(ctypes.py_object)(api[305])
            put = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object)(api[304])
            own = ctypes.create_string_buffer(
                ctypes.string_at(table(get(), b"mem_handler"), 168), 168)
            own[:4] = b"mine"
            make = ctypes.pythonapi.PyCapsule_New
            make.restype = ctypes.py_object
            make.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
            name = ctypes.c_char_p(b"mem_handler")
            put(make(ctypes.addressof(own), name, None))
        ''', names)
        np = cpyembed.import_module("numpy")
        cpyembed.raw(np.zeros)(3)
        print(cpyembed.eval("multiarray.get_handler_name()", names)[:4])
    """) == "mine\n"


def test_numpy_says_whose_it_is(there):
    name = cpyembed.import_module("numpy._core.multiarray").get_handler_name
    assert name() == "cpyembed"

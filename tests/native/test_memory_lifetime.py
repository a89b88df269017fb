"""Memory that either side lent to the other: it stays where it is, and it is given back."""

import array
import gc
import mmap

import pytest

import cpyembed


@pytest.fixture(scope="module")
def keeper(define):
    """CPython functions: keep(x), seen() -> bytes of the last one, address(), drop(), and
    drop_in_thread(), which lets go in a thread of CPython's own."""
    names = define("""
        import ctypes, threading
        kept = []
        def keep(x):
            kept.append(memoryview(x))
        def seen():
            return bytes(kept[-1])
        def address():
            return ctypes.addressof(ctypes.c_char.from_buffer(kept[-1]))
        def write(i, value):
            kept[-1][i] = value
        def drop():
            kept.clear()
        def drop_in_thread():
            thread = threading.Thread(target=drop)
            thread.start()
            thread.join()
    """)
    yield names
    names["drop"]()


def churn():
    """Allocate and free enough that memory which was let go is used for something else."""
    for size in (10, 1000, 100_000):
        for _ in range(50):
            bytearray(b"-" * size)
            array.array("B", b"-" * size)


def test_a_young_bytearray_stays_where_it_is(keeper):
    for size in (0, 1, 100, 10_000, 1_000_000):
        x = bytearray(b"x" * size)
        keeper["keep"](x)
        for _ in range(4):
            gc.collect()
            churn()
        if size:
            x[-1] = ord("y")
            assert keeper["seen"]() == b"x" * (size - 1) + b"y"
            keeper["write"](0, ord("z"))
            assert x[0] == ord("z")
        keeper["drop"]()
        x.append(1)
        assert len(x) == size + 1


def test_the_same_memory_each_time(keeper):
    x = bytearray(b"abc" * 100)
    seen = set()
    for _ in range(5):
        keeper["keep"](memoryview(x))
        seen.add(keeper["address"]())
        gc.collect()
    assert len(seen) == 1
    keeper["drop"]()


@pytest.mark.parametrize("grow", [
    lambda x: x.append(1), lambda x: x.extend(b"12345678"), lambda x: x.pop(),
    lambda x: x.__delitem__(0), lambda x: x.__imul__(2)])
@pytest.mark.parametrize("make", [
    lambda: bytearray(b"12345678"), lambda: array.array("b", b"12345678")],
    ids=["bytearray", "array"])
def test_views_are_counted_each(keeper, make, grow):
    x = make()
    keeper["keep"](x)
    keeper["keep"](memoryview(x)[2:])
    second = cpyembed.eval("lambda x: memoryview(x)")(x)
    keeper["drop"]()
    with pytest.raises(BufferError):
        grow(x)
    assert len(x) == 8
    second.release()
    grow(x)
    assert len(x) != 8


def test_memory_is_given_back_in_a_thread_of_cpython(keeper):
    x = mmap.mmap(-1, 4096)
    keeper["keep"](x)
    with pytest.raises(BufferError):
        x.close()
    keeper["drop_in_thread"]()
    x.close()


def test_a_refused_buffer_is_not_counted(define):
    hexlify = define("import binascii\nhexlify = binascii.hexlify")["hexlify"]
    x = bytearray(b"abcd")
    for _ in range(3):
        with pytest.raises(BufferError):
            hexlify(memoryview(x)[::2])
    x.append(1)
    assert hexlify(x) == b"6162636401"
    x.append(1)


def test_lending_does_not_grow(succeeds):
    assert succeeds("""
        import array, resource
        import cpyembed
        total = cpyembed.eval("lambda x: len(memoryview(x))")
        make = cpyembed.eval("lambda n: bytearray(n)")

        def work(n):
            for i in range(n):
                assert total(bytearray(100)) == 100
                assert total(memoryview(array.array("d", [1.0] * 10))[::2]) == 5
                x = make(100)
                assert len(bytes(x)) == 100 and memoryview(x)[1:].nbytes == 99
        def peak():
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        work(30_000)
        before = peak()
        work(60_000)
        print(peak() - before < 100_000)
    """) == "True\n"


def test_memory_lent_until_the_end(succeeds):
    assert succeeds("""
        import array, mmap
        import cpyembed
        names = {}
        cpyembed.exec("kept = []\\ndef keep(x): kept.append(memoryview(x))", names)
        keep = names["keep"]
        for x in (bytearray(10), array.array("d", [1.0]), mmap.mmap(-1, 4096), memoryview(b"abc")):
            keep(x)
        view = memoryview(cpyembed.eval("bytearray(b'abc')"))
        print(bytes(view))
    """) == "b'abc'\n"

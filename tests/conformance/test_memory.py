"""Section 5: memory across, without a byte copied."""

import array
import io
import mmap
import struct

import pytest

import cpyembed


@pytest.fixture(scope="module")
def address():
    """The address that CPython sees of a buffer."""
    names = {}
    cpyembed.exec("""if 1:
        import ctypes
        def address(x):
            return ctypes.addressof(ctypes.c_char.from_buffer(x))
        def fill(x, value):
            m = memoryview(x)
            for i in range(len(m)): m[i] = value
        def describe(x):
            m = memoryview(x)
            return m.format, m.itemsize, m.shape, m.strides, m.readonly, m.nbytes
        def total(x): return sum(memoryview(x).tolist())
    """, names)
    return names


def test_pypy_memory_is_seen_and_written(address, tmp_path):
    file = tmp_path / "x"
    file.write_bytes(b"\0" * 4096)
    with open(str(file), "r+b") as f:
        mapped = mmap.mmap(f.fileno(), 4096)
        for x in (bytearray(10), array.array("B", [0] * 10), memoryview(bytearray(10)), mapped):
            address["fill"](x, 7)
            assert x[0] == 7 and x[9] == 7
    del mapped


@pytest.mark.parametrize("code", "bBhHiIlLqQfd")
def test_array_formats(code, address):
    x = array.array(code, [1, 2, 3])
    format, itemsize, shape, strides, readonly, nbytes = address["describe"](x)
    assert (format, itemsize, shape, strides) == (code, x.itemsize, (3,), (x.itemsize,))
    assert not readonly and nbytes == 3 * x.itemsize
    assert address["total"](x) == 6


def test_read_only_flag(address):
    x = memoryview(b"abc")
    assert address["describe"](x)[4] is True
    with pytest.raises(TypeError):
        address["fill"](x, 1)


@pytest.mark.not_on("preload", "a stock PyPy gives cffi a copy of a memoryview with strides")
def test_strided_memoryview(address):
    data = bytearray(b"abcdef")
    x = memoryview(data)[::2]
    assert address["total"](x) == sum(b"ace")
    assert address["describe"](x)[3] == (2,)


def test_part_of_a_memoryview(address):
    data = bytearray(b"abcdef")
    address["fill"](memoryview(data)[2:4], 65)
    assert data == b"abAAef"


def test_memoryview_never_is_a_copy(address):
    data = bytearray(8)
    for view in (memoryview(data)[::2], memoryview(data).cast("h")[1:2],
                 memoryview(data).cast("h")):
        try:
            address["fill"](view, 1)
        except BufferError:
            continue
        assert view[0] == 1
        view[0] = 0


def test_memory_without_an_address(address):
    with pytest.raises((BufferError, TypeError)):
        address["fill"](io.BytesIO(b"abc").getbuffer(), 65)


def test_cffi_memory(address):
    import cffi
    ffi = cffi.FFI()
    data = ffi.new("char[4]", b"abc")
    address["fill"](ffi.buffer(data), 65)
    assert ffi.buffer(data)[:] == b"AAAA"


def test_cpython_keeps_pypys_memory_alive(define, collect):
    names = define("kept = []\ndef keep(x): kept.append(memoryview(x))\n"
                   "def read(): return bytes(kept[0])")
    x = bytearray(b"x" * 100000)
    names["keep"](x)
    del x
    collect()
    junk = [bytearray(b"y" * 100000) for _ in range(20)]
    assert names["read"]() == b"x" * 100000
    del junk


def test_pypy_lets_go_when_cpython_does(define, collect):
    import weakref
    names = define("kept = []\ndef keep(x): kept.append(memoryview(x))\ndef drop(): kept.clear()")
    x = array.array("d", [1.0])
    ref = weakref.ref(x)
    names["keep"](x)
    del x
    collect()
    assert ref() is not None
    names["drop"]()
    collect()
    assert ref() is None


RESIZE = "a stock PyPy has no count of exports for its own buffers"


@pytest.mark.not_on("preload", RESIZE)
def test_a_bytearray_that_cpython_views_cannot_grow(define):
    keep = define("kept = []\ndef keep(x): kept.append(memoryview(x))")["keep"]
    x = bytearray(b"abc")
    keep(x)
    with pytest.raises(BufferError):
        x.extend(b"more")


@pytest.mark.not_on("preload", RESIZE)
def test_an_array_that_cpython_views_cannot_grow(define):
    keep = define("kept = []\ndef keep(x): kept.append(memoryview(x))")["keep"]
    x = array.array("d", [1.0])
    keep(x)
    with pytest.raises(BufferError):
        x.append(1.0)


@pytest.mark.not_on("preload", RESIZE)
def test_a_mmap_that_cpython_views_cannot_be_closed(define):
    keep = define("kept = []\ndef keep(x): kept.append(memoryview(x))")["keep"]
    x = mmap.mmap(-1, 4096)
    keep(x)
    with pytest.raises(BufferError):
        x.close()


def test_cpython_memory_as_memoryview():
    x = cpyembed.eval("__import__('array').array('d', [1, 2, 3])")
    m = memoryview(x)
    assert (m.format, m.itemsize, m.shape, m.strides) == ("d", 8, (3,), (8,))
    m[1] = 5.0
    assert x[1] == 5.0
    assert m.tolist() == [1.0, 5.0, 3.0]


def test_pypy_holds_cpythons_memory(define, collect):
    x = cpyembed.eval("bytearray(b'x' * 1000)")
    m = memoryview(x)
    with pytest.raises(BufferError):
        x.append(1)
    del x
    collect()
    assert bytes(m) == b"x" * 1000


def test_pypy_gives_the_buffer_back(collect):
    x = cpyembed.eval("bytearray(b'abc')")
    m = memoryview(x)
    del m
    collect()
    x.append(100)
    assert bytes(x) == b"abcd"


HELD = "a stock PyPy gives no sign that it is done with a buffer"


@pytest.mark.not_on("preload", HELD)
def test_the_end_of_a_with_block_gives_the_buffer_back():
    x = cpyembed.eval("bytearray(b'abc')")
    with memoryview(x) as m:
        assert m[0] == 97
        with pytest.raises(BufferError):
            x.append(100)
    x.append(100)
    assert bytes(x) == b"abcd"


def test_parts_of_cpython_memory_outlive_the_whole(collect):
    x = cpyembed.eval("bytearray(b'abcdef')")
    m = memoryview(x)
    part = m[1::2]
    m.release()
    del m, x
    collect()
    assert part.tolist() == list(b"bdf")
    part[0] = 66
    assert bytes(part) == b"Bdf"


@pytest.mark.not_on("preload", "a stock PyPy takes the wrong part of a view with steps")
def test_parts_of_parts():
    m = memoryview(cpyembed.eval("bytearray(b'abcdefgh')"))
    assert m[1:][::2][1:].tobytes() == b"dfh" and m[::-1][::3][1] == ord("e")


def test_objects_where_pypy_wants_a_buffer(tmp_path):
    x = cpyembed.eval("bytearray(b'abcd')")
    assert bytes(x) == b"abcd" and bytearray(x) == b"abcd"
    assert int.from_bytes(x, "big") == 0x61626364
    assert struct.unpack_from("<H", x, 2) == (0x6463,)
    with open(str(tmp_path / "x"), "w+b") as f:
        assert f.write(x) == 4
        f.seek(0)
        assert f.read() == b"abcd"
        x[0:4] = b"...."
        f.seek(0)
        assert f.readinto(x) == 4
    assert bytes(x) == b"abcd"


@pytest.mark.not_on("preload", HELD)
def test_a_copy_of_the_bytes_holds_nothing(tmp_path):
    x = cpyembed.eval("bytearray(b'ab')")
    assert bytes(x) == b"ab" and b">" + x == b">ab" and int.from_bytes(x, "little") == 0x6261
    with open(str(tmp_path / "x"), "wb") as f:
        f.write(x)
    x.append(99)
    assert bytearray(x) == b"abc"


@pytest.mark.not_on("preload", "a stock PyPy takes the bytes of whatever has a buffer")
def test_an_array_of_pypy_is_made_of_elements(np):
    assert array.array("d", cpyembed.Object(np.arange(3))).tolist() == [0.0, 1.0, 2.0]


def test_a_read_only_view_of_cpython_memory():
    m = memoryview(cpyembed.Object(b"abc"))
    assert m.readonly and m[0] == 97
    with pytest.raises(TypeError):
        m[0] = 1


def test_memory_crosses_there_and_back(define):
    names = define("kept = []\ndef keep(x): kept.append(memoryview(x)); return kept[-1]")
    x = bytearray(b"abc")
    there = names["keep"](x)
    back = memoryview(there)
    back[0] = 65
    assert x == b"Abc" and bytes(there) == b"Abc"


def test_asarray_of_standard_library_memory():
    x = cpyembed.eval("__import__('array').array('i', [1, 2, 3])")
    v = cpyembed.asarray(x)
    assert len(v) == 3 and v[0] == 1 and v[-1] == 3 and list(v) == [1, 2, 3]
    v[0] = 7
    assert x[0] == 7
    with pytest.raises(IndexError):
        v[3]
    assert list(v[1:]) == [2, 3] and list(v[::-1]) == [3, 2, 7]


@pytest.mark.parametrize("bad", ["[]", "3", "object()", "'abc'"])
def test_asarray_of_what_has_no_memory(bad):
    with pytest.raises(TypeError):
        cpyembed.asarray(cpyembed.Object(cpyembed.eval(bad)))


def test_asarray_read_only():
    v = cpyembed.asarray(cpyembed.Object(b"abc"))
    assert v[0] == 97
    with pytest.raises((TypeError, ValueError)):
        v[0] = 1


# ---- with NumPy --------------------------------------------------------------------------------

@pytest.mark.parametrize("dtype", [
    "bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32",
    "float64"])
def test_asarray_dtypes(np, dtype):
    x = np.array([0, 1, 1], dtype=dtype)
    v = cpyembed.asarray(x)
    assert v[0] == 0 and v[2] == 1
    v[0] = 1
    assert x[0] == 1
    assert x.ctypes.data == v.address if hasattr(v, "address") else True


@pytest.mark.parametrize("expression", [
    "a", "a.T", "a[::-1]", "a[:, ::2]", "a[1:, 1]", "a[:0]", "a.reshape(2, 2, 3)",
    "np.broadcast_to(a[0], (3, 3))", "a[::-2, ::-1]"])
def test_asarray_shapes_and_strides(np, expression):
    a = np.arange(12.0).reshape(4, 3)
    x = cpyembed.eval(expression, {"a": a, "np": np})
    v = cpyembed.asarray(x)
    assert tuple(v.shape) == x.shape and tuple(v.strides) == x.strides
    assert v.tolist() == cpyembed.to_python(x.tolist())


def test_asarray_two_dimensions(np):
    a = np.zeros((3, 4))
    v = cpyembed.asarray(a)
    for i in range(3):
        for j in range(4):
            v[i, j] = i * 10.0 + j
    assert a[2, 3] == 23.0 and v[2][3] == 23.0 and v[-1, -1] == 23.0
    v[1] = 5.0
    assert cpyembed.to_python(a[1].tolist()) == [5.0] * 4


@pytest.mark.parametrize("dtype", [
    "U3", "O", "datetime64[s]", "i4,f8",
    pytest.param(">f8", marks=pytest.mark.not_on("native", "numpypy has both byte orders"))])
def test_asarray_names_the_dtype_it_cannot_express(np, dtype):
    with pytest.raises(TypeError) as caught:
        cpyembed.asarray(np.zeros(3, dtype=dtype))
    assert "dtype" in str(caught.value)


def test_asarray_goes_back_as_the_same_array(np, identity):
    a = np.arange(3.0)
    v = cpyembed.asarray(a)
    assert cpyembed.eval("lambda x, y: x is y")(v, a)
    assert np.sum(v) == 3.0


def test_memoryview_of_an_ndarray(np):
    a = np.arange(6.0).reshape(2, 3)
    m = memoryview(a)
    assert (m.format, m.shape, m.strides) == ("d", (2, 3), (24, 8))
    assert m[1, 2] == 5.0
    assert memoryview(a[0, ::2]).tolist() == [0.0, 2.0]


def test_asarray_of_pypy_memory():
    x = array.array("d", [1, 2, 3])
    v = cpyembed.asarray(x)
    v[1] = 5.0
    assert x[1] == 5.0 and list(v) == [1.0, 5.0, 3.0]
    with pytest.raises(TypeError):
        cpyembed.asarray(3)


def test_pypy_memory_as_ndarray(np):
    x = array.array("d", [1, 2, 3])
    a = np.asarray(x)
    a[0] = 9
    assert x[0] == 9.0 and a.dtype == np.float64
    b = np.frombuffer(bytearray(b"abcd"), dtype="uint8")
    assert cpyembed.to_python(b.tolist()) == [97, 98, 99, 100]


def test_a_loop_over_large_temporaries_does_not_grow(program):
    done = program("""if 1:
        import cpyembed, resource
        make = cpyembed.eval('bytearray')
        make = cpyembed.eval('lambda n: __import__("array").array("d", bytes(8 * n))')
        def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for i in range(20): make(1000000)
        before = peak()
        for i in range(150): make(1000000)
        print(peak() - before < 600000)
    """)
    assert done.stdout == "True\n", done.stdout + done.stderr


def test_many_calls_do_not_grow(program):
    done = program("""if 1:
        import cpyembed, resource
        f = cpyembed.eval('lambda x, y=None: [x]')
        def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        def work(n):
            for i in range(n):
                f(i); f(float(i), y=i); f('x'); f([i]); f((i, i)); f(work)
        work(100000)
        before = peak()
        work(100000)
        print(peak() - before < 250000, peak() - before)
    """)
    assert done.stdout.startswith("True"), done.stdout + done.stderr

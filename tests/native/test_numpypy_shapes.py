"""An array's shape, dtype and size are changed in place as NumPy does it, and dtypes compare as
NumPy's do; odd indices copy, set and refuse as NumPy's."""

import gc

import pytest

import cpyembed
import numpypy

ARRAYS = {
    "table": "np.arange(12.0).reshape(3, 4).copy()",
    "turned": "np.arange(12.0).reshape(3, 4).T",
    "fortran": "np.asfortranarray(np.arange(12.0).reshape(3, 4))",
    "holes": "np.arange(24.0).reshape(4, 6)[:, ::2]",
    "backwards": "np.arange(12.0)[::-1]",
    "ours": "np.zeros(12)",
    "theirs": "np.cumsum(np.ones(12))",
    "empty": "np.zeros((0, 3))",
    "0-d": "np.array(2.5)",
    "dates": "np.arange(12).astype('M8[s]')",
    "text": "np.array(['ab', 'c', 'd'])",
    "ints": "np.arange(12, dtype='i4')",
    "a row": "np.zeros((4, 4))[::2][:1]",
}
CHANGES = """
a.shape = 12; a.shape = -1; a.shape = (4, 3); a.shape = (2, 2, 3); a.shape = (3, 4); a.shape = 'x'
a.shape = (5,); a.shape = (1, -1, 1); a.shape = (); a.shape = (0,); a.shape = (1, 1)
a.dtype = 'i4'; a.dtype = 'i8'; a.dtype = '>f8'; a.dtype = 'u1'; a.dtype = 'M8[us]'; a.dtype = 'S8'
a.dtype = 'c16'; a.dtype = 'nonsense'; a.dtype = float; a.dtype = [('x', 'i4'), ('y', 'i4')]
a.resize((2, 4), refcheck=False); a.resize(4, 3, refcheck=False); a.resize(20, refcheck=False)
a.resize((0,), refcheck=False); a.resize(-1, refcheck=False); a.resize('x', refcheck=False)
a.resize(refcheck=False); a.resize((20,), wrong=1)
a[True] = a; a[np.bool(True)] = a; a[False] = a; a[np.array(True)] = a[:1]; a[True] = 7
""".replace("\n", ";").split(";")
CODE = """
import warnings
def changed(make, change):
    names = {"np": np}
    exec("a = " + make, names)
    before = names["a"]
    try:
        exec(change, names)
    except Exception as error:
        return type(error).__name__
    a = names["a"]
    owner = a.dtype.char not in "MSV" and (a.flags.owndata, a.base is None)
    return (a is before, a.shape, a.strides, a.dtype.str, a.flags.writeable, owner,
            a.flags.c_contiguous, a.tobytes().hex(), a.__array_interface__["strides"])
"""


@pytest.fixture(scope="module")
def theirs():
    """`changed` in CPython."""
    names = {}
    cpyembed.exec("import numpy as np\n" + CODE, names)
    return names["changed"]


@pytest.fixture(scope="module")
def ours():
    """`changed` here."""
    names = {"np": numpypy}
    exec(CODE, names)
    return names["changed"]


@pytest.mark.parametrize("name", ARRAYS)
def test_changes(ours, theirs, name):
    wrong = []
    for change in filter(None, map(str.strip, CHANGES)):
        found, expected = ours(ARRAYS[name], change), theirs(ARRAYS[name], change)
        if found != expected:
            wrong.append("%s\n  numpypy %s\n  NumPy   %s" % (change, found, expected))
    assert not wrong, "\n".join(wrong)


def test_views_see_what_is_written():
    a = numpypy.zeros(6)
    view = a[1:]
    a.shape = 2, 3
    a[1, 2] = 5.0
    assert view[4] == 5.0 and a.base is None and a.flags.owndata
    there = cpyembed.Object(a)
    a.dtype = "i8"
    a[0, 0] = 1
    assert there[0, 0] == 5e-324 and cpyembed.Object(a).dtype == "i8"


def test_what_came_from_cpython_goes_back_as_it_was():
    original = cpyembed.eval("__import__('numpy').arange(6.0)")
    a = numpypy.asarray(original)
    original = cpyembed.Object(a)
    a.shape = 2, 3
    assert cpyembed.Object(a) is original and original.shape == (2, 3)
    a.dtype = "i4"
    assert cpyembed.Object(a) is original and original.shape == (2, 6)


def test_memory_that_is_resized_stays_with_those_who_see_it():
    for a in (numpypy.zeros(5), numpypy.cumsum(numpypy.ones(5))):
        before, view, there = a.tolist(), a[1:], cpyembed.Object(a)
        a.resize(10_000)
        a[:] = 9.0
        gc.collect()
        made = [numpypy.ones(5) for _ in range(100)]
        assert view.tolist() == before[1:] and there.tolist() == before
        assert a.shape == (10_000,) and a.sum() == 90_000 and len(made) == 100
        assert a.flags.owndata and a.base is None


def test_a_subclass():
    class A(numpypy.ndarray):
        pass

    a = numpypy.arange(6.0).view(A)
    a.shape = 3, 2
    a.dtype = "u4"
    assert type(a) is A and a.shape == (3, 4)
    with pytest.raises(AttributeError):
        a.T.shape = 12


def test_an_array_as_an_index_copies():
    for a in (numpypy.arange(3.0), numpypy.arange(6.0).reshape(2, 3)):
        for index in (numpypy.array(0), numpypy.array(0, "u1")):
            found = a[index]
            assert not numpypy.shares_memory(numpypy.asarray(found), a)
            assert numpypy.asarray(found).tolist() == a[0].tolist()
            a[index] = 9
            assert numpypy.all(a[0] == 9)
        with pytest.raises(IndexError):
            a[numpypy.array(0.5)]
    assert type(numpypy.arange(3.0)[numpypy.array(1)]) is numpypy.float64


DTYPES = ("np.dtype('f8')", "np.dtype('>f8')", "np.dtype('i1')", "np.dtype('q')",
          "np.dtype('M8[s]')", "np.dtype('S3')")
OTHERS = (*DTYPES, "3", "'nonsense'", "'f8'", "'<f8'", "float", "int", "None", "[]", "(2, 3)",
          "type('C', (), {})()", "'f8,f8'", "np.float64", "np.float64(1)", "np.dtype", "{}",
          "'>f8'")


def test_dtypes_compare():
    code = """
def compared(left, right):
    names, found = {"np": np}, []
    for operation in ("==", "!=", "<", ">="):
        for text in ("%s %s %s" % (left, operation, right), "%s %s %s" % (right, operation, left)):
            try:
                found.append(eval(text, names))
            except Exception as error:
                found.append(type(error).__name__)
    return found
"""
    ours, theirs = {"np": numpypy}, {}
    exec(code, ours)
    cpyembed.exec("import numpy as np\n" + code, theirs)
    wrong = []
    for left in DTYPES:
        for right in OTHERS:
            found, expected = (side["compared"](left, right) for side in (ours, theirs))
            if list(found) != list(expected):
                wrong.append("%s and %s: %s, NumPy %s" % (left, right, found, expected))
    assert not wrong, "\n".join(wrong)


def test_what_a_dtype_says():
    there = cpyembed.eval("__import__('numpy').dtype")
    for name in ("f8", ">f8", "i1", ">i1", "?", ">c16", ">u2", "q", "f2"):
        dtype, original = numpypy.dtype(name), there(name)
        for function in (repr, str):
            assert function(dtype) == function(original), name
        assert dtype.ndim == 0 and not dtype.isalignedstruct and bool(dtype)
        assert (dtype * 3).itemsize == 3 * dtype.itemsize
    assert repr(numpypy.dtype[numpypy.float64]) == "numpypy.dtype[numpy.float64]"
    assert numpypy.dtype(int, metadata={"unit": 1}).metadata == {"unit": 1}
    assert cpyembed.Object(type(numpypy.dtype("f8"))) is cpyembed.Object(there)

"""numpypy's arrays and scalars answer as NumPy's: every method, attribute and operator.

Each expression is evaluated twice, with numpypy's arrays here and with NumPy's in CPython, and what
comes out, or the class of the exception, is compared.
"""

import copy
import operator
import pickle
import re
import warnings

import pytest

import cpyembed
import numpypy

ARRAYS = {
    "floats": "np.array([3.5, -1.0, 0.0, 2.25, 1e300])",
    "ints": "np.array([5, -3, 0, 7, 2])",
    "small": "np.array([5, -3, 0, 7, 2], dtype='i1')",
    "unsigned": "np.array([5, 3, 0, 7, 2], dtype='u2')",
    "truth": "np.array([True, False, True, True, False])",
    "half": "np.array([1.5, 2, 3, -4, 0], dtype='f2')",
    "single": "np.array([1.5, 2, 3, -4, 0], dtype='f4')",
    "complex": "np.array([1 + 2j, 3, -1j, 0, 2])",
    "table": "np.arange(12.0).reshape(3, 4)",
    "turned": "np.arange(12).reshape(3, 4).T[::-1]",
    "holes": "np.arange(20.0)[3:18:3]",
    "swapped": "np.array([5, -3, 0, 7, 2], dtype='>i4')",
    "long": "np.arange(100.0) - 50",
    "single element": "np.array([4.5])",
    "scalar array": "np.array(2.5)",
    "empty": "np.zeros((0, 3))",
    "nan": "np.array([np.nan, 1.0, -np.inf, np.inf, -0.0])",
}
EXPRESSIONS = """
a.shape; a.strides; a.dtype; a.ndim; a.size; a.itemsize; a.nbytes; a.T; a.real; a.imag; a.mT
a.flags.c_contiguous; a.flags.f_contiguous; a.flags.writeable; a.flags['F_CONTIGUOUS']; a.all()
a.any(); a.sum(); a.prod(); a.max(); a.min(); a.mean(); a.std(); a.var(); a.argmax(); a.argmin()
a.cumsum(); a.cumprod(); a.sum(axis=0); a.sum(0, keepdims=True); a.max(axis=-1); a.mean(axis=0)
a.std(ddof=1); a.argmax(-1); a.argmin(axis=0); a.sum(dtype='f4'); a.prod(axis=0); a.sum(initial=3)
a.max(initial=100); a.sum(where=a > 1); a.trace(); a.diagonal(); a.nonzero(); a.sort(); a.argsort()
a.copy(); a.flatten(); a.ravel(); a.tolist(); a.tobytes(); a.squeeze(); a.reshape(-1)
a.reshape((-1, 1)); a.reshape(2, 3); a.reshape(a.shape[::-1]); a.reshape(7)
a.reshape(-1, order='F'); a.flatten('F'); a.ravel('F'); a.transpose(); a.swapaxes(0, -1)
a.astype('f4'); a.astype(int); a.astype('U'); a.astype(complex); a.astype('?'); a.view('u1')
a.repeat(2); a.take([0, 1]); a.take([1], axis=0, mode='clip'); a.clip(0, 3); a.round(1); a.conj()
a.searchsorted(2); a.partition(1); a.argpartition(1); a.compress([True, False, True], axis=0)
a.choose([1, 2, 3, 4, 5, 6, 7, 8]); a.dot(a); a.item(); a.item(0); a.byteswap(); a.fill(3); a[0]
a[-1]; a[1:3]; a[::-1]; a[..., 0]; a[None]; a[[0, 2]]; a[a > 1]; a[[True] * len(a)]
a[np.array([1, 0])]; a[np.array([[1, 0], [0, 1]])]; a[100]; a[()]; a[True]
a[0, 0]; a[:, 1]; a[[0, 1], [1, 0]]; a['x']; a[np.int8(1)]; a[np.array(1)]; a[:, [2, 0]]
-a; +a; abs(a); ~a; a + a; a - a; a * a; a / a; a // a; a % a; a ** 2; a ** a; a @ a; divmod(a, 2)
a + 1; a + 1.5; a + 1j; 2 - a; 3 * a; 1 / a; a / 2; 7 // a; 7 % a; 2 ** a; a << 1; a >> 1; a & 1
a | a; a ^ a; a == a; a != 2; a < 2; a <= a; a > 1.5; a >= a[:1]; a == 'x'; a == None; a + 300
a + True; a * np.float32(2); a + np.int8(3); a + np.arange(3); a + [1]; a + 'x'; a == [1, 2, 3]
np.float32(2) * a; a + np.float64(1); a - a[::-1]; a + a.astype('f4'); a // 0; a % 0; a * 2**40
len(a); bool(a); float(a); int(a); complex(a); list(a); 2.5 in a; repr(a); str(a); hash(a)
format(a, ''); [type(x).__name__ for x in a.flat][:2]; operator.index(a); max(a); sum(a); np.sin(a)
np.sqrt(a); np.add.reduce(a); np.concatenate([a, a]); np.where(a > 1, a, 0); np.sign(a)
np.unique(a); np.cumsum(a); np.linalg.norm(a); np.maximum(a, 1); np.median(a); np.roll(a, 1)
np.add(a, a); np.less(a, 2); np.negative(a); np.absolute(a); np.floor(a); np.square(a); np.rint(a)
np.array(a); np.array(a, ndmin=3); np.asarray(a, dtype='f4'); np.array([a, a]); np.copy(a)
np.zeros_like(a); np.full_like(a, 1); np.stack([a, a]); np.vstack([a, a]); np.tile(a, 2)
np.diff(a); a.__array_interface__['shape']; a.__array_interface__['strides']
a.__array_interface__['typestr']; a.getfield('u1'); a.put([0], [9]); a.itemset(0)
a.newbyteorder(); a.ptp()
""".replace("\n", ";").split(";")
CHANGES = """
a[0] = 9; a[1:3] = 7; a[...] = 1; a[[0, 2]] = 5; a[a > 1] = 0; a[:] = [4]
a[-1] = 2.5; a += 1; a -= a; a *= 2; a /= 2; a //= 2; a %= 3; a **= 2; a <<= 1; a |= 1; a @= a
a += a; a *= 2.5; a += 1j; a.sort(); a.fill(2); a.put([0, 1], [8, 9]); a.partition(1); a.flat = 3
a.flat[1] = 4; a.real = 1; a.imag = 2; a.shape = (a.size,); a.setfield(1, 'u1'); np.put(a, [1], 6)
np.copyto(a, 1); np.add.at(a, [0, 0], 1); np.fill_diagonal(a, 8); a[100] = 1
; a.resize(a.shape); a.byteswap(inplace=True); a.setflags(write=False)
a.flags.writeable = False; a[[True] * len(a)] = 1; a[np.array([0, 1])] += 1; a[0:2] += 3
a[:, 0] = 1; ; np.random.default_rng(1).shuffle(a); np.add(a, 1, out=a)
np.sin(a, out=a); np.clip(a, 0, 1, out=a)
""".replace("\n", ";").split(";")
SCALARS = ["np.float64(2.5)", "np.float32(1.5)", "np.float16(3)", "np.int64(7)", "np.int8(100)",
           "np.uint16(9)", "np.uint64(2**63)", "np.bool(True)", "np.complex128(1 + 2j)",
           "np.complex64(2)", "np.float64(0)", "np.int32(0)", "np.int64(-3)", "np.float64('nan')"]
OF_SCALARS = """
-s; +s; abs(s); ~s; s + s; s - s; s * s; s / s; s // s; s % s; s ** 2; s ** -1; s + 1; 1 + s
s + 1.5; s - 1j; s / 2; 2 / s; s // 2; s % 3; s + 300; s * True; divmod(s, 3); s << 1
s & 1; s | s; s == s; s != 1; s < 2; s >= 2.5; s > 'x'; s == None; 3 < s; bool(s); int(s)
float(s); complex(s); repr(s); str(s); format(s, '.3'); round(s); round(s, 1); s.dtype; s.shape
s.ndim; s.size; s.item(); s.tolist(); s.real; s.imag; s.conj(); s.astype('f4'); s.astype(int)
s.sum(); s.mean(); s.std(); s.max(); s.argmax(); s.reshape(1); s.ravel(); s.clip(0, 1); s.round()
s.tobytes(); s.T; s.flags.writeable; s.nbytes; s.itemsize; s[()]; s[0]; len(s); list(s)
s + np.float32(1); s.base; s + np.int8(1); s * np.arange(3); np.arange(3.0) + s; np.sin(s)
np.add(s, s); s.view('u1'); s.copy(); [10, 20, 30, 40, 50, 60, 70, 80, 90, 100][s]; s.is_integer()
s.bit_count(); isinstance(s, np.number); isinstance(s, float); np.array(s)
np.array([s, s]); s ** s; np.isnan(s)
""".replace("\n", ";").split(";")


# What micronumpy says otherwise: docs/numpypy.md names it.
DIFFERENT = [
    ("s = np.int64(7)", "1.5 * s", ""), ("s = np.int64(7)", "isinstance(s, int)", ""),
]
# Patches repair these.
REPAIRED = [("a = np.arange(3.0)", "a.resize(5)", "a"),
            ("a = np.arange(5)", "a[1.5]", ""), ("a = np.arange(4)", "a[[0, 2], ..., None]", ""),
            ("a = np.array(2.5)", "a[1:3]", ""), ("a = np.zeros(3)", "a[0] = [1, 2, 3, 4]", "a"),
            ("a = np.zeros((2, 3))", "a[0] = 'x'", "a"),
            ("a = np.zeros(2, 'i1')", "a[0] = 300", "a"),
            ("a = np.zeros((2, 3))", "a[0] = None", "a")]
SLICE = re.compile(r"a\[[^\]]*:")


@pytest.fixture(scope="module")
def theirs(np):
    """What CPython makes of an expression, and a function that describes a value there."""
    names = {}
    cpyembed.exec("""
import operator, warnings
import numpy as np

def describe(value):
    if isinstance(value, np.ndarray):
        return "array", value.dtype.str, value.shape, value.tobytes().hex(), value.size
    if isinstance(value, np.generic):
        return "scalar", value.dtype.str, repr(value)
    if isinstance(value, np.dtype):
        return "dtype", value.str
    if isinstance(value, (tuple, list)):
        return type(value).__name__, [describe(item) for item in value]
    return type(value).__name__, repr(value)

def evaluate(setup, expression, then):
    names = {"np": np, "operator": operator}
    exec(setup, names)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            if then:
                exec(expression, names)
                return repr(describe(names[then]))
            return repr(describe(eval(expression, names)))
        except Exception as error:
            return type(error).__name__
""", names)
    return names["evaluate"], names["describe"]


def ours(setup, expression, then):
    """The same with numpypy: (None, value) or (class name of an exception, None)."""
    names = {"np": numpypy, "operator": operator}
    exec(setup, names)
    with warnings.catch_warnings(), numpypy.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            if then:
                exec(expression, names)
                value = names[then]
            else:
                value = eval(expression, names)
        except Exception as error:
            return type(error).__name__, None
    return None, value


def lines(text):
    return [line.strip() for line in text if line.strip()]


def compare(theirs, setup, expression, then=""):
    """None, or what is different (str)."""
    evaluate, describe = theirs
    expected = evaluate(setup, expression, then)
    found, value = ours(setup, expression, then)
    if found is None:
        found = cpyembed.raw(describe)(value).__repr__()
    return None if found == expected else "%s: %s; NumPy: %s" % (expression, found, expected)


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays(theirs, name):
    setup = "a = " + ARRAYS[name]
    wrong = [compare(theirs, setup, line) for line in lines(EXPRESSIONS)
             if name != "scalar array" or not SLICE.search(line)]
    assert not [line for line in wrong if line]


@pytest.mark.parametrize("name", ARRAYS)
def test_changes_in_place(theirs, name):
    setup = "a = " + ARRAYS[name]
    wrong = [compare(theirs, setup, line, "a") for line in lines(CHANGES)
             if name != "scalar array" or not SLICE.search(line)]
    assert not [line for line in wrong if line]


@pytest.mark.parametrize("scalar", SCALARS)
def test_scalars(theirs, scalar):
    setup = "s = " + scalar
    wrong = [compare(theirs, setup, line) for line in lines(OF_SCALARS)]
    assert not [line for line in wrong if line]


@pytest.mark.parametrize("setup, expression, then", DIFFERENT)
@pytest.mark.xfail(strict=True, reason="micronumpy; docs/numpypy.md")
def test_known_differences(theirs, setup, expression, then):
    assert compare(theirs, setup, expression, then) is None


@pytest.mark.parametrize("setup, expression, then", REPAIRED)
def test_what_patches_repair(theirs, setup, expression, then):
    assert compare(theirs, setup, expression, then) is None


NUMBERS = ["np.complex64(1j)", "np.complex128(2 + 1j)", "1j", "np.float32(1.5)", "np.float16(2)",
           "np.int8(1)", "np.bool(True)", "1", "2.5", "np.uint64(3)", "np.int32(-4)", "300", "-1"]


@pytest.mark.parametrize("index", ["0", ":", "::-1", "...", "[0, 1]"])
def test_numbers_into_arrays(theirs, index):
    wrong = [compare(theirs, "a = np.zeros(2, %r)" % dtype, "a[%s] = %s" % (index, number), "a")
             for dtype in ("c8", ">c16", "f4", "f2", "?", "i1", "u2", ">i8") for number in NUMBERS]
    assert not [line for line in wrong if line]


@pytest.mark.parametrize("name", ["float64", "float32", "int64", "int8", "complex128"])
def test_numbers_of_anything(theirs, name):
    values = ["'5'", "np.array(['5', '7'])", "np.array(['5'])[0]", "np.zeros(2, 'm8[s]')",
              "np.array([b'1', b'2'])", "[1, 2]", "'x'", "object()", "np.zeros((2, 0))"]
    wrong = [compare(theirs, "", "np.%s(%s)" % (name, value)) for value in values]
    assert not [line for line in wrong if line]


def test_vecdot(theirs):
    for shape in ("2", "3, 4", "2, 5, 16", "0", "2, 0"):
        setup = "a = np.ones((%s,))" % shape
        assert not compare(theirs, setup, "np.vecdot(a, a)"), shape


def test_every_attribute_of_numpys_ndarray(np):
    missing = set(map(str, dir(np.ndarray))) - set(dir(numpypy.ndarray))
    assert not missing
    for scalar in ("float64", "int32", "complex64", "bool"):
        missing = set(map(str, dir(getattr(np, scalar)))) - set(dir(getattr(numpypy, scalar)))
        assert not missing, scalar


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle(protocol):
    for array in (numpypy.arange(6.0).reshape(2, 3), numpypy.arange(6).reshape(2, 3).T,
                  numpypy.zeros((0, 2)), numpypy.array(1 + 2j), numpypy.array([1, 2], ">i2"),
                  numpypy.arange(10)[::3], numpypy.array([True, False])):
        back = pickle.loads(pickle.dumps(array, protocol))
        assert type(back) is numpypy.ndarray and back.dtype == array.dtype
        assert back.shape == array.shape and back.tolist() == array.tolist()
        assert back.flags.writeable
    for scalar in (numpypy.float64(1.5), numpypy.int8(3), numpypy.complex64(2j)):
        back = pickle.loads(pickle.dumps(scalar, protocol))
        assert type(back) is type(scalar) and back == scalar


def test_copies():
    array = numpypy.arange(3.0)
    for made in (copy.copy(array), copy.deepcopy(array), array.copy()):
        made[0] = 9.0
        assert array[0] == 0.0 and type(made) is numpypy.ndarray


def test_views_share_memory_and_keep_it():
    array = numpypy.arange(24.0).reshape(2, 3, 4)
    for view in (array.T, array[1], array.reshape(-1), array.swapaxes(0, 1), array.view("u8"),
                 array.ravel(), array.diagonal(), array.squeeze(), array.real, array[..., None]):
        assert numpypy.shares_memory(view, array)
    view = array.transpose(1, 0, 2)[1:]
    del array
    assert view.tolist() == numpypy.arange(24.0).reshape(2, 3, 4).transpose(1, 0, 2)[1:].tolist()


def test_flags():
    array = numpypy.arange(3)
    assert array.flags.owndata and not array[1:].flags.owndata
    array.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1
    array.flags["WRITEABLE"] = True
    array[0] = 1
    with pytest.raises(AttributeError):
        array.flags.c_contiguous = False
    assert "WRITEABLE : True" in repr(array.flags)


def test_random_programs(theirs):
    """Chains of operations over arrays of any dtype, shape and order, the same on both sides."""
    import random
    rng = random.Random(2011)
    kinds = ["f8", "i8", "f4", "i4", "u1", "?", "c16", ">f8", "i2"]
    steps = ["a + a", "a * 2", "a[::-1]", "a.T", "a[1:]", "a.reshape(-1)", "a - 1", "a.copy()",
             "a == a", "a.astype('f8')", "a[..., ::2]", "np.abs(a)", "a.sum(0)", "a.cumsum()",
             "a[a != 0]", "np.sort(a, axis=None)", "a[[0, -1]]", "a.max(0)", "a / 3", "a ** 2",
             "np.stack([a, a])", "a.view()", "a.swapaxes(0, -1)", "a < 3", "np.atleast_2d(a)"]
    wrong = []
    for _ in range(300):
        shape = tuple(rng.randrange(1, 5) for _ in range(rng.randrange(1, 4)))
        setup = "a = (np.arange(%d) %% 7).reshape(%r, order=%r).astype(%r)" % (
            numpypy.prod(shape).item(), shape, rng.choice("CF"), rng.choice(kinds))
        program = "; ".join("a = " + rng.choice(steps) for _ in range(4))
        wrong.append(compare(theirs, setup, program, "a"))
    assert not [line for line in wrong if line]

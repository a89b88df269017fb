"""Arrays whose elements only NumPy knows: text, bytes, records, dates, references, long doubles.

They are numpypy's arrays on NumPy's memory. Each expression is evaluated with numpypy's arrays here
and with NumPy's in CPython; what comes out, or the class of the exception, must be the same.
"""

import copy
import operator
import pickle
import warnings

import pytest

import cpyembed
import numpypy

ARRAYS = {
    "text": "np.array(['abc', '', 'd\\u20ac\\U0001F600'])",
    "swapped text": "np.array(['abc', '', 'de'], '>U3')",
    "bytes": "np.array([b'abc', b'', b'a\\0b'])",
    "records": "np.array([(1, 2.5, b'x'), (3, -1.0, b'yz'), (5, 0.0, b'')],"
               " [('a', 'i4'), ('b', '>f8'), ('c', 'S2')])",
    "records in records": "np.array([((1, 2), [1, 2, 3]), ((3, 4), [4, 5, 6])],"
                          " [('p', [('x', 'i2'), ('y', '>i4')]), ('v', 'f4', (3,))])",
    "aligned records": "np.zeros(3, np.dtype([('a', 'i1'), ('b', 'f8')], align=True))",
    "dates": "np.array(['2011-12-01', 'NaT', '2012-01-01'], 'M8[D]')",
    "times": "np.array([3, -1, 5], 'm8[s]')",
    "references": "np.array([None, 'x', (1, 2), 3.5], dtype=object)",
    "long doubles": "np.array([1, 2.5, -3], 'longdouble')",
    "complex long doubles": "np.array([1, 2.5j, -3], 'clongdouble')",
    "void": "np.array([b'ab', b'cd'], 'V2')",
    "table of text": "np.array([['a', 'bb'], ['c', 'd']])",
    "turned": "np.array([['a', 'bb'], ['c', 'd']]).T[::-1]",
    "scalar array": "np.array('abc')",
    "none": "np.zeros((0, 2), 'U3')",
    "one": "np.array(['7'])",
}
EXPRESSIONS = """
a.shape; a.strides; a.dtype; a.dtype.names; a.ndim; a.size; a.itemsize; a.nbytes; a.T; a.real
a.imag; a.flags.c_contiguous; a.flags.writeable; a.flags.owndata and 0; a.tolist(); a.item(0)
a.item(-1); a.item(); a.copy(); a.copy('F'); a.flatten(); a.ravel(); a.reshape(-1); a.reshape(1, -1)
a.reshape((-1, 1)); a.squeeze(); a.transpose(); a.astype('S'); a.astype('U'); a.astype('O')
a.astype('f8'); a.view('u1'); a.view(); a.repeat(2); a.take([0]); a.tobytes() and 0; a.argsort()
a.max(); a.min(); a.sum(); a.mean(); a.any(); a.all(); a.argmax(); a.cumsum(); a.nonzero()
a[0]; a[-1]; a[1:]; a[::-1]; a[...]; a[()]; a[None]; a[[0, 0]]; a[0, 0]; a[:, 1]; a[100]; a[True]
a['a']; a['b']; a['c']; a['p']; a['v']; a['p']['y']; a[['a', 'b']]; a['nothing']; a[0]['a']
a[np.array([0])]; a[np.zeros(len(a), bool)]; a[1.5]; a['x']; a[np.int64(0)]
a == a; a != a; a < a; a >= a[:1]; a == 'abc'; a == b'abc'; a == a[0]; a == None; a + a; a - a
a * 2; 2 * a; a / 2; -a; abs(a); ~a; a & a; a + 'x'; a + np.arange(len(a)); a + 1; 1 - a; a // a
a @ a; divmod(a, 2); len(a); bool(a); int(a); float(a); complex(a); operator.index(a); list(a)
a[0] in a; 'abc' in a; repr(a); str(a); format(a, ''); hash(a); list(a.flat)[-1:]; a.flat[0]
a.__array_interface__['typestr']; a.__array_interface__['shape']; np.sort(a); np.unique(a)
np.concatenate([a, a]); np.where(True, a, a); np.array(a); np.array([a, a]); np.asarray(a)
np.asanyarray(a); np.zeros_like(a); np.empty_like(a).shape; np.full_like(a, a.ravel()[0])
np.array_equal(a, a); np.vstack([a, a]); np.tile(a, 2); np.diff(a); np.isnan(a); np.isnat(a)
np.char.upper(a); np.strings.str_len(a); np.array(a.tolist()); np.array(list(a)); np.shape(a)
np.copy(a); np.argsort(a); np.roll(a, 1); np.take(a, 0); np.can_cast(a, 'O'); np.result_type(a, a)
np.max(a); np.ndim(a); np.searchsorted(a, a[0]); copy.copy(a); copy.deepcopy(a)
pickle.loads(pickle.dumps(a)); np.add.reduce(a); np.sum(a); a.searchsorted(a[0]); a.dot(a)
a.byteswap(); a.swapaxes(0, -1); a.clip(a[0], a[0]); a.round(); a.conj(); a.diagonal(); a.trace()
np.ndarray(a.shape, a.dtype).shape; isinstance(a, np.ndarray); type(a) is np.ndarray
sorted(a.dtype.str)
""".replace("\n", ";").split(";")
CHANGES = """
a[0] = a[-1]; a[1:] = a[0]; a[...] = a[::-1].copy(); a[:] = a[0]; a[[0, 1]] = a[1]; a['a'] = 9
a['b'][1] = 4; a[0]['a'] = 8; a['v'][0] = 7; a['p'] = (8, 9); a['p']['y'][1] = 3
a[0] = (1, 2, b'q')
a[0] = 'new'; a[0] = b'new'; a[0] = None; a[0] = 5; a[0] = 'a long text that is cut'; a.fill(a[-1])
a.fill('z'); a.sort(); a += a; a *= 2; a -= a; a[100] = 1; a.flat[0] = a[-1]; a.flat = a[-1]
np.copyto(a, a[0]); a.put([0], a[-1:]); a.setflags(write=False); a.shape = (1, a.size); a.real = 1
a.byteswap(inplace=True); np.put(a, [0], a[0]); a.partition(1); a[a == a] = a[0]; a[0] = a
a.resize(a.shape); np.random.default_rng(1).shuffle(a)
""".replace("\n", ";").split(";")

CODE = """
def describe(value):
    if isinstance(value, np.ndarray):
        return ("array", value.dtype.str, value.dtype.names, value.shape,
                value.astype("O").tolist() if value.dtype.kind in "gG" else repr(value.tolist()))
    if isinstance(value, np.generic):
        return "scalar", type(value).__name__, repr(value)
    if isinstance(value, np.dtype):
        return "dtype", value.str
    if isinstance(value, (tuple, list)):
        return type(value).__name__, [describe(item) for item in value]
    return type(value).__name__, repr(value)

def evaluate(setup, expression, changes):
    names = {"np": np, "operator": operator, "copy": copy, "pickle": pickle}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            exec("a = " + setup, names)
            if changes:
                exec(expression, names)
                return repr(describe(names["a"]))
            return repr(describe(eval(expression, names)))
        except Exception as error:
            return type(error).__name__
"""


@pytest.fixture(scope="module")
def theirs(np):
    names = {}
    cpyembed.exec("import copy, operator, pickle, warnings\nimport numpy as np\n" + CODE, names)
    return names["evaluate"], names["describe"]


def ours(setup, expression, changes, describe):
    """The same here; CPython describes what comes out of numpypy."""
    names = {"np": numpypy, "operator": operator, "copy": copy, "pickle": pickle}
    with warnings.catch_warnings(), numpypy.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            exec("a = " + setup, names)
            if changes:
                exec(expression, names)
                return repr(describe(names["a"]))
            value = eval(expression, names)
            return repr(describe(value))
        except Exception as error:
            return type(error).__name__


@pytest.mark.parametrize("changes", [False, True], ids=["values", "changes"])
@pytest.mark.parametrize("name", ARRAYS)
def test_as_numpy(theirs, name, changes):
    evaluate, describe = theirs
    wrong = []
    for expression in CHANGES if changes else EXPRESSIONS:
        expression = expression.strip()
        if not expression:
            continue
        wanted = evaluate(ARRAYS[name], expression, changes)
        found = ours(ARRAYS[name], expression, changes, describe)
        if found != wanted:
            wrong.append((expression, found, wanted))
    assert not wrong


@pytest.mark.parametrize("name", ARRAYS)
def test_one_class_and_one_memory(np, name):
    array = eval(ARRAYS[name], {"np": numpypy})
    assert type(array) is numpypy.ndarray
    there = cpyembed.Object(array)
    assert isinstance(there, cpyembed.Object) and cpyembed.Object(array) is there
    assert cpyembed.eval("lambda a: a")(array).ctypes.data == array.ctypes.data
    if array.ndim:
        assert array[::-1].base is not None and type(array[::-1]) is numpypy.ndarray
        assert cpyembed.eval("lambda a: a[0:]")(array).ctypes.data == array.ctypes.data
    assert numpypy.shares_memory(array, array.T) or not array.size


def test_a_field_is_an_array_on_the_same_memory():
    records = numpypy.zeros(4, [("x", "f8"), ("n", ">i4"), ("v", "f4", (2,))])
    x, n, v = records["x"], records["n"], records["v"]
    assert [type(field) for field in (x, n, v)] == [numpypy.ndarray] * 3
    assert x.strides == (20,) and n.dtype.str == ">i4" and v.shape == (4, 2)
    for i in range(4):
        x[i] = i + 0.5
        n[i] = i
        v[i, 1] = i
    assert [(x, n, v.tolist()) for x, n, v in records.tolist()] == [
        (i + 0.5, i, [0.0, float(i)]) for i in range(4)]
    assert x.ctypes.data == records.ctypes.data
    records[2] = (7.0, 8, (9, 10))
    assert x[2] == 7.0 and n[2] == 8 and v[2].tolist() == [9.0, 10.0]
    records[1]["x"] = 3.0
    assert x[1] == 3.0


def test_mixed_in_one_expression():
    dates = numpypy.array(["2011-12-01", "2011-12-03"], "M8[D]")
    assert (dates + numpypy.arange(2)).tolist() == (dates + numpypy.array([0, 1])).tolist()
    assert ((dates[1:] - dates[:-1]) / numpypy.timedelta64(1, "D")).tolist() == [2.0]
    words = numpypy.array(["a", "bc"])
    assert words[numpypy.array([1, 0])].tolist() == ["bc", "a"]
    assert (words == numpypy.array(["a", "x"])).tolist() == [True, False]
    long = numpypy.ones(2, "longdouble")
    assert (long + numpypy.arange(2.0)).dtype == numpypy.dtype("longdouble")
    numbers = numpypy.zeros(2)
    numbers[:] = numpypy.array(["1.5", "2.5"])
    assert numbers.tolist() == [1.5, 2.5]
    numbers[:] = long
    assert numbers.tolist() == [1.0, 1.0]
    with pytest.raises((TypeError, ValueError)):
        numbers[:] = numpypy.array(["x", "y"])
    with pytest.raises((TypeError, ValueError)):
        numbers[0] = numpypy.array(["x", "y"])


def test_elements():
    words = numpypy.array(["a", "bc"])
    assert isinstance(words[0], str) and words[1] + "d" == "bcd" and {"a": 1}[words[0]] == 1
    assert type(words[0]).__name__ == "str_"
    assert isinstance(numpypy.array([b"ab"])[0], bytes)
    record = numpypy.array([(1, 2.0)], "i4,f8")[0]
    assert record["f1"] == 2.0 and record.item() == (1, 2.0) and len(record) == 2
    assert numpypy.array([None, {}], object)[0] is None


def test_memory_is_kept_and_let_go(np, collect):
    make = cpyembed.eval("lambda: __import__('numpy').array(['abc'] * 1000)")
    array = make()[10:20]
    collect()
    assert array.tolist() == ["abc"] * 10
    cpyembed.exec("import weakref")
    alive = cpyembed.eval("lambda a: __import__('weakref').ref(a)")
    owner = make()
    gone = alive(owner)
    part = owner[1:].T
    del owner
    collect()
    assert gone() is not None and part[0] == "abc"
    del part
    collect()
    assert gone() is None


def test_read_only():
    words = numpypy.array(["a", "b"])
    words.flags.writeable = False
    with pytest.raises(ValueError):
        words[0] = "c"
    with pytest.raises(ValueError):
        numpypy.array(["a"]).view("u1").setflags(write=False) or words.fill("x")


def test_callbacks_get_arrays():
    seen = []
    cpyembed.eval("lambda f: f(__import__('numpy').array(['a', 'b']))")(seen.append)
    assert type(seen[0]) is numpypy.ndarray and seen[0][1] == "b"


def test_explicit_conversion():
    array = cpyembed.asarray(cpyembed.eval("[__import__('numpy').array(['a'])]")[0])
    assert type(array) is numpypy.ndarray and array[0] == "a"

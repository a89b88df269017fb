"""Functions of elements and sums give NumPy's very bits, its warnings, and the memory asked for."""

import warnings

import pytest

import cpyembed
import numpypy
from numpypy import _reductions, _ufuncs

CODES = {0: "?", **dict(zip(range(1, 11), "bBhHiIlLqQ")), 11: "f", 12: "d"}
SIZES = (1, 7, 200, 5000)


@pytest.fixture(scope="module")
def np():
    return cpyembed.import_module("numpy")


def operands(np, code, size):
    """Two arrays of numpypy's, with zeros, negative numbers and large ones among them."""
    random = np.random.default_rng(size)
    if code in "fd":
        made = [random.normal(size=size) * 10.0 ** random.integers(-3, 4, size) for _ in "ab"]
        for array in made:
            array[size // 2] = 0.0
    elif code == "?":
        made = [random.integers(0, 2, size) for _ in "ab"]
    else:
        limits = np.iinfo(code)
        lowest, highest = (int(limits.min), 127) if code in "bB" else (-1000, 1000)
        made = [random.integers(max(lowest, int(limits.min)), min(highest, int(limits.max)), size)
                for _ in "ab"]
    return [numpypy.asarray(np.asarray(array).astype(code)) for array in made]


def same(found, expected):
    """The same dtype and the same bytes."""
    expected = numpypy.asarray(expected)
    return found.dtype == expected.dtype and found.shape == expected.shape \
        and found.tobytes() == expected.tobytes()


@pytest.mark.parametrize("name", sorted(set(_ufuncs.LOOPS) - {"vecdot"}))
def test_the_very_bits(np, name):
    function, original = getattr(numpypy, name), getattr(np, name)
    for number in _ufuncs.LOOPS[name]:
        for size in SIZES:
            a, b = operands(np, CODES[number], size)
            given = (a, b) if function.nin == 2 else (a,)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found, expected = function(*given), original(*given)
                assert same(found, expected), (CODES[number], size)
                assert same(function(*given, out=numpypy.empty_like(found)), expected)
                if function.nin == 2 and CODES[number] in "fdl":
                    number_ = 3 if CODES[number] == "l" else 1.5
                    assert same(function(a, number_), original(a, number_))
                    assert same(function(number_, a), original(number_, a))


@pytest.mark.parametrize("expression", [
    "a + b", "a - b", "a * b", "a / b", "a // b", "a % b", "a ** 2", "a ** 0.5", "a ** 3",
    "a ** -1", "a ** 1.5", "2 ** a", "a < b", "a == b", "a != b", "a >= b", "-a", "abs(a)", "+a",
    "2 - a", "1 / a", "a + 1", "a * 0.5", "a @ b", "a.dot(b)", "a.sum()", "a.prod()",
    "a.max()", "a.min()", "a.mean()", "a.std()", "a.var()", "a[::2] + b[::2]", "a[:-1] + b[1:]",
    "a + a[::-1]"])
@pytest.mark.parametrize("code", ["d", "f", "l", "i"])
def test_operators_and_sums(np, expression, code):
    for size in SIZES:
        a, b = operands(np, code, size)
        names = {"a": cpyembed.Object(a), "b": cpyembed.Object(b), "np": np}
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                expected = cpyembed.eval(expression, names)
            except Exception as problem:
                with pytest.raises(type(problem)):
                    eval(expression, {"a": a, "b": b})
                continue
            found = eval(expression, {"a": a, "b": b})
        assert str(found.dtype) == str(expected.dtype), (code, size)
        assert found.tobytes() == expected.tobytes(), (code, size, found, expected)


@pytest.mark.parametrize("statement", ["a += b", "a -= b", "a *= b", "a /= b", "a += 1", "a **= 2",
                                       "a += a[::-1]", "a[1:] += a[:-1]", "a[:-1] *= a[1:]"])
def test_in_place(np, statement):
    for size in (2, 200, 5000, 20000):
        a, b = operands(np, "d", size)
        expected = {"a": np.array(a), "b": np.array(b)}
        found = {"a": a.copy(), "b": b}
        before = found["a"]
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            cpyembed.exec(statement, expected)
            exec(statement, found)
        assert found["a"] is before and same(found["a"], expected["a"]), size


@pytest.mark.parametrize("expression", [
    "a / 0", "np.log(a)", "np.sqrt(-a - 1)", "a * 1e308 * 1e308", "np.exp(a * 1e6)", "a // 0",
    "(a * np.inf).sum()", "np.arcsin(a + 5)", "a.astype(int) // 0"])
@pytest.mark.parametrize("size", [3, 300])
def test_warnings_are_numpys(np, expression, size):
    a = np.arange(float(size))
    said = []
    for module, evaluate in ((np, cpyembed.eval), (numpypy, eval)):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            given = cpyembed.Object(a) if module is np else a
            result = evaluate(expression, {"np": module, "a": given})
        said.append((sorted({str(warning.message) for warning in caught}), result.tobytes()))
    assert said[0] == said[1] and said[0][0]


def test_what_is_to_be_raised_leaves_the_operand_alone(np):
    a = numpypy.array([1.0, 2.0, 3.0])
    with np.errstate(all="raise"):
        with pytest.raises(FloatingPointError):
            a + numpypy.array([1.0, 1.0, 1.0]) / numpypy.array([1.0, 0.0, 1.0])
    assert a.tolist() == [1.0, 2.0, 3.0]


def test_read_only_arrays_are_not_written(np):
    a = numpypy.array([1.0, 2.0, 3.0])
    a.flags.writeable = False
    with pytest.raises(ValueError):
        a += 1
    with pytest.raises(ValueError):
        numpypy.add(a, a, out=a)
    assert a.tolist() == [1.0, 2.0, 3.0]


def test_many_results_do_not_pile_up():
    resource = pytest.importorskip("resource")
    a = numpypy.zeros(100000) + 1.0
    for _ in range(200):
        b = a + a
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(5000):
        b = a + a
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400 * 1024
    assert b[0] == 2.0


def test_reductions_of_other_kinds_are_numpys(np):
    a = numpypy.arange(12.0).reshape(3, 4)
    assert numpypy.sum(a) == a.sum() == 66.0 and numpypy.sum(a, axis=0).tolist() == [12, 15, 18, 21]
    assert numpypy.sum([1, 2]) == 3 and numpypy.max(a.T) == 11.0 and numpypy.mean(a, 1)[0] == 1.5
    assert numpypy.dot(a, a.T).shape == (3, 3) and numpypy.dot(2.0, 3.0) == 6.0
    for name in _reductions.FUNCTIONS:
        for array in (a, a.T, a[:, 1], numpypy.arange(5), a.astype("f")):
            found, expected = getattr(numpypy, name)(array), getattr(np, name)(array)
            assert found == expected and type(found).__name__ == type(expected).__name__, name
    with pytest.raises(ValueError):
        numpypy.zeros(0).max()

"""NumPy 2's promotion (NEP 50): what an operator makes of a dtype and a number of Python's.

Every dtype as a scalar, as an array without dimensions and as an array, with every operator and
with numbers that fit and that do not: value, dtype and class of the result, or the class of the
exception, are NumPy's.
"""

import operator
import warnings

import pytest

import cpyembed
import numpypy

DTYPES = ("bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64",
          "float16", "float32", "float64", "complex64", "complex128")
NUMBERS = ("0", "1", "-1", "3", "100", "200", "-200", "40000", "2**31", "2**40", "2**63", "-2**63",
           "2**70", "True", "False", "0.5", "-2.0", "1e30", "1e300", "2j", "1.5+0j")
OPERATORS = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "lshift", "rshift", "and_",
             "or_", "xor", "eq", "ne", "lt", "le", "gt", "ge")
KINDS = {"scalar": "np.%s(3)", "scalar array": "np.array(3, np.%s)",
         "array": "np.array([3, 1, 0], np.%s)"}
CODE = """
import operator, warnings

def describe(value):
    if isinstance(value, np.ndarray):
        return "array", value.dtype.str, value.shape, [repr(x) for x in value.ravel().tolist()]
    if isinstance(value, np.generic):
        return type(value).__name__, value.dtype.str, repr(value.item())
    return type(value).__name__, repr(value)

def outcome(function, left, right):
    try:
        return describe(function(left, right))
    except Exception as error:
        return type(error).__name__

def table(text, numbers, operators):
    value = eval(text, {"np": np})
    found = {}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for number in numbers:
            other = eval(number)
            for name in operators:
                function = getattr(operator, name)
                found[name, number] = repr(outcome(function, value, other))
                found["r" + name, number] = repr(outcome(function, other, value))
    return found
"""


@pytest.fixture(scope="module")
def theirs(np):
    names = {}
    cpyembed.exec("import numpy as np\n" + CODE, names)
    return names["table"]


def ours(text):
    names = {"np": numpypy}
    exec(CODE, names)
    return names["table"](text, NUMBERS, OPERATORS)


def expected_difference(dtype, kind, name, number):
    """`1.5 * int64` is a float: Python takes the int64 for an int. `1j == float64` is NumPy's bool,
    Python's in CPython."""
    if kind != "scalar" or not name.startswith("r") or name == "rshift":
        return False
    return (dtype == "int64" and isinstance(eval(number), (float, complex))
            or dtype == "float64" and name in ("req", "rne") and isinstance(eval(number), complex))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_numbers_of_python_take_part_as_in_numpy(theirs, dtype, kind):
    text = KINDS[kind] % dtype
    wanted = dict(theirs(text, NUMBERS, OPERATORS).items())
    found = ours(text)
    assert len(found) == len(NUMBERS) * len(OPERATORS) * 2 == len(wanted)
    wrong = {key: (found[key], wanted[key]) for key in found if found[key] != wanted[key]
             and not expected_difference(dtype, kind, *key)}
    assert not wrong


@pytest.mark.parametrize("left", DTYPES)
def test_scalars_of_two_dtypes(theirs, left):
    numbers = ["np.%s(2)" % right for right in DTYPES]
    code = CODE.replace("other = eval(number)", "other = eval(number, {'np': np})")
    names, there = {"np": numpypy}, {}
    exec(code, names)
    cpyembed.exec("import numpy as np\n" + code, there)
    for kind in KINDS.values():
        wanted = dict(there["table"](kind % left, numbers, OPERATORS).items())
        found = names["table"](kind % left, numbers, OPERATORS)
        wrong = {key: (found[key], wanted[key]) for key in found if found[key] != wanted[key]}
        assert not wrong


@pytest.mark.parametrize("name", DTYPES)
def test_the_class_is_the_one_that_numpypy_names(name):
    cls = getattr(numpypy, name)
    values = [cls(1), numpypy.ones(2, name)[0], numpypy.ones(2, name).sum(dtype=name),
              cpyembed.eval("__import__('numpy').ones(2, %r)[0]" % name)]
    if name != "bool":
        values += [cls(1) + 1, 1 + cls(1), cls(1) * cls(2), numpypy.ones(2, name)[0] + 1,
                   numpypy.ones(2, name)[0] - numpypy.ones(2, name)[1]]
    assert [type(value) for value in values] == [cls] * len(values)


def test_an_int_that_does_not_fit():
    for operation in (operator.add, operator.sub, operator.mul, operator.and_):
        with pytest.raises(OverflowError):
            operation(numpypy.int8(1), 300)
        with pytest.raises(OverflowError):
            operation(numpypy.array([1], "u1"), -1)
    assert not numpypy.int8(1) == 300 and numpypy.int8(1) < 300
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert numpypy.int8(100) + 100 == -56


@pytest.mark.parametrize("text", ["q", "Q", "longlong", "ulonglong", "<q", ">q"])
def test_eight_bytes_are_int64(text):
    array = numpypy.zeros(2, text)
    cls = numpypy.uint64 if text.lower()[0] == "u" or text == "Q" else numpypy.int64
    assert type(array[0]) is cls and array.dtype == numpypy.dtype(text)
    assert array.dtype.str == (">i8" if text[0] == ">" else numpypy.dtype(cls).str)


def test_int64_and_float64_of_any_size(np):
    """What loops do most is micronumpy's; NumPy's results to the last bit."""
    there = cpyembed.eval("lambda f, a, b: f(a, b)")
    integers = [0, 1, -1, 2, 3, -7, 2**53 + 1, -2**53 - 1, 2**62, 2**63 - 1, -2**63, 10**18 + 7]
    floats = [0.0, -0.0, 0.1, -2.5, 1e18, float(2**53), 1e300, float("inf")]
    operations = [operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv,
                  operator.mod, operator.and_, operator.or_, operator.xor, operator.eq,
                  operator.lt, operator.ge]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for a in integers:
            for b in integers + floats:
                for function in operations:
                    if type(b) is float and function in operations[6:9]:
                        continue
                    for left, right in ((numpypy.int64(a), b), (a, numpypy.int64(b))
                                        if type(b) is int else (numpypy.int64(a), b),
                                        (numpypy.int64(a), numpypy.array([b])[0]),
                                        (numpypy.array([b])[0], numpypy.int64(a))):
                        name = "operator." + function.__name__
                        wanted = there(cpyembed.eval("__import__('operator')." + function.__name__),
                                       left, right)
                        found = function(left, right)
                        assert repr(found) == repr(wanted), (name, left, right)
                        assert type(found) is type(wanted)

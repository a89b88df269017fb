"""No operation of numpypy, with whatever arguments, ends the process."""

import pytest

import cpyembed
import numpypy

PROGRAM = """
import random, sys, warnings
warnings.simplefilter("ignore")
import numpypy as np

rng = random.Random(int(sys.argv[1]))
DTYPES = ["f8", "i8", "f4", "i1", "u2", "?", "c16", ">f8", ">i4", "f2", "u8", "c8"]
VALUES = [0, 1, -1, 2, 5, -7, 100, 2**31, 2**63, -2**63 - 1, 1.5, None, True, "x", b"x", 1j, [],
          float("nan"), [0], [1, 2], (), (0,), (1, 2), ..., slice(None), slice(None, None, -1),
          slice(5, 1, -2), slice(0, 100, 0), object(), [[1], [0]], [True, False], "f4",
          np.float32(2), np.int8(1), np.bool(True)]
VIEWS = [lambda a: a.T, lambda a: a[::-1], lambda a: a[..., ::2], lambda a: a[1:],
         lambda a: a[None], lambda a: a.reshape(-1), lambda a: a.swapaxes(0, -1),
         lambda a: np.copy(a), lambda a: a.real, lambda a: a.view()]
ATTRIBUTES = [name for name in dir(np.ndarray) if name not in (
    "dump", "tofile", "__class__", "__init_subclass__", "__subclasshook__", "__new__", "__init__",
    "__getattribute__", "__setattr__", "__delattr__", "__dir__", "__doc__")]
FUNCTIONS = ["array", "asarray", "concatenate", "count_nonzero", "dot", "where", "result_type",
             "can_cast", "promote_types", "ones_like", *np._native.__all__]
FUNCTIONS = [name for name in FUNCTIONS if name not in ("empty", "zeros", "ones", "full")
             and callable(getattr(np, name))]


def array():
    made = np.zeros(tuple(rng.choice([0, 1, 2, 3, 4]) for _ in range(rng.randrange(4))),
                    rng.choice(DTYPES))
    if made.size:
        made[...] = rng.choice([0, 1, 2, 3])
    for _ in range(rng.randrange(3)):
        try:
            made = rng.choice(VIEWS)(made)
        except Exception:
            pass
    return made


def value():
    return array() if rng.random() < 0.4 else rng.choice(VALUES)


def values(most):
    return tuple(value() for _ in range(rng.randrange(most)))


def index():
    return value() if rng.random() < 0.6 else values(5)


def attribute(a):
    name = rng.choice(ATTRIBUTES)
    found = getattr(a, name)
    if callable(found):
        found(*values(4))
    elif rng.random() < 0.5:
        setattr(a, name, value())


def flat(a):
    iterator = a.flat
    iterator[index()]
    iterator[index()] = value()
    list(iterator)


def again(a):
    a[index()] = value()


STEPS = [lambda a: a[index()], again, attribute, attribute, attribute, flat,
         lambda a: getattr(np, rng.choice(FUNCTIONS))(*values(4))]
survived = 0
for _ in range(2500):
    try:
        rng.choice(STEPS)(array())
        survived += 1
    except Exception:
        pass
print("done", survived > 200)
"""


@pytest.mark.parametrize("seed", range(3))
def test_operations_with_any_arguments(program, seed):
    done = program(PROGRAM, str(seed))
    assert (done.returncode, done.stdout) == (0, "done True\n"), done.stderr[-2000:]


@pytest.mark.parametrize("code", ["g", "G", "S3", "U3", "V5", "M8[s]", "O", [("a", "i4")], "d"])
def test_truth_values_of_an_array_of_any_dtype(code):
    """micronumpy reads such elements as if they were numbers."""
    original = cpyembed.import_module("numpy")
    for shape in (1,), (2, 2), ():
        expected = original.bool_(original.zeros(shape, code))
        found = numpypy.bool_(numpypy.zeros(shape, code))
        assert str(found) == str(expected) and found.shape == expected.shape
        assert found.dtype == bool

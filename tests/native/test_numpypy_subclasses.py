"""Classes of PyPy derived from numpypy.ndarray: where the class and its attributes are kept.

Each expression is evaluated with such a class here, and with the same class in CPython; what comes
out must have the same class, shape and elements.
"""

import copy
import pickle

import pytest

import cpyembed
import numpypy

CLASS = """
class Marked(np.ndarray):
    def __new__(cls, data, mark=None):
        made = np.asarray(data).view(cls)
        made.mark = mark
        return made

    def __array_finalize__(self, obj):
        self.mark = getattr(obj, "mark", "none")

class Named(Marked):
    pass

a = Marked(np.arange(1, 7.0).reshape(2, 3), "x")
b = Named(np.arange(3), "y")
"""
EXPRESSIONS = """
a.sum(); a.sum(axis=0); a.max(); a.mean(0); a.std(); a.prod(0); a.any(); a.all(0); a.argmax()
a.argmax(0); a.argsort(); a.astype('f4'); a.byteswap(); a.clip(0, 3); a.compress([True, False], 0)
a.conj(); a.cumsum(0); a.diagonal(); a.dot(a.T); a.nonzero()[0]; a.ravel(); a.repeat(2); a.round()
a[0].searchsorted([2]); a.squeeze(); a.swapaxes(0, 1); a.take([0, 1]); a.trace(); a.transpose()
a.T; a.mT; a.real; a.imag; a.view(); a.view('i8'); a.view(np.ndarray); a.copy(); a.flatten()
a.view(Named); a.view('i8', Named); a.view(type=Named); b.view(Marked); a.reshape(3, 2)
a.reshape(6); a[0]; a[0, 0]; a[[0]]; a[a > 2]; a[...]; a[None]; a[()]; a[:, 1]; a + 1; 1 + a
a + a; a + b; b + a; a + np.arange(3); np.arange(3) + a; -a; a == 1; a @ a.T; abs(a)
divmod(a, 2)[0]; np.sin(a); np.add.reduce(a); np.add.accumulate(a); np.add.outer(a, a); np.sum(a)
np.mean(a, 0); np.concatenate([a, a]); np.where(a > 1, a, 0); np.sort(a); np.zeros_like(a)
np.dot(a, a.T); np.array(a); np.array(a, subok=True); np.copy(a); np.minimum(a, 1)
np.add(a, 1, out=np.zeros((2, 3))); np.asarray(a); np.asanyarray(a); np.median(a); np.diff(a)
np.linalg.norm(a); np.frexp(a)[1]; np.broadcast_to(a, (2, 2, 3), subok=True); np.tile(a, 2)
np.roll(a, 1); np.unique(a); np.split(a, 2)[1]; np.stack([a, a]); np.outer(a, a)
np.ndarray.__new__(Marked, (2,), buffer=np.arange(2.0)); copy.copy(a); copy.deepcopy(a)
a.__iadd__(1); b.__iadd__(1); list(a)[1]; a.flat[1:3]; repr(b); str(a)
""".replace("\n", ";").split(";")


@pytest.fixture(scope="module")
def theirs(np):
    """`evaluate(setup, expression)` in CPython: repr of (class, shape, elements, mark)."""
    names = {}
    cpyembed.exec("""
import copy
import numpy as np

def describe(value):
    if isinstance(value, np.ndarray):
        return type(value).__name__, value.shape, value.tolist(), getattr(value, "mark", None)
    return type(value).__name__, value.item() if isinstance(value, np.generic) else value

def evaluate(setup, text):
    names = {"np": np, "copy": copy}
    exec(setup, names)
    return repr(describe(eval(text, names)))
""", names)
    return names["evaluate"]


def ours(text):
    names = {"np": numpypy, "copy": copy}
    exec(CLASS, names)
    value = eval(text, names)
    if isinstance(value, numpypy.ndarray):
        return repr((type(value).__name__, value.shape, value.tolist(),
                     getattr(value, "mark", None)))
    return repr((type(value).__name__, value.item() if isinstance(value, numpypy.generic)
                 else value))


@pytest.mark.parametrize("text", [text.strip() for text in EXPRESSIONS if text.strip()])
def test_the_class_is_kept_as_in_cpython(theirs, text):
    assert ours(text) == theirs(CLASS, text)


def test_one_memory():
    class Mine(numpypy.ndarray):
        pass

    plain = numpypy.arange(3.0)
    mine = plain.view(Mine)
    mine[1] = 7
    assert plain[1] == 7.0 and mine.ctypes.data == plain.ctypes.data
    mine += 1
    assert plain.tolist() == [1.0, 8.0, 3.0] and type(mine) is Mine
    cpyembed.eval("lambda a: a.fill(5)")(mine)
    assert plain.tolist() == [5.0] * 3


def test_cpython_sees_a_subclass_and_gives_the_instance_back():
    class Mine(numpypy.ndarray):
        pass

    mine = numpypy.arange(3.0).view(Mine)
    look = cpyembed.eval("lambda a: (type(a).__name__, type(a).__mro__[1].__name__, a)")
    name, base, same = look(mine)
    assert (name, base) == ("Mine", "ndarray") and same is mine
    part = cpyembed.eval("lambda a: [a[1:]]")(mine)[0]
    assert type(part) is Mine and part.tolist() == [1.0, 2.0]


def test_array_ufunc_of_the_class_decides():
    seen = []

    class Watched(numpypy.ndarray):
        def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
            seen.append((ufunc, method))
            plain = [x.view(numpypy.ndarray) if isinstance(x, Watched) else x for x in inputs]
            result = super().__array_ufunc__(ufunc, method, *plain, **keywords)
            return result.view(Watched) if isinstance(result, numpypy.ndarray) else result

    watched = numpypy.arange(3.0).view(Watched)
    assert type(watched + 1) is Watched and type(1 + watched) is Watched
    assert (numpypy.multiply(watched, 2)).tolist() == [0.0, 2.0, 4.0]
    assert numpypy.add.reduce(watched) == 3.0 and watched.sum() == 3.0
    assert seen == [(numpypy.add, "__call__")] * 2 + [(numpypy.multiply, "__call__")] + [
        (numpypy.add, "reduce")] * 2

    class Closed(numpypy.ndarray):
        __array_ufunc__ = None

    with pytest.raises(TypeError):
        numpypy.arange(2.0).view(Closed) + 1


def test_array_function_of_the_class_decides():
    seen = []

    class Mine(numpypy.ndarray):
        def __array_function__(self, function, types, args, keywords):
            seen.append((function, types, len(args), keywords))
            return "mine"

    mine = numpypy.arange(3.0).view(Mine)
    assert numpypy.concatenate([mine, mine], axis=0) == "mine"
    assert numpypy.linalg.norm(mine) == "mine"
    assert seen == [(numpypy.concatenate, (Mine,), 1, {"axis": 0}),
                    (numpypy.linalg.norm, (Mine,), 1, {})]
    assert [function for function, *_ in seen][1] is numpypy.linalg.norm


def test_array_wrap_and_priority_of_the_class():
    class Low(numpypy.ndarray):
        __array_priority__ = 1.0

    class High(numpypy.ndarray):
        __array_priority__ = 2.0

        def __array_wrap__(self, array, context=None, return_scalar=False):
            return "wrapped", super().__array_wrap__(array, context, return_scalar)

    low, high = numpypy.arange(2.0).view(Low), numpypy.arange(2.0).view(High)
    word, made = numpypy.add(low, high)
    assert word == "wrapped" and type(made) is High and made.tolist() == [0.0, 2.0]
    assert type(numpypy.add(low, 1)) is Low


def test_pickled():
    again = pickle.loads(pickle.dumps(numpypy.arange(3.0).view(Pickled)))
    assert type(again) is Pickled and again.tolist() == [0.0, 1.0, 2.0]


class Pickled(numpypy.ndarray):
    pass


def test_nothing_is_kept_alive(np):
    import gc
    import weakref

    class Mine(numpypy.ndarray):
        pass

    mine = numpypy.arange(3.0).view(Mine)
    gone = weakref.ref(mine)
    assert (mine + 1).sum() == 6.0
    del mine
    for _ in range(20):
        gc.collect()
        cpyembed.eval("__import__('gc').collect()")
        if gone() is None:
            break
    assert gone() is None


def test_matrix_and_masked_arrays_stay_cpythons(np):
    matrix = numpypy.matrix([[1, 2], [3, 4]])
    assert (matrix * matrix).tolist() == [[7, 10], [15, 22]] and type(matrix.A) is numpypy.ndarray
    assert isinstance(numpypy.arange(4.0).reshape(2, 2).view(numpypy.matrix), numpypy.matrix)
    matrix.A[0, 0] = 9
    assert matrix[0, 0] == 9
    masked = numpypy.ma.array([1.0, 2.0, 3.0], mask=[False, True, False])
    assert masked.mean() == 2.0 and type(masked.data) is numpypy.ndarray
    assert (numpypy.arange(3.0) + masked).tolist() == [1.0, None, 5.0]
    assert masked[1] is numpypy.ma.masked and masked.filled(0).tolist() == [1.0, 0.0, 3.0]

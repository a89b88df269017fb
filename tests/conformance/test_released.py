"""Section 3: `release`: a reference that was given up is refused wherever it is used."""

import copy
import pickle
import threading

import pytest

import cpyembed


def made(source):
    return cpyembed.raw(cpyembed.builtins.eval)(source, {})


def released(source="[1, 2]"):
    x = made(source)
    cpyembed.release(x)
    return x


TAKE = cpyembed.eval("lambda *args, **kwargs: 0")


def next_of(x):
    return next(iter(x))


def attribute_set(x):
    namespace = cpyembed.eval("__import__('types').SimpleNamespace()")
    namespace.x = x


USES = {
    "argument": TAKE, "second of four": lambda x: TAKE(1, x, 2, 3), "keyword": lambda x: TAKE(a=x),
    "two keywords": lambda x: TAKE(a=1, b=x), "many keywords": lambda x: TAKE(a=1, b=2, c=x),
    "in a tuple": lambda x: TAKE((1, x)), "in a list": lambda x: TAKE([x]),
    "in a dict": lambda x: TAKE({"a": x}), "argument of raw": lambda x: cpyembed.raw(TAKE)(x),
    "result of a callback": lambda x: cpyembed.eval("lambda f: f()")(lambda: x),
    "item set": lambda x: cpyembed.Object([1]).__setitem__(0, x),
    "looked for": lambda x: x in cpyembed.Object([1]),
    "right operand": lambda x: cpyembed.Object([1]) + x, "left operand": lambda x: x + [1],
    "compared": lambda x: x == x, "attribute": lambda x: x.append,
    "value of an attribute": attribute_set, "item": lambda x: x[0],
    "item deleted": lambda x: x.__delitem__(0), "length": len, "list": list, "next": next_of,
    "str": str, "repr": repr, "format": format, "dir": dir, "copy": copy.copy,
    "pickle": pickle.dumps, "globals": lambda x: cpyembed.eval("1", x),
    "Object": cpyembed.Object, "to_python": cpyembed.to_python,
}


@pytest.mark.parametrize("use", sorted(USES))
def test_a_released_reference_is_refused(use):
    with pytest.raises(ValueError, match="released"):
        USES[use](released())
    assert cpyembed.eval("1 + 1") == 2


def test_released_functions_and_arrays(np):
    function = released("lambda: 1")
    with pytest.raises(ValueError, match="released"):
        function()
    array = cpyembed.raw(np.arange)(3.0)
    cpyembed.release(array)
    for use in (cpyembed.asarray, memoryview, lambda x: np.add(x, 1)):
        with pytest.raises(ValueError, match="released"):
            use(array)


def test_released_while_it_is_iterated():
    x = made("[1, 2, 3]")
    seen = []
    with pytest.raises(ValueError, match="released"):
        for item in x:
            seen.append(item)
            cpyembed.release(x)
    assert seen == [1]


def test_releasing_twice_does_nothing():
    x = released()
    cpyembed.release(x)
    with pytest.raises(ValueError, match="released"):
        len(x)


@pytest.mark.parametrize("wrong", [None, 3, [], object, "text"])
def test_what_is_no_object_is_not_released(wrong):
    with pytest.raises(TypeError, match="Object"):
        cpyembed.release(wrong)


def test_the_end_of_a_scope_leaves_modules_and_what_other_threads_made():
    others = []
    with cpyembed.scope():
        module = cpyembed.import_module("colorsys")
        inside = made("[1]")
        thread = threading.Thread(target=lambda: others.append(made("[2]")))
        thread.start()
        thread.join()
    assert module.rgb_to_hsv(0.0, 0.0, 0.0) == (0.0, 0.0, 0.0)
    assert others[0][0] == 2
    with pytest.raises(ValueError, match="released"):
        inside[0]

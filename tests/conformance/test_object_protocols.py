"""Section 4: `Object` forwards every protocol, and has no more of them than the object has."""

import collections.abc
import copy
import inspect
import math
import operator
import os
import pickle
import weakref

import pytest

import cpyembed


@pytest.fixture(scope="module")
def number():
    names = {}
    cpyembed.exec("""if 1:
        class N:
            def __init__(self, n): self.n = n
            def __repr__(self): return 'N(%r)' % (self.n,)
            def __hash__(self): return 77
            def __bool__(self): return self.n != 0
            def __int__(self): return 3
            def __float__(self): return 4.5
            def __complex__(self): return 5j
            def __index__(self): return 6
            def __bytes__(self): return b'seven'
            def __round__(self, n=None): return ('round', n)
            def __trunc__(self): return 'trunc'
            def __floor__(self): return 'floor'
            def __ceil__(self): return 'ceil'
            def __format__(self, spec): return 'format ' + spec
            def __neg__(self): return 'neg'
            def __pos__(self): return 'pos'
            def __abs__(self): return 'abs'
            def __invert__(self): return 'invert'
            def __eq__(self, other): return ('eq', other)
            def __ne__(self, other): return ('ne', other)
            def __lt__(self, other): return ('lt', other)
            def __le__(self, other): return ('le', other)
            def __gt__(self, other): return ('gt', other)
            def __ge__(self, other): return ('ge', other)
            def __pow__(self, other, mod=None): return ('pow', other, mod)
            def __rpow__(self, other): return ('rpow', other)
            def __ipow__(self, other): return ('ipow', other)
        for name in ('add sub mul matmul truediv floordiv mod divmod lshift rshift and or '
                     'xor').split():
            for kind in ('', 'r', 'i'):
                def f(self, other, name=name, kind=kind): return (kind + name, other)
                setattr(N, '__%s%s__' % (kind, name), f)
        x = N(1)
        zero = N(0)
    """, names)
    return names


BINARY = ["add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "lshift", "rshift", "xor"]


@pytest.mark.parametrize("name", BINARY + ["and_", "or_"])
def test_binary_operators(name, number):
    x, f, plain = number["x"], getattr(operator, name), name.strip("_")
    assert f(x, 5) == (plain, 5)
    assert f(5, x) == ("r" + plain, 5)
    assert getattr(operator, "i" + plain)(x, 5) == ("i" + plain, 5)


def test_divmod_and_pow(number):
    x = number["x"]
    assert divmod(x, 2) == ("divmod", 2) and divmod(2, x) == ("rdivmod", 2)
    assert x ** 2 == ("pow", 2, None) and pow(x, 2, 3) == ("pow", 2, 3)
    assert 2 ** x == ("rpow", 2) and operator.ipow(x, 2) == ("ipow", 2)
    assert pow(cpyembed.Object(7), 3, 5) == 3


@pytest.mark.parametrize("name", ["eq", "ne", "lt", "le", "gt", "ge"])
def test_comparison(name, number):
    assert getattr(operator, name)(number["x"], 5) == (name, 5)


def test_unary_operators(number):
    x = number["x"]
    assert (-x, +x, abs(x), ~x) == ("neg", "pos", "abs", "invert")


def test_conversions(number):
    x = number["x"]
    assert (int(x), float(x), complex(x), operator.index(x)) == (3, 4.5, 5j, 6)
    assert bytes(x) == b"seven" and hash(x) == 77
    assert round(x) == ("round", None) and round(x, 2) == ("round", 2)
    assert (math.trunc(x), math.floor(x), math.ceil(x)) == ("trunc", "floor", "ceil")
    assert format(x, ">3") == "format >3" and "{:a}".format(x) == "format a"
    assert repr(x) == "N(1)" and str(x) == "N(1)"
    assert bool(x) is True and bool(number["zero"]) is False
    assert [10, 20, 30, 40, 50, 60, 70][x] == 70 and hex(x) == "0x6"


def test_attributes(define):
    x = define("class C: pass\nx = C()")["x"]
    x.a = 1
    assert x.a == 1 and hasattr(x, "a") and getattr(x, "b", 3) == 3
    del x.a
    assert not hasattr(x, "a")
    with pytest.raises(AttributeError):
        del x.a


@pytest.mark.parametrize("name", ["__doc__", "__module__", "__dict__", "__init__", "__name__"])
def test_special_attributes_are_cpythons(name, define):
    f = define("def f(a):\n 'the doc'\nf.__module__ = 'm'\n")["f"]
    expected = {"__doc__": "the doc", "__module__": "m", "__name__": "f"}
    value = getattr(f, name)
    if name in expected:
        assert value == expected[name]


def test_class_attribute(define):
    names = define("class C: pass\nx = C()")
    assert names["x"].__class__ is names["C"]


def test_calls(define):
    f = define("def f(*args, **kwargs): return args, sorted(kwargs.items())")["f"]
    for n in range(12):
        assert f(*range(n)) == (tuple(range(n)), kw([]))
    assert f(1, b=2, a=3)[0] == (1,)
    assert list(f(b=2, a=3)[1]) == [("a", 3), ("b", 2)]
    assert f(*(1, 2), **{"x y": 3})[0] == (1, 2)


def kw(expected):
    class Like:
        def __eq__(self, other): return list(other) == expected
    return Like()


def test_call_of_what_is_not_callable():
    with pytest.raises(TypeError):
        cpyembed.eval("[]")()


def test_items_and_slices():
    x = cpyembed.eval("[0, 1, 2, 3, 4]")
    assert x[1] == 1 and x[-1] == 4 and list(x[1:3]) == [1, 2] and list(x[::-2]) == [4, 2, 0]
    x[0] = "new"
    x[1:3] = [7]
    assert list(x) == ["new", 7, 3, 4]
    del x[0]
    del x[0:2]
    assert list(x) == [4] and len(x) == 1
    with pytest.raises(IndexError):
        x[9]
    with pytest.raises(TypeError):
        x["a"]


def test_dict(define):
    x = cpyembed.eval("{'a': 1}")
    x["b"] = [1]
    assert x["a"] == 1 and "b" in x and "c" not in x and len(x) == 2 and set(x) == {"a", "b"}
    assert dict(x)["a"] == 1 and {**x}["a"] == 1
    with pytest.raises(KeyError):
        x["nope"]
    assert sorted(k for k, v in x.items()) == ["a", "b"]


def test_iteration(define):
    names = define("""
        def gen():
            got = yield 1
            yield got
            return 5
        class Old:
            def __getitem__(self, i):
                if i > 2: raise IndexError
                return i
        old = Old()
    """)
    g = names["gen"]()
    assert next(g) == 1 and g.send("x") == "x"
    with pytest.raises(StopIteration) as caught:
        next(g)
    assert caught.value.value == 5
    assert list(names["old"]) == [0, 1, 2]
    assert list(reversed(cpyembed.eval("[1, 2]"))) == [2, 1]
    assert list(zip(cpyembed.eval("[1]"), "a")) == [(1, "a")]

    def delegate():
        return (yield from names["gen"]())
    d = delegate()
    assert next(d) == 1 and d.send(3) == 3


def test_context_manager(define):
    names = define("""
        class C:
            log = []
            def __enter__(self): self.log.append('enter'); return 'value'
            def __exit__(self, kind, value, tb):
                self.log.append((kind, type(value), str(value)))
                return kind is KeyError
        c = C()
    """)
    with names["c"] as value:
        assert value == "value"
    with names["c"]:
        raise KeyError("k")
    with pytest.raises(ValueError):
        with names["c"]:
            raise ValueError("v")
    log = cpyembed.to_python(names["C"].log)
    assert log[3] == (KeyError, KeyError, "'k'") and log[5] == (ValueError, ValueError, "v")


def test_list_concatenation_both_ways():
    x = cpyembed.eval("[2]")
    assert list([1] + x) == [1, 2] and list(x + [3]) == [2, 3] and list(x * 2) == [2, 2]


def test_a_list_and_what_is_none():
    with pytest.raises(TypeError):
        [1] + cpyembed.eval("{}")
    with pytest.raises(TypeError):
        cpyembed.eval("[]") + (1,)
    xs = [1]
    xs += cpyembed.eval("[2]")
    assert xs == [1, 2]


def test_in_place_keeps_identity():
    x = y = cpyembed.eval("[1]")
    x += [2]
    assert x is y and list(y) == [1, 2]


def test_error_messages_name_the_cpython_type(define):
    x = define("class Thing: pass\nx = Thing()")["x"]
    for f in (lambda: x + 1, lambda: len(x), lambda: x[0], lambda: x(), lambda: iter(x)):
        with pytest.raises(TypeError) as caught:
            f()
        assert "Thing" in str(caught.value) and "Object" not in str(caught.value)


def test_no_more_than_the_object_has(define):
    names = define("""
        class Plain: pass
        class Callable:
            def __call__(self): pass
        class Sized:
            def __len__(self): return 3
        class Unhashable:
            __hash__ = None
        plain, call, sized, unhashable = Plain(), Callable(), Sized(), Unhashable()
        async def co(): pass
    """)
    plain = names["plain"]
    assert not callable(plain) and callable(names["call"])
    abc = collections.abc
    for kind in (abc.Iterable, abc.Sized, abc.Container, abc.Callable, abc.Iterator,
                 abc.Awaitable, abc.AsyncIterable):
        assert not isinstance(plain, kind), kind
    assert isinstance(names["sized"], abc.Sized) and not isinstance(names["sized"], abc.Iterable)
    assert isinstance(cpyembed.eval("[]"), abc.Iterable)
    assert isinstance(cpyembed.eval("iter([])"), abc.Iterator)
    assert isinstance(cpyembed.eval("object()"), abc.Hashable) is not True or True
    assert isinstance(plain, abc.Hashable) and not isinstance(names["unhashable"], abc.Hashable)
    coroutine = names["co"]()
    assert inspect.isawaitable(coroutine) and not inspect.isawaitable(plain)
    coroutine.close()


def test_isinstance_and_issubclass(define):
    names = define("class A: pass\nclass B(A): pass\nb = B()")
    assert isinstance(names["b"], names["A"]) and issubclass(names["B"], names["A"])
    assert not isinstance(3, names["A"])
    assert isinstance(3, (names["A"], int))


def test_dir_and_completion(define):
    x = define("class C:\n def method(self): pass\nx = C()")["x"]
    assert "method" in dir(x)
    import rlcompleter
    completer = rlcompleter.Completer({"x": x})
    assert any(completer.complete("x.meth", n) for n in range(1))


def test_help(define, capsys):
    f = define("def f(a, b=2):\n 'What f does.'")["f"]
    import pydoc
    assert "What f does." in pydoc.render_doc(f)
    assert "f(a, b=2)" in pydoc.render_doc(f, renderer=pydoc.plaintext)


def test_help_of_a_class_and_a_module(define, capsys):
    text = define("import textwrap").pop("textwrap")
    help(text.TextWrapper)
    help(text)
    out = capsys.readouterr().out
    assert "wrap(self, text)" in out and "FUNCTIONS" in out


def test_signature(define):
    f = define("def f(a, b=2, *c, d, **e): pass")["f"]
    assert list(inspect.signature(f).parameters) == ["a", "b", "c", "d", "e"]


def test_copy(define):
    x = cpyembed.eval("[1, [2]]")
    y, z = copy.copy(x), copy.deepcopy(x)
    assert y is not x and y[1] is x[1] and z[1] is not x[1] and list(z[1]) == [2]


def test_pickle():
    x = cpyembed.eval("__import__('collections').ChainMap({'a': 1})")
    y = pickle.loads(pickle.dumps(x))
    assert isinstance(y, cpyembed.Object) and y["a"] == 1
    f = cpyembed.import_module("math").sqrt
    assert pickle.loads(pickle.dumps(f)) is f


@pytest.mark.parametrize("protocol", range(6))
def test_pickle_protocols(protocol):
    x = cpyembed.eval("{'a': [1, 2]}")
    y = pickle.loads(pickle.dumps([x, 3], protocol))
    assert y[1] == 3 and isinstance(y[0], cpyembed.Object) and y[0] == x and y[0] is not x


def test_what_cpython_does_not_pickle(define):
    with pytest.raises(Exception) as caught:
        pickle.dumps(cpyembed.eval("(i for i in ())"))
    assert "generator" in str(caught.value)


def test_copies_go_by_cpythons_methods(define):
    x = define("""
        class C:
            def __copy__(self): return 'copied'
            def __deepcopy__(self, memo): return 'deep'
        x = C()
    """)["x"]
    assert copy.copy(x) == "copied" and copy.deepcopy(x) == "deep"
    assert copy.deepcopy([x]) == ["deep"]


def test_special_methods_are_looked_up_on_the_type(define):
    names = define("""
        class Meta(type):
            def __instancecheck__(cls, x): return x == 3
            def __round__(cls): return 'of the metaclass'
        class C(metaclass=Meta):
            def __round__(self): return 'of the class'
            def __enter__(self): return self
            def __exit__(self, kind, value, tb): return kind is KeyError
        c = C()
        c.__round__ = c.__exit__ = None
    """)
    assert round(names["c"]) == "of the class" and round(names["C"]) == "of the metaclass"
    with names["c"]:
        raise KeyError
    assert isinstance(3, names["C"]) and not isinstance(4, names["C"])
    assert isinstance(names["C"], names["Meta"]) and not isinstance(3, names["Meta"])


def test_context_managers_of_contextlib(define):
    names = define("""
        import contextlib
        log = []
        @contextlib.contextmanager
        def manager():
            try:
                yield 'value'
            except KeyError as e:
                log.append(str(e))
            finally:
                log.append('end')
    """)
    with names["manager"]() as value:
        assert value == "value"
        raise KeyError("k")
    with pytest.raises(ValueError):
        with names["manager"]():
            raise ValueError
    assert list(names["log"]) == ["'k'", "end", "end"]


def test_weak_reference(define, collect):
    x = define("class C: pass\nx = C()")["x"]
    ref = weakref.ref(x)
    assert ref() is x
    del x
    collect()
    assert ref() is None


def test_cpython_decorator_around_a_method(define):
    decorate = define("""
        import functools
        def decorate(f):
            @functools.wraps(f)
            def inner(*args): return ('decorated', f(*args))
            return inner
    """)["decorate"]

    class C:
        @decorate
        def method(self, x):
            return self, x
    c = C()
    assert c.method(3) == ("decorated", (c, 3))


def test_cpython_property_and_descriptor(define):
    make = define("def make(f): return property(f)")["make"]

    class C:
        p = make(lambda self: ("got", self))
    c = C()
    assert c.p == ("got", c)


def test_fspath(tmp_path, define):
    p = define("class P:\n def __fspath__(self): return '/x/y'\np = P()")["p"]
    assert os.fspath(p) == "/x/y"


def test_subscripts_of_classes(define):
    C = define("class C:\n def __class_getitem__(cls, x): return ('item', x)")["C"]
    assert C[int] == ("item", int)


def test_subscripts_of_classes_are_no_iteration(define):
    C = define("class C:\n def __class_getitem__(cls, x): return x")["C"]
    assert C[7] == 7
    with pytest.raises(TypeError):
        iter(C)
    with pytest.raises(TypeError):
        1 in C  # noqa: B015
    colours = define("import enum\nColour = enum.Enum('Colour', 'RED GREEN')")["Colour"]
    assert [colour.name for colour in colours] == ["RED", "GREEN"]
    assert colours.RED in colours


def test_modules_as_objects():
    math_ = cpyembed.import_module("math")
    assert math_.__name__ == "math" and "module 'math'" in repr(math_)
    assert math_.pi == math.pi
    with pytest.raises(AttributeError):
        math_.nope


def test_buffer_protocol():
    x = cpyembed.eval("bytearray(b'abc')")
    m = memoryview(x)
    m[0] = 65
    assert bytes(x) == b"Abc"
    with pytest.raises(TypeError):
        memoryview(cpyembed.eval("[]"))


def test_truth_that_raises(define):
    x = define("class C:\n def __bool__(self): raise ValueError('no truth')\nx = C()")["x"]
    with pytest.raises(ValueError):
        bool(x)


def test_sorting_objects(define):
    C = define("""
        class C:
            def __init__(self, n): self.n = n
            def __lt__(self, other): return self.n < other.n
    """)["C"]
    xs = [C(3), C(1), C(2)]
    assert [x.n for x in sorted(xs)] == [1, 2, 3]


def test_object_cannot_be_subclassed_directly():
    with pytest.raises(TypeError):
        class Mine(cpyembed.Object):
            pass

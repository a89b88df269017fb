"""Section 4: PyPy objects as CPython sees them."""

import collections.abc

import pytest

import cpyembed


@pytest.fixture(scope="module")
def ask():
    """`ask(expression, x=...)` evaluates it in CPython."""
    def run(expression, **names):
        return cpyembed.eval("lambda %s: %s" % (", ".join(names), expression))(*names.values())
    return run


def test_functions(ask):
    def f(a, b=2, *c, d=4, **e):
        "What it does."
        return a, b, c, d, e
    assert ask("f(1)", f=f) == (1, 2, (), 4, {})
    assert ask("f(1, 3, 5, d=6, z=7)", f=f)[:4] == (1, 3, (5,), 6)
    assert ask("callable(f)", f=f) is True
    assert ask("f.__doc__", f=f) == "What it does."
    assert ask("f.__name__", f=f) == "f"
    assert ask("str(__import__('inspect').signature(f))", f=f) == "(a, b=2, *c, d=4, **e)"


def test_wrong_arguments(ask):
    with pytest.raises(TypeError):
        ask("f(1, 2)", f=lambda a: a)


def test_instances_attributes(ask):
    class C:
        x = 1

        def m(self, y):
            return self.x + y
    c = C()
    assert ask("c.x", c=c) == 1 and ask("c.m(4)", c=c) == 5
    ask("setattr(c, 'x', [7])", c=c)
    assert list(c.x) == [7]
    ask("delattr(c, 'x')", c=c)
    assert c.x == 1
    assert ask("hasattr(c, 'nope')", c=c) is False
    assert ask("getattr(c, 'nope', 3)", c=c) == 3


def test_repr_str_hash_bool(ask):
    class C:
        def __repr__(self): return "the repr"
        def __str__(self): return "the str"
        def __hash__(self): return 1234
        def __bool__(self): return False
    assert ask("(repr(c), str(c), hash(c), bool(c))", c=C()) == ("the repr", "the str", 1234, False)


def test_operators(ask):
    class C:
        def __add__(self, o): return ("add", o)
        def __radd__(self, o): return ("radd", o)
        def __iadd__(self, o): return ("iadd", o)
        def __pow__(self, o): return ("pow", o)
        def __neg__(self): return "neg"
        def __lt__(self, o): return ("lt", o)
        def __eq__(self, o): return "eq"
        def __matmul__(self, o): return ("matmul", o)
        __hash__ = None
    c = C()
    assert ask("(c + 1, 1 + c, c ** 2, -c, c < 3, c == 3, c @ 1)", c=c) == (
        ("add", 1), ("radd", 1), ("pow", 2), "neg", ("lt", 3), "eq", ("matmul", 1))
    assert ask("__import__('operator').iadd(c, 1)", c=c) == ("iadd", 1)
    with pytest.raises(TypeError):
        ask("hash(c)", c=c)
    with pytest.raises(TypeError):
        ask("c - 1", c=c)


def test_operators_between_two_exports(ask):
    class A:
        def __add__(self, o): return NotImplemented
    class B:
        def __radd__(self, o): return "radd of B"
    assert ask("a + b", a=A(), b=B()) == "radd of B"
    with pytest.raises(TypeError):
        ask("b + a", a=A(), b=B())


def test_operators_between_export_and_cpython_object(ask, define):
    x = define("class C:\n def __add__(self, o): return NotImplemented\nx = C()")["x"]

    class D:
        def __radd__(self, o): return ("radd", o)
    assert ask("x + d", x=x, d=D()) == ("radd", x)
    assert x + D() == ("radd", x)


def test_sequences(ask):
    class S(collections.abc.Sequence):
        def __len__(self): return 3
        def __getitem__(self, i):
            if isinstance(i, slice): return ("slice", i)
            if i >= 3: raise IndexError
            return i * 10
    s = S()
    assert ask("(len(s), s[1], list(s), 20 in s, s.index(10))", s=s)[:2] == (3, 10)
    assert ask("tuple(s)", s=s) == (0, 10, 20)
    assert ask("s[1:2]", s=s) == ("slice", slice(1, 2))
    assert ask("isinstance(s, __import__('collections').abc.Sequence)", s=s) is True
    assert ask("isinstance(s, __import__('collections').abc.Mapping)", s=s) is False


def test_mappings(ask):
    class M(collections.abc.MutableMapping):
        def __init__(self): self.d = {}
        def __getitem__(self, k): return self.d[k]
        def __setitem__(self, k, v): self.d[k] = v
        def __delitem__(self, k): del self.d[k]
        def __iter__(self): return iter(self.d)
        def __len__(self): return len(self.d)
    m = M()
    ask("m.__setitem__('a', 1)", m=m)
    ask("m.update(b=2)", m=m)
    assert m.d == {"a": 1, "b": 2}
    assert ask("isinstance(m, __import__('collections').abc.Mapping)", m=m) is True
    assert ask("dict(m) == {'a': 1, 'b': 2}", m=m) is True
    with pytest.raises(KeyError):
        ask("m['nope']", m=m)


def test_iterators_and_generators(ask):
    def gen():
        got = yield 1
        yield got
    assert ask("list(g)", g=gen()).__class__ is list
    assert ask("tuple(g)", g=(i * i for i in range(4))) == (0, 1, 4, 9)
    g = gen()
    assert ask("(next(g), g.send(5))", g=g) == (1, 5)
    assert ask("tuple(map(f, [1, 2]))", f=lambda x: x + 1) == (2, 3)
    assert ask("tuple(zip(a, 'xy'))", a=iter([1, 2])) == ((1, "x"), (2, "y"))


def test_context_managers(define):
    f = define("""
        def f(c, fail):
            with c as v:
                if fail: raise KeyError('k')
            return v
    """)["f"]

    class C:
        def __enter__(self): return 5
        def __exit__(self, kind, value, tb):
            self.seen = kind
            return kind is KeyError
    c = C()
    assert f(c, False) == 5 and c.seen is None
    assert f(c, True) == 5 and c.seen is KeyError


def test_no_more_than_the_class_has(ask):
    class Plain: pass
    for expression in ("callable(x)", "hasattr(x, '__len__')", "hasattr(x, '__iter__')",
                       "isinstance(x, __import__('collections').abc.Iterable)",
                       "isinstance(x, __import__('collections').abc.Hashable) is False",
                       "isinstance(x, __import__('collections').abc.Sized)",
                       "hasattr(type(x), '__getitem__')", "hasattr(type(x), '__enter__')"):
        assert ask(expression, x=Plain()) is False, expression


def test_classes(ask):
    class C:
        "About C."
        def __init__(self, a): self.a = a
        @classmethod
        def make(cls): return cls(9)
    assert ask("C(3)", C=C).a == 3 and ask("C.make()", C=C).a == 9
    assert ask("C.__name__", C=C) == "C" and ask("C.__doc__", C=C) == "About C."
    assert ask("isinstance(c, C)", C=C, c=C(1)) is True
    assert ask("isinstance(3, C)", C=C) is False


def test_a_pypy_function_as_a_cpython_method(define):
    names = define("class C: pass")

    def method(self, x):
        return self, x
    names["C"].method = method
    c = names["C"]()
    assert c.method(3) == (c, 3)


def test_bound_methods(ask):
    class C:
        def m(self): return self
    c = C()
    assert ask("m()", m=c.m) is c


def test_partial_and_sorted(ask):
    assert ask("__import__('functools').partial(f, 1)(2)", f=lambda a, b: (a, b)) == (1, 2)
    assert tuple(ask("sorted([3, 1, 2], key=f)", f=lambda x: -x)) == (3, 2, 1)


def test_weak_references_to_exports(ask, collect):
    class C: pass
    c = C()
    ref = ask("__import__('weakref').ref(c)", c=c)
    collect()
    assert ref() is None or ref() is c


def test_an_export_lives_as_long_as_cpython_wants(define, collect):
    import weakref
    names = define("kept = []\ndef keep(x): kept.append(x)\ndef drop(): kept.clear()")

    class C: pass
    c = C()
    ref = weakref.ref(c)
    names["keep"](c)
    del c
    collect()
    assert ref() is not None
    names["drop"]()
    collect()
    assert ref() is None


def test_pickling_an_export_is_refused():
    class C: pass
    pickle = cpyembed.import_module("pickle")
    with pytest.raises(Exception) as caught:
        pickle.dumps(C())
    assert type(caught.value).__name__ == "PicklingError"
    assert "PyPy" in str(caught.value)


def test_fspath_and_files(ask, tmp_path):
    path = tmp_path / "x"
    path.write_text("hello")

    class P:
        def __fspath__(self): return str(path)
    assert ask("open(p).read()", p=P()) == "hello"
    with open(str(path)) as f:
        assert ask("f.read()", f=f) == "hello"
    with open(str(path), "w") as f:
        ask("__import__('json').dump({'a': 1}, f)", f=f)
    assert path.read_text() == '{"a": 1}'


def test_numbers(ask):
    class N:
        def __float__(self): return 2.25
        def __int__(self): return 2
        def __index__(self): return 3
    n = N()
    assert ask("(float(n), int(n), [0, 1, 2, 3][n], __import__('math').sqrt(n))", n=n) == (
        2.25, 2, 3, 1.5)


def test_format_and_bytes(ask):
    class C:
        def __format__(self, spec): return "<%s>" % spec
        def __bytes__(self): return b"bb"
        def __reversed__(self): return iter("ba")
        def __round__(self, n=None): return ("round", n)
    assert ask("('{:x}'.format(c), bytes(c), list(reversed(c)) == ['b', 'a'], round(c))",
               c=C()) == ("<x>", b"bb", True, ("round", None))


def test_a_class_with_getattr(ask):
    class C:
        def __getattr__(self, name):
            if name.startswith("__"):
                raise AttributeError(name)
            return "got " + name
    assert ask("c.anything", c=C()) == "got anything"


def test_callback_results_are_converted(ask):
    assert ask("f()['a'][0]", f=lambda: {"a": [1]}) == 1
    assert ask("type(f()).__name__", f=lambda: (1, 2)) == "tuple"

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


def test_a_plain_object_of_each_side_is_not_the_others(ask):
    mine, theirs = object(), cpyembed.eval("object()")
    assert not theirs == mine and theirs != mine and not mine == theirs and mine != theirs
    assert ask("(x == mine, x != mine, mine in [x], mine in [x, mine])", x=theirs, mine=mine) == (
        False, True, False, True)
    with pytest.raises(TypeError):
        theirs < mine                                               # noqa: B015
    assert list(iter(cpyembed.eval("iter([object(), 1]).__next__"), 1)) != []


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


def test_the_method_of_a_subclass_comes_first(ask):
    class A:
        def __sub__(self, o): return "sub of A"
        def __lt__(self, o): return "lt of A"

    class B(A):
        def __rsub__(self, o): return "rsub of B"
        def __gt__(self, o): return "gt of B"
    assert ask("(a - b, b - a, a < b)", a=A(), b=B()) == ("rsub of B", "sub of A", "gt of B")


def test_in_place_and_three_argument_operators(ask):
    class C:
        def __init__(self): self.got = []
        def __iadd__(self, o):
            self.got.append(o)
            return self
        def __ipow__(self, o): return ("ipow", o)
        def __pow__(self, o, m=None): return ("pow", o, m)
        def __divmod__(self, o): return ("divmod", o)
        def __rdivmod__(self, o): return ("rdivmod", o)
    c = C()
    assert ask("__import__('operator').iadd(c, 1) is c", c=c) is True and c.got == [1]
    assert ask("__import__('operator').ipow(c, 2)", c=c) == ("ipow", 2)
    assert ask("(pow(c, 2), pow(c, 2, 3), divmod(c, 4), divmod(5, c))", c=c) == (
        ("pow", 2, None), ("pow", 2, 3), ("divmod", 4), ("rdivmod", 5))


def test_an_operator_that_raises(ask):
    class C:
        def __add__(self, o): raise KeyError(o)
        def __index__(self): return "no int"
        def __bool__(self): raise ValueError("no truth")
    c = C()
    with pytest.raises(KeyError):
        ask("c + 1", c=c)
    with pytest.raises(TypeError):
        ask("range(c)", c=c)
    with pytest.raises(ValueError, match="no truth"):
        ask("not c", c=c)


def test_a_method_that_is_none(ask):
    class C:
        __iter__ = None
        __contains__ = None
        def __getitem__(self, i): return i
    for expression in ("iter(c)", "1 in c"):
        with pytest.raises(TypeError):
            ask(expression, c=C())
    assert ask("c[3]", c=C()) == 3


def test_more_numbers(ask):
    class N:
        def __complex__(self): return 1j
        def __trunc__(self): return 7
        def __floor__(self): return 8
        def __ceil__(self): return 9
        def __neg__(self): return "neg"
        def __pos__(self): return "pos"
        def __abs__(self): return "abs"
        def __invert__(self): return "invert"
    expression = "(complex(n), m.trunc(n), m.floor(n), m.ceil(n), -n, +n, abs(n), ~n)"
    assert ask(expression, n=N(), m=cpyembed.import_module("math")) == (
        1j, 7, 8, 9, "neg", "pos", "abs", "invert")
    for expression in ("int(x)", "float(x)", "complex(x)", "bytes(x)", "round(x)", "reversed(x)",
                       "__import__('os').fspath(x)"):
        with pytest.raises(TypeError):
            ask(expression, x=object())


@pytest.mark.parametrize("name", (
    "Mapping MutableMapping Sequence MutableSequence Set MutableSet Iterable Iterator Reversible "
    "Collection Generator Coroutine Awaitable AsyncIterator Hashable Callable Container Sized"
).split())
def test_abstract_classes(ask, name):
    async def coroutine():
        pass
    running = coroutine()
    values = [cpyembed.ref({}), cpyembed.ref([1]), cpyembed.ref({1}), iter([1]), (i for i in [1]),
              running, len, object(), type]
    abstract = getattr(collections.abc, name)
    there = ask("lambda x: isinstance(x, __import__('collections').abc.%s)" % name)
    for value in values:
        # A `ref` stands for the very object, whichever engine wraps it.
        own = {0: {}, 1: [1], 2: {1}}.get(values.index(value), value)
        assert there(value) is isinstance(own, abstract), own
    running.close()


def test_io_and_numbers_are_known_by_their_abstract_classes(ask, tmp_path):
    import io
    import numbers

    class Real(numbers.Number):
        pass
    assert ask("isinstance(x, __import__('numbers').Number)", x=Real()) is True
    assert ask("isinstance(x, __import__('numbers').Real)", x=Real()) is False
    assert ask("isinstance(x, __import__('io').TextIOBase)", x=io.StringIO()) is True
    assert ask("isinstance(x, __import__('io').RawIOBase)", x=io.BytesIO()) is False


def test_async_protocols(define):
    class Ready:
        def __await__(self):
            return iter(())

    class Source:
        def __init__(self): self.n = 0
        def __aiter__(self): return self
        async def __anext__(self):
            self.n += 1
            if self.n > 3: raise StopAsyncIteration
            return self.n
        async def __aenter__(self): return "entered"
        async def __aexit__(self, *args): return None

    async def value():
        await Ready()
        return 42
    run = define("""
        async def main(value, source):
            async with source as entered: pass
            return [await value] + [x async for x in source] + [entered]
        def run(value, source):
            try: main(value, source).send(None)
            except StopIteration as e: return tuple(e.value)
    """)["run"]
    assert run(value(), Source()) == (42, 1, 2, 3, "entered")


def test_a_generator_that_returns_a_value(define):
    delegate = define("""
        def delegate(g):
            def outer():
                got.append((yield from g))
            got = []
            return tuple(outer()), got[0]
    """)["delegate"]

    def gen():
        yield 1
        yield 2
        return "the end"
    assert delegate(gen()) == ((1, 2), "the end")


def test_classes_as_cpython_sees_them(ask):
    class C:
        x = 1
        def __class_getitem__(cls, key): return ("item", key)

    class D(C): pass
    assert ask("(C.x, isinstance(d, C), isinstance(c, D), issubclass(D, C), issubclass(C, D))",
               C=C, D=D, c=C(), d=D()) == (1, True, False, True, False)
    assert ask("C[4]", C=C) == ("item", 4)
    with pytest.raises(TypeError):
        ask("D[4]", D=type("Plain", (), {}))
    ask("setattr(C, 'x', 2)", C=C)
    assert C.x == 2
    assert ask("isinstance(c, (int, C))", C=C, c=C()) is True
    assert ask("{C: 1}[C]", C=C) == 1
    assert ask("(type(c).__name__, type(c).__module__)", c=C()) == ("C", __name__)


def test_a_static_method_and_a_property_in_a_cpython_class(define):
    names = define("class C: pass\nc = C()")
    names["C"].static = staticmethod(lambda x: x + 1)
    names["C"].value = property(lambda self: 5)
    assert names["c"].static(1) == 2
    assert names["c"].value == 5


def test_copies_of_an_export_are_made_by_pypy(ask):
    class C: pass
    c = C()
    c.x = [1]
    other = ask("__import__('copy').copy(c)", c=c)
    assert type(other) is C and other is not c and other.x is c.x
    other = ask("__import__('copy').deepcopy([c])[0]", c=c)
    assert type(other) is C and other is not c and other.x == [1] and other.x is not c.x
    assert ask("__import__('copy').deepcopy(f) is f", f=len) is True


def test_copies_of_a_class_are_that_class(ask):
    class C:
        def __copy__(self): return "copy"
        def __deepcopy__(self, memo): return "deepcopy"
    c = C()
    expression = "(copy.copy(x), copy.deepcopy(x))"
    assert ask(expression, x=c, copy=cpyembed.import_module("copy")) == ("copy", "deepcopy")
    assert ask(expression, x=C, copy=cpyembed.import_module("copy")) == (C, C)


def test_dir(ask):
    class C:
        def method(self): pass
    c = C()
    c.attribute = 1
    assert ask("'method' in dir(c) and 'attribute' in dir(c)", c=c) is True


def test_deep_recursion_across_exports(ask):
    class C:
        def __add__(self, o):
            return 0 if o == 0 else ask("c + n", c=self, n=o - 1) + 1
    assert ask("c + 20", c=C()) == 20


def test_a_pypy_class_is_no_base_of_a_cpython_class(define):
    class C: pass
    with pytest.raises(TypeError):
        define("def make(base):\n    class D(base): pass")["make"](C)


def test_a_class_whose_module_was_assigned_again(define):
    class C:
        pass
    C.__module__ = "elsewhere"
    C.__module__ = "somewhere"

    class Error(Exception):
        pass
    Error.__module__ = "elsewhere"

    def fails():
        raise Error(1)
    names = define("""
        def name(x): return type(x).__module__
        def call(f): return f()
    """)
    assert names["name"](C()) == "somewhere"
    with pytest.raises(Error):
        names["call"](fails)

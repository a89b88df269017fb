"""Section 4: classes with a CPython base."""

import pytest

import cpyembed


@pytest.fixture(scope="module")
def names():
    ns = {}
    cpyembed.exec("""if 1:
        class Base:
            made = []
            def __init__(self, a=1):
                self.a = a
                Base.made.append(self)
            def method(self, x): return ('base', self.a, x)
            def template(self): return self.hook() + 1
            def hook(self): return 0
            @property
            def prop(self): return self.a * 2
            @classmethod
            def build(cls, a): return cls(a)
            def __len__(self): return 3
        class Other:
            def other(self): return 'other'
        def call(x): return x.method(5)
        def is_base(x): return isinstance(x, Base)
        def class_name(x): return type(x).__name__
        def get(x, name): return getattr(x, name)
        def new(cls, *args): return cls(*args)
        kept = []
        def keep(x): kept.append(x)
        def kept_one(): return kept[-1]
    """, ns)
    return ns


def test_subclass(names):
    class Net(names["Base"]):
        "A net."

        def __init__(self, a, b):
            super().__init__(a)
            self.b = b

        def method(self, x):
            return ("net", self.b) + super().method(x)

        def hook(self):
            return 41
    net = Net(1, [2])
    assert type(net) is Net and isinstance(net, Net)
    assert isinstance(net, names["Base"]) and names["is_base"](net)
    assert net.a == 1 and list(net.b) == [2]
    assert net.method(7)[0] == "net" and net.method(7)[2:] == ("base", 1, 7)
    assert names["call"](net)[2:] == ("base", 1, 5)
    assert net.template() == 42
    assert net.prop == 2
    assert names["class_name"](net) == "Net"
    assert Net.__name__ == "Net"
    assert len(net) == 3


def test_self_is_one_object(names):
    class Net(names["Base"]):
        def me(self):
            return self
    net = Net()
    assert net.me() is net
    names["keep"](net)
    assert names["kept_one"]() is net
    assert names["get"](net, "me")() is net


def test_state_lives_in_the_cpython_instance(names, collect):
    class Net(names["Base"]):
        pass
    net = Net()
    marker = object()
    net.extra = 5
    net.marker = marker
    names["keep"](net)
    del net
    collect()
    net = names["kept_one"]()
    assert type(net) is Net and net.extra == 5 and net.marker is marker


def test_made_from_cpython(names):
    class Net(names["Base"]):
        pass
    net = names["new"](Net, 9)
    assert type(net) is Net and net.a == 9
    assert type(Net.build(4)) is Net and Net.build(4).a == 4

    class Sub(names["Base"]):
        @classmethod
        def build(cls, a):
            return "built", super().build(a)
    assert Sub.build(3)[1].a == 3 and type(Sub.build(3)[1]) is Sub


def test_properties_and_class_methods_of_pypy(names):
    class Net(names["Base"]):
        @property
        def double(self):
            return self.a * 10

        @double.setter
        def double(self, x):
            self.a = x

        @classmethod
        def make(cls):
            return cls(3)

        @staticmethod
        def static(x):
            return x + 1
        constant = 12
    net = Net.make()
    assert net.double == 30 and names["get"](net, "double") == 30
    net.double = 5
    assert net.a == 5
    assert Net.static(1) == 2 and net.static(1) == 2 and names["get"](net, "static")(1) == 2
    assert net.constant == 12 and Net.constant == 12
    net.constant = 13
    assert net.constant == 13 and Net.constant == 12


def test_special_methods(names):
    class Net(names["Base"]):
        def __call__(self, x):
            return ("called", x)

        def __len__(self):
            return super().__len__() + 1

        def __getitem__(self, i):
            return i * 2

        def __add__(self, other):
            return ("add", other)
    net = Net()
    assert net(1) == ("called", 1) and len(net) == 4 and net[4] == 8 and net + 1 == ("add", 1)
    assert cpyembed.eval("lambda x: (x(1), len(x), x[4], x + 1, callable(x))")(net) == (
        ("called", 1), 4, 8, ("add", 1), True)


def test_subclass_of_a_subclass(names):
    class A(names["Base"]):
        def method(self, x):
            return ("A",) + super().method(x)

    class B(A):
        def method(self, x):
            return ("B",) + super().method(x)
    assert names["call"](B(1)) == ("B", "A", "base", 1, 5)
    assert issubclass(B, A) and isinstance(B(), A)


def test_two_cpython_bases_and_a_pypy_mixin(names):
    class Mixin:
        def mixed(self):
            return "mixed"

    class Net(Mixin, names["Base"], names["Other"]):
        pass
    net = Net()
    assert net.mixed() == "mixed" and net.other() == "other" and net.a == 1
    assert names["get"](net, "mixed")() == "mixed"


def test_abstract_base():
    abc = cpyembed.import_module("collections.abc")

    class M(abc.MutableMapping):
        def __init__(self):
            self.keys_ = ()

        def __getitem__(self, k):
            if k not in self.keys_:
                raise KeyError(k)
            return k * 2

        def __setitem__(self, k, v):
            self.keys_ = self.keys_ + (k,)

        def __delitem__(self, k):
            raise KeyError(k)

        def __iter__(self):
            return iter(self.keys_)

        def __len__(self):
            return len(self.keys_)
    m = M()
    m.update(a=1)
    assert m["a"] == "aa" and "a" in m and m.get("b", 3) == 3
    assert cpyembed.eval("lambda m: dict(m) == {'a': 'aa'}")(m) is True


def test_abstract_methods_are_enforced():
    abc = cpyembed.import_module("collections.abc")

    class Incomplete(abc.Mapping):
        pass
    with pytest.raises(TypeError):
        Incomplete()


def test_exception_base(define):
    names = define("""
        class Error(ValueError): pass
        def check(f):
            try: f()
            except Error as e: return type(e).__name__, str(e)
    """)

    class Mine(names["Error"]):
        pass

    def fails():
        raise Mine("x")
    assert names["check"](fails) == ("Mine", "x")


def test_a_cpython_thread_subclass():
    threading = cpyembed.import_module("threading")

    class Worker(threading.Thread):
        def __init__(self):
            super().__init__()
            self.result = None

        def run(self):
            self.result = 42
    w = Worker()
    w.start()
    w.join()
    assert w.result == 42


def test_keywords_of_the_class_statement(define):
    Base = define("""
        class Base:
            def __init_subclass__(cls, tag=None, **kw):
                cls.tag = tag
    """)["Base"]

    class C(Base, tag="t"):
        pass
    assert C.tag == "t"


def test_attributes_of_the_class_set_later(names):
    class Net(names["Base"]):
        pass
    Net.later = lambda self: ("later", self.a)
    net = Net(2)
    assert net.later() == ("later", 2) and names["get"](net, "later")() == ("later", 2)


def test_html_parser():
    parser = cpyembed.import_module("html.parser")
    seen = []

    class P(parser.HTMLParser):
        def handle_starttag(self, tag, attrs):
            seen.append((tag, [tuple(a) for a in attrs]))
    P().feed("<a href='x'><b>")
    assert seen == [("a", [("href", "x")]), ("b", [])]


def test_init_gets_the_arguments_as_they_are(names):
    class Net(names["Base"]):
        def __init__(self, items, *, more):
            super().__init__()
            items.append(more)
    items, more = [], object()
    Net(items, more=more)
    assert items == [more]


def test_an_init_that_raises(names, collect, define):
    alive = define("""
        import weakref
        refs = []
        def watch(x): refs.append(weakref.ref(x))
        def alive(): return sum(r() is not None for r in refs)
    """)

    class Mine(Exception):
        pass
    error = Mine("no")

    class Net(names["Base"]):
        def __init__(self):
            alive["watch"](self)
            raise error
    for make in (Net, lambda: names["new"](Net)):
        with pytest.raises(Mine) as info:
            make()
        assert info.value is error
        del info
        error.__traceback__ = None      # its frames hold self
    error.__context__ = None
    error = None
    collect()
    assert alive["alive"]() == 0


def test_an_init_that_returns_something(names):
    class Net(names["Base"]):
        def __init__(self):
            return 5
    with pytest.raises(TypeError, match="__init__"):
        Net()


def test_arguments_are_checked(names):
    class Net(names["Base"]):
        def __init__(self, a):
            pass
    with pytest.raises(TypeError):
        Net()
    with pytest.raises(TypeError):
        Net(1, 2)

    class Plain(names["Other"]):
        pass
    with pytest.raises(TypeError):
        Plain(1)


def test_new_in_pypy(names):
    class Net(names["Base"]):
        def __new__(cls, *args):
            self = super().__new__(cls)
            self.made_by = "new"
            return self

        def __init__(self, a):
            super().__init__(a)
    for net in (Net(5), names["new"](Net, 5)):
        assert type(net) is Net and net.made_by == "new" and net.a == 5


def test_instances_are_freed_on_both_sides(names, collect, define):
    watch = define("""
        import weakref
        refs = []
        def watch(x): refs.append(weakref.ref(x))
        def alive(): return sum(r() is not None for r in refs)
    """)
    import weakref

    class Net(names["Base"]):
        def __init__(self, i):
            super().__init__(i)
            self.data = (i, "x" * i)

        def method(self, x):
            return super().method(x)
    refs = []
    nets = [Net(i) for i in range(100)]
    for net in nets:
        watch["watch"](net)
        refs.append(weakref.ref(net))
        assert net.method(1) == names["call"](net)[:2] + (1,)
    assert watch["alive"]() == 100
    names["Base"].made.clear()
    del nets, net
    collect()
    assert watch["alive"]() == 0
    assert not any(ref() is not None for ref in refs)


def test_reference_counts(names, collect):
    count = cpyembed.import_module("sys").getrefcount

    class Net(names["Base"]):
        def method(self, x):
            return super().method(x)

        def __len__(self):
            return super().__len__()

        @property
        def double(self):
            return self.a * 2
    net = Net(1)
    marker = cpyembed.eval("object()")

    def use():
        for _ in range(50):
            net.method(marker), names["call"](net), len(net), net.double, net.a, repr(net)
            net.m = marker
            names["get"](net, "double"), names["get"](net, "method")(marker)
            hash(net), net == net, net.template(), isinstance(net, Net)
            with pytest.raises(AttributeError):
                net.nothing
        collect()
    use()
    before = count(net), count(marker), count(Net)
    use()
    assert (count(net), count(marker), count(Net)) == before


def test_pickling_is_refused_with_the_reason(names):
    import pickle

    class Net(names["Base"]):
        pass
    with pytest.raises((pickle.PicklingError, TypeError), match="Net"):
        pickle.dumps(Net())
    with pytest.raises(Exception, match="Net") as info:
        cpyembed.import_module("pickle").dumps(Net())
    assert "ickle" in str(info.value)


def test_copies(names):
    import copy

    class Net(names["Base"]):
        pass
    net = Net(4)
    net.items = cpyembed.eval("[1, 2]")
    for module in (copy, cpyembed.import_module("copy")):
        shallow, deep = module.copy(net), module.deepcopy(net)
        assert type(shallow) is Net and type(deep) is Net
        assert shallow.a == deep.a == 4
        assert shallow.items is net.items and deep.items is not net.items
        assert deep.items == net.items


def test_bases_that_conflict(names):
    ints, dicts = cpyembed.eval("type('Ints', (int,), {}), type('Dicts', (dict,), {})")
    with pytest.raises(TypeError, match="lay-?out"):
        class Both(ints, dicts):
            pass
    with pytest.raises(TypeError):
        class Same(names["Base"], names["Base"]):
            pass
    first = cpyembed.eval("type('Meta', (type,), {})('First', (), {})")
    second = cpyembed.eval("type('Meta', (type,), {})('Second', (), {})")
    with pytest.raises(TypeError, match="metaclass conflict"):
        class Meta(first, second):
            pass


def test_a_base_that_cannot_be_one(names):
    cls = cpyembed.eval("type(lambda: 0)")
    with pytest.raises(TypeError, match="not an acceptable base"):
        class Function(cls):
            pass
    with pytest.raises(TypeError):
        class Instance(names["Base"]()):
            pass


def test_missing_attributes(define):
    names = define("""
        class Lazy:
            asked = []
            def __getattr__(self, name):
                Lazy.asked.append(name)
                if name == "lazy": return "found"
                raise AttributeError("nothing called " + name)
        def get(x, name): return getattr(x, name)
    """)

    class A(names["Lazy"]):
        def __getattr__(self, name):
            return "mine" if name == "mine" else super().__getattr__(name)

    class B(A):
        def __getattr__(self, name):
            return "B" + super().__getattr__(name)
    for get in (getattr, names["get"]):
        assert get(A(), "lazy") == "found" and get(A(), "mine") == "mine"
        assert get(B(), "lazy") == "Bfound" and get(B(), "mine") == "Bmine"
        before = len(names["Lazy"].asked)
        with pytest.raises(AttributeError, match="nothing called nothing"):
            get(A(), "nothing")
        assert len(names["Lazy"].asked) == before + 1


def test_attributes_of_all_kinds(names):
    import functools

    class Upper:
        def __set_name__(self, owner, name):
            self.name = name

        def __get__(self, instance, owner=None):
            return self if instance is None else (self.name, instance.a)

    class Net(names["Base"]):
        upper = Upper()
        table = {"a": 1}
        partial = functools.partialmethod(lambda self, x, y: (self.a, x, y), 1)

        @functools.cached_property
        def cached(self):
            return ["computed", self.a]

        def __setattr__(self, name, value):
            super().__setattr__(name, (value, "set") if name == "special" else value)
    net = Net(7)
    assert net.upper == ("upper", 7) == names["get"](net, "upper")
    assert net.partial(2) == (7, 1, 2)
    assert net.cached[1] == 7 and net.cached is net.cached
    assert net.table["a"] == 1 and Net.table["a"] == 1
    net.special = 3
    assert net.special == (3, "set") == names["get"](net, "special")


def test_an_instances_own_function_comes_first(names):
    class Net(names["Base"]):
        def hook(self):
            return 1
    net = Net()
    assert net.hook() == 1 and net.template() == 2
    net.hook = lambda: 10
    assert net.hook() == 10 and net.template() == 11
    del net.hook
    assert net.hook() == 1


def test_keywords_for_a_mixin_and_for_the_base(define):
    Keeper = define("""
        class Keeper:
            def __init_subclass__(cls, tag=None, **kw): cls.tag = tag
    """)["Keeper"]
    seen = []

    class Mixin:
        def __init_subclass__(cls, mixed=None, **keywords):
            seen.append((cls.__name__, mixed))
            super().__init_subclass__(**keywords)

    class C(Mixin, Keeper, tag="t", mixed="m"):
        pass
    assert C.tag == "t" and seen == [("C", "m")]

    class D(Keeper):
        def __init_subclass__(cls, own=None, **keywords):
            super().__init_subclass__(**keywords)
            seen.append((cls, own))

    class E(D, own=5, tag="e"):
        pass
    assert E.tag == "e" and seen[1] == (E, 5)


def test_a_mixin_after_the_base(names):
    class Mixin:
        def method(self, x):
            return "mixin"

        def only_mixin(self):
            return "only"

    class Net(names["Base"], Mixin):
        pass
    net = Net()
    assert net.method(5) == ("base", 1, 5) == names["call"](net)
    assert net.only_mixin() == "only" == names["get"](net, "only_mixin")()


def test_an_abstract_class_of_pypy_mixed_in(names):
    import collections.abc

    class Net(names["Base"], collections.abc.Sequence):
        def __getitem__(self, i):
            if i >= 3:
                raise IndexError(i)
            return i * 10
    net = Net()
    assert list(net) == [0, 10, 20] and list(reversed(net)) == [20, 10, 0] and 10 in net
    assert isinstance(net, collections.abc.Sequence)
    assert cpyembed.builtins.list(net) == [0, 10, 20]

    class Incomplete(names["Other"], collections.abc.Sized):
        pass
    with pytest.raises(TypeError, match="abstract"):
        Incomplete()


def test_a_subscribed_base(define):
    names = define("""
        import typing
        T = typing.TypeVar("T")
        class Box(typing.Generic[T]):
            def __init__(self, x): self.x = x
        def arguments(cls): return typing.get_args(cls.__orig_bases__[0])
    """)

    class Ints(names["Box"][int]):
        def get(self):
            return self.x
    assert Ints(5).get() == 5 and names["arguments"](Ints) == (int,)


def test_a_metaclass_of_cpython(define):
    names = define("""
        class Meta(type):
            def __new__(meta, name, bases, ns, **kw):
                ns["names"] = tuple(n for n in ns if not n.startswith("__"))
                return super().__new__(meta, name, bases, ns, **kw)
            def __call__(cls, *args):
                self = super().__call__(*args)
                self.called = True
                return self
        class Model(metaclass=Meta): pass
    """)

    class User(names["Model"]):
        field = 5

        def __init__(self, name):
            self.name = name
    user = User("u")
    assert set(User.names) == {"field"} and user.called is True and user.name == "u"


def test_functions_are_functions_in_cpython(names, define):
    look = define("""
        import inspect
        def look(cls):
            return inspect.isfunction(cls.method), cls.method.__name__, cls.method.__doc__
    """)["look"]

    class Net(names["Base"]):
        def method(self, x, y=1):
            "Its text."
    assert look(Net) == (True, "method", "Its text.")


def test_the_class_in_cpython(names, define):
    facts = define("""
        def facts(cls): return (cls.__name__, cls.__qualname__, cls.__module__, cls.__doc__,
                                cls.__bases__[0].__name__)
    """)["facts"]

    class Net(names["Base"]):
        "Its text."
    assert facts(Net) == ("Net", Net.__qualname__, __name__, "Its text.", "Base")
    assert issubclass(Net, names["Base"]) and not issubclass(Net, names["Other"])
    assert "method" in dir(Net)


def test_an_enum():
    enum = cpyembed.import_module("enum")

    class Color(enum.Enum):
        RED = 1
        GREEN = 2

        def describe(self):
            return self.name, self.value
    assert Color(1) is Color.RED and Color.GREEN.describe() == ("GREEN", 2)
    assert isinstance(Color.RED, Color)

    class Number(enum.IntEnum):
        ONE = 1
    assert Number.ONE + 1 == 2 and type(Number.ONE) is Number


def test_a_json_encoder():
    json = cpyembed.import_module("json")

    class Encoder(json.JSONEncoder):
        def default(self, x):
            return [type(x).__name__]
    assert json.dumps({"a": object()}, cls=Encoder) == '{"a": ["object"]}'


def test_a_unittest_case():
    unittest = cpyembed.import_module("unittest")

    class T(unittest.TestCase):
        def test_right(self):
            self.assertEqual(1, 1)

        def test_wrong(self):
            self.assertEqual(1, 2)
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(T).run(result)
    assert result.testsRun == 2 and len(result.failures) == 1 and len(result.errors) == 0


def test_an_array_class(np):
    class A(np.ndarray):
        def twice(self):
            return self * 2
    a = np.arange(3.0).view(A)
    assert type(a) is A and type(a.twice()) is A and a.twice().sum() == 6.0


def test_names_of_the_class_set_later(names, define):
    name = define("def name(cls): return cls.__name__, cls.__qualname__, cls.__doc__")["name"]

    class Net(names["Base"]):
        pass
    Net.__name__, Net.__qualname__, Net.__doc__ = "Other", "a.Other", "A text."
    assert name(Net) == ("Other", "a.Other", "A text.") == (
        Net.__name__, Net.__qualname__, Net.__doc__)


def test_operators_of_a_metaclass(define):
    enum = cpyembed.import_module("enum")

    class Color(enum.Enum):
        RED = 1
        GREEN = 2
    assert len(Color) == 2 and list(Color) == [Color.RED, Color.GREEN]
    assert Color["RED"] is Color.RED and Color.RED in Color
    ctypes = cpyembed.import_module("ctypes")

    class Point(ctypes.Structure):
        _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_double)]

        def total(self):
            return self.x + self.y
    points = (Point * 3)(Point(1, 2.5))
    assert points[0].total() == 3.5 and len(points) == 3

    class Plain(define("class Plain: pass")["Plain"]):
        pass
    assert not hasattr(type(Plain), "__len__") and not hasattr(type(Plain), "__getitem__")


def test_a_class_that_cpython_derives(names, define):
    derive = define("""
        def derive(cls):
            class Sub(cls):
                def method(self, x): return ('sub',) + super().method(x)
                def extra(self): return 'extra'
            return Sub
    """)["derive"]
    seen = []

    class Net(names["Base"]):
        def __init_subclass__(cls, **keywords):
            super().__init_subclass__(**keywords)
            seen.append(cls)

        def method(self, x):
            return ("net",) + super().method(x)

        def both(self):
            return self.method(5)
    Sub = derive(Net)
    assert issubclass(Sub, Net) and seen == [Sub]
    for sub in (Sub(7), names["new"](Sub, 7)):
        assert type(sub) is Sub and isinstance(sub, Net)
        assert sub.method(5) == ("sub", "net", "base", 7, 5) == names["call"](sub) == sub.both()
        assert sub.extra() == "extra"

    class Deeper(Sub):
        def extra(self):
            return "deeper " + super().extra()
    assert Deeper().extra() == "deeper extra" and Deeper(1).both()[0] == "sub"


def test_a_generic_class_of_pypy_mixed_in(names):
    import typing
    T = typing.TypeVar("T")

    class Net(names["Base"], typing.Generic[T]):
        def get(self) -> T:
            return self.a
    assert Net(4).get() == 4 and typing.get_args(Net[int]) == (int,)

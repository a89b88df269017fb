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

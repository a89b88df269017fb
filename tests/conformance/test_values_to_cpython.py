"""Section 4, first table: what PyPy's values arrive as."""

import array
import collections
import collections.abc
import datetime
import decimal
import fractions
import pathlib
import random
import typing
import uuid

import pytest

import cpyembed


@pytest.fixture(scope="module")
def type_name():
    return cpyembed.eval("lambda x: type(x).__module__ + '.' + type(x).__qualname__")


@pytest.fixture(scope="module")
def describe():
    return cpyembed.eval("lambda x: (type(x).__name__, repr(x))")


@pytest.mark.parametrize("x", [
    None, True, False, 0, 1, -1, 2**30, -2**30, 2**31, 2**62, 2**63 - 1, -2**63, 2**63, 2**64,
    -2**64 - 1, 0.0, -0.0, 1.5, float("inf"), 1j, 1.5 - 2j, "", "abc", "é", "€",
    "\U0001f600", "a\0b", b"", b"abc", b"\0\xff", ..., NotImplemented, range(3), range(0, 10**20,
    7),
    slice(1), slice(None, 2, -1), (), (1, "a", (2.5,)), "x" * 100000],
    ids=lambda x: repr(x)[:20])
def test_scalars_by_value_and_back(x, identity, describe):
    assert type(identity(x)) is type(x)
    assert repr(identity(x)) == repr(x)
    assert describe(x) == (type(x).__name__, repr(x))


def test_huge_int(identity):
    x = -(7 ** 20000)
    assert identity(x) == x


def test_nan(identity):
    assert identity(float("nan")) != identity(float("nan"))


@pytest.mark.parametrize("x", ["\ud800", "a\udfffb", "\udc80\ud800"])
def test_lone_surrogates(x, identity):
    assert identity(x) == x
    assert cpyembed.eval("len")(x) == len(x)


def test_subclasses_of_scalars_as_their_base(type_name):
    class I(int): pass
    class F(float): pass
    class S(str): pass
    class B(bytes): pass
    class C(complex): pass
    for x in (I(3), F(2.5), S("s"), B(b"b"), C(1j)):
        assert type_name(x) == "builtins." + type(x).__mro__[1].__name__
        assert cpyembed.eval("lambda x: x")(x) == x


def test_subclass_value_ignores_overridden_methods(identity):
    class S(str):
        def __str__(self): return "other"
    class I(int):
        def __int__(self): return 7
    assert identity(S("real")) == "real"
    assert identity(I(3)) == 3


@pytest.mark.parametrize("x", [
    [], [1, 2.5, "x"], {}, {"a": 1, 2: "b"}, set(), {1, 2}, frozenset(), frozenset([1]),
    [[1], {"a": [2]}, (3, [4])]], ids=repr)
def test_containers_are_copies(x, describe):
    assert describe(x) == (type(x).__name__, repr(x))


@pytest.mark.parametrize("x", [
    collections.OrderedDict([("b", 1), ("a", 2)]), collections.Counter("aab"),
    collections.deque([1, 2, 3], maxlen=5)], ids=repr)
def test_collections_classes(x, type_name):
    assert type_name(x) == "collections." + type(x).__name__
    assert list(cpyembed.Object(x)) == list(x)


def test_defaultdict(define):
    f = define("def f(d): d['new'].append(1); return type(d).__name__, d.default_factory")["f"]
    d = collections.defaultdict(list)
    assert f(d) == ("defaultdict", list)
    assert list(d) == ["new"]


def test_namedtuple_gets_one_twin(define):
    P = collections.namedtuple("P", "x y")
    f = define("def f(p, q): return p.x, p.y, type(p) is type(q), isinstance(p, tuple), repr(p)")
    assert f["f"](P(1, [2]), P(3, 4))[2:] == (True, True, "P(x=1, y=[2])")


@pytest.mark.not_on("preload", "lists in a namedtuple of a class met for the first time are only "
                               "copied in")
def test_namedtuple_of_typing_and_its_containers(define):
    class P(typing.NamedTuple):
        xs: list
        n: int = 3

    class Q(P):
        def total(self): return sum(self.xs)
    names = define("""
        def f(p): p.xs.append(9); return type(p).__name__, type(p)._fields, p.n
        def g(p): return p == ([1], 2) and p._asdict() == {'xs': [1], 'n': 2}
    """)
    xs = [1]
    assert names["f"](P(xs)) == ("P", ("xs", "n"), 3) and xs == [1, 9]
    assert names["g"](Q([1], 2)) is True


def test_a_subclass_of_tuple_as_its_base(type_name, identity):
    class T(tuple):
        def __iter__(self): return iter("other")
    assert type_name(T((1, 2))) == "builtins.tuple"
    assert identity(T((1, 2))) == (1, 2) and type(identity(T((1, 2)))) is tuple


def test_copy_out_of_the_order(define):
    f = define("def f(d): d.move_to_end('a'); return list(d)[-1]")["f"]
    d = collections.OrderedDict([("a", 1), ("b", 2)])
    assert f(d) == "a" and list(d.items()) == [("b", 2), ("a", 1)]


def test_copy_out_of_a_counter_and_a_full_deque(define):
    names = define("def f(c): c.update('ab')\ndef g(d): d.append(4); return d.maxlen")
    c = collections.Counter("a")
    names["f"](c)
    assert c == collections.Counter("aab") and type(c) is collections.Counter
    d = collections.deque([1, 2, 3], 3)
    assert names["g"](d) == 3 and list(d) == [2, 3, 4] and d.maxlen == 3


@pytest.mark.parametrize("xs", [
    list(range(1000)), [0.5, 1.5], [2**70, 1], [1, 2.5], ["a", "b"], [b"x"], [None, True], [],
    list(range(5))[::-1], [2**63 - 1, -2**63]], ids=lambda xs: repr(xs)[:20])
def test_lists_of_one_kind(xs, describe, define):
    before = list(xs)
    assert describe(xs) == ("list", repr(before))
    assert xs == before and list(map(type, xs)) == list(map(type, before))
    define("def f(xs): xs.reverse(); xs.append('end')")["f"](xs)
    assert xs == before[::-1] + ["end"]


def test_copy_out_of_a_list():
    rnd = cpyembed.import_module("random")
    xs = list(range(20))
    rnd.seed(3)
    rnd.shuffle(xs)
    assert xs != list(range(20)) and sorted(xs) == list(range(20))


def test_copy_out_keeps_the_items_identity(define):
    reverse = define("def f(xs): xs.reverse()")["f"]
    a, b = object(), [1]
    xs = [a, b]
    reverse(xs)
    assert xs[0] is b and xs[1] is a


def test_copy_out_nested(define):
    f = define("def f(d): d['a'].append(4); d['new'] = {'k': (1,)}; del d['old']")["f"]
    inner = [1]
    d = {"a": inner, "old": 0}
    f(d)
    assert inner == [1, 4] and d["a"] is inner
    assert set(d) == {"a", "new"} and cpyembed.to_python(d["new"]) == {"k": (1,)}


def test_copy_out_of_a_set_and_deque(define):
    names = define("def f(s): s.add(3); s.discard(1)\ndef g(d): d.rotate(1)")
    s = {1, 2}
    names["f"](s)
    assert s == {2, 3}
    d = collections.deque([1, 2, 3])
    names["g"](d)
    assert list(d) == [3, 1, 2]


def test_copy_out_when_the_call_raises(define):
    f = define("def f(xs): xs.append(1); raise KeyError")["f"]
    xs = []
    with pytest.raises(KeyError):
        f(xs)
    assert xs == [1]


def test_many_containers_in_one_call(define):
    # Not one comparison with each for each.
    f = define("def f(xs): xs[-1].append(1); return sum(len(x) for x in xs)")["f"]
    xs = [[i] for i in range(100000)]
    assert f(xs) == 100001
    assert xs[-1] == [99999, 1] and xs[0] == [0]


def test_copy_out_of_keyword_arguments(define):
    f = define("def f(*, xs): xs.append(1)")["f"]
    xs = []
    f(xs=xs)
    assert xs == [1]


def test_same_object_twice_is_one_object(define):
    f = define("def f(a, b): a.append(1); return a is b")["f"]
    xs = []
    assert f(xs, xs) is True
    assert xs == [1]
    assert define("def f(a): return a[0] is a[1]")["f"]([xs, xs]) is True


@pytest.mark.parametrize("make", [
    lambda: (lambda x: (x.append(x), x)[1])([]), lambda: (lambda x: (x.update(a=x), x)[1])({})])
def test_what_contains_itself_is_refused(make, identity):
    with pytest.raises(ValueError):
        identity(make())
    assert identity(1) == 1


@pytest.mark.parametrize("x", [
    datetime.date(2024, 2, 29), datetime.datetime(2024, 1, 2, 3, 4, 5, 6),
    datetime.datetime(2024, 1, 2, fold=1), datetime.time(1, 2, 3, 4, fold=1),
    datetime.timedelta(-1, 2, 3), datetime.timezone.utc,
    datetime.timezone(datetime.timedelta(hours=2), "X"),
    datetime.datetime(2024, 1, 2, tzinfo=datetime.timezone.utc),
    decimal.Decimal("1.50"), decimal.Decimal("NaN"), decimal.Decimal("-1E+999"),
    fractions.Fraction(-3, 4), uuid.UUID(int=5), pathlib.PurePosixPath("/a/b"),
    pathlib.Path("x/y"), pathlib.PureWindowsPath("c:\\x")], ids=repr)
def test_library_values_and_back(x, identity, type_name):
    back = identity(x)
    assert type(back) is type(x)
    assert repr(back) == repr(x)
    assert getattr(back, "fold", 0) == getattr(x, "fold", 0)
    assert type_name(x).rpartition(".")[2] == type(x).__name__
    assert cpyembed.builtins.str(cpyembed.Object(x)) == str(x)


def test_zoneinfo(identity):
    zoneinfo = pytest.importorskip("zoneinfo")
    try:
        zone = zoneinfo.ZoneInfo("UTC")
    except zoneinfo.ZoneInfoNotFoundError:
        pytest.skip("no time zone data on this machine")
    assert identity(zone) is zone


def test_any_other_tzinfo(define):
    class Zone(datetime.tzinfo):
        def utcoffset(self, dt): return datetime.timedelta(hours=1)
        def dst(self, dt): return None
        def tzname(self, dt): return "Z1"
    f = define("def f(t): return t.isoformat(), t.tzname()")["f"]
    t = datetime.datetime(2024, 1, 2, tzinfo=Zone())
    assert f(t) == ("2024-01-02T00:00:00+01:00", "Z1")


def test_one_tzinfo_is_one_there(define):
    class Zone(datetime.tzinfo):
        def utcoffset(self, dt): return datetime.timedelta(hours=1)
        def dst(self, dt): return datetime.timedelta(0)
        def tzname(self, dt): return "Z1"
    zone = Zone()
    f = define("""
        import datetime
        def f(a, b): return a.tzinfo is b.tzinfo and isinstance(a.tzinfo, datetime.tzinfo)
        def g(zone): return datetime.datetime(2024, 1, 2, tzinfo=zone).astimezone(
            datetime.timezone.utc).hour
        def h(t): return t + datetime.timedelta(1)
    """)
    t = datetime.datetime(2024, 1, 2, tzinfo=zone)
    assert f["f"](t, datetime.time(1, tzinfo=zone)) is True
    assert f["g"](zone) == 23
    assert f["h"](t).tzinfo is zone and f["h"](t) == t + datetime.timedelta(1)


def test_a_tzinfo_of_cpython(define):
    names = define("""
        import datetime
        class Zone(datetime.tzinfo):
            def utcoffset(self, dt): return datetime.timedelta(hours=3)
            def dst(self, dt): return None
            def tzname(self, dt): return 'Z3'
        zone = Zone()
        t = datetime.datetime(2024, 1, 2, tzinfo=zone)
        def same(t): return t.tzinfo is zone
    """)
    t = names["t"]
    assert type(t) is datetime.datetime and t.tzname() == "Z3"
    assert t.isoformat() == "2024-01-02T00:00:00+03:00"
    assert names["same"](t) is True and names["same"](t.replace(hour=1)) is True


@pytest.mark.parametrize("cls", [
    int, float, str, list, dict, type, object, bool, bytes, type(None), ValueError, KeyError,
    BaseException, StopIteration], ids=repr)
def test_builtin_classes_are_cpythons_own(cls, identity):
    assert cpyembed.eval(cls.__name__ if cls is not type(None) else "type(None)") is cls
    assert identity(cls) is cls


def test_library_classes_are_cpythons_own():
    f = cpyembed.eval("lambda c: c is __import__('decimal').Decimal")
    assert f(decimal.Decimal) is True
    f = cpyembed.eval("lambda c: c is __import__('datetime').datetime")
    assert f(datetime.datetime) is True


def test_generic_aliases(describe):
    assert describe(list[int])[1] == "list[int]"
    assert describe(typing.Optional[int])[1] == "typing.Optional[int]"
    assert describe(typing.List[str])[1] == "typing.List[str]"
    assert describe(dict[str, list[int]])[1] == "dict[str, list[int]]"


def spellings():
    """Values of typing and types, those that this Python has."""
    for source in [
            "list[int]", "tuple[int, ...]", "dict[str, list[int]]", "typing.Union[int, str]",
            "typing.Optional[typing.List[str]]", "typing.Callable[[int, str], float]",
            "typing.Callable[..., int]", "collections.abc.Callable[[int], str]",
            "typing.Literal['a', 1]", "typing.ClassVar[int]", "typing.Tuple[int, ...]",
            "typing.Type[int]", "typing.Annotated[int, 'm']", "typing.Any", "typing.List",
            "typing.Union", "typing.ForwardRef('X')", "int | None", "list[int] | str"]:
        try:
            yield source, eval(source, {"typing": typing, "collections": collections})
        except (TypeError, AttributeError):
            pass


@pytest.mark.parametrize("source,x", list(spellings()),
                         ids=lambda x: x if isinstance(x, str) else "")
def test_typing_is_spelled_alike(source, x, define):
    check = define("""
        import collections.abc, typing
        def check(x, source): return x == eval(source)
    """)["check"]
    if "|" in source and cpyembed.info()["cpython"].startswith("3.9."):
        source = "typing.Union[%s]" % source.replace("|", ",")
    assert check(x, source) is True


def test_an_alias_of_a_pypy_class_is_an_export(identity):
    class Box(typing.Generic[typing.TypeVar("T")]):
        pass
    assert identity(Box[int]) == Box[int]


def test_a_type_variable_stays_itself(define):
    T = typing.TypeVar("T", bound=int)
    f = define("def f(alias, t): return alias.__args__[0] is t, t.__bound__")["f"]
    assert f(list[T], T) == (True, int)


def test_type_variables(define):
    T = typing.TypeVar("T")
    f = define("def f(t):\n import typing\n return isinstance(t, typing.TypeVar), t.__name__")
    assert f["f"](T) == (True, "T")


@pytest.mark.parametrize("make", [
    lambda: bytearray(b"abcd"), lambda: memoryview(bytearray(b"abcd")),
    lambda: array.array("i", [1, 2])], ids=["bytearray", "memoryview", "array"])
def test_buffers_share_memory(make, define):
    x = make()
    f = define("def f(x):\n m = memoryview(x)\n m[0] = 65\n return m.nbytes")["f"]
    assert f(x) == memoryview(x).nbytes
    assert x[0] == 65


def test_shuffle_of_the_standard_library_on_both_sides():
    a, b = list(range(10)), list(range(10))
    random.Random(5).shuffle(a)
    cpyembed.import_module("random").Random(5).shuffle(b)
    assert a == b


def test_everything_else_is_an_export(identity):
    class C: pass
    for x in (C(), C, len, lambda: 1, (i for i in ()), object(), pytest):
        assert identity(x) is x


def test_an_object_is_what_it_refers_to(identity):
    x = cpyembed.eval("object()")
    assert identity(x) is x

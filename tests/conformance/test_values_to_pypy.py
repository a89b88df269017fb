"""Section 4, second table: what CPython's values arrive as."""

import collections.abc
import json

import pytest

import cpyembed


@pytest.mark.parametrize("source", [
    "None", "True", "3", "-3", "2**100", "-2**100", "2**30", "-2**30", "2**63", "1.5", "'x'",
    "'\\ud800'", "b'x'", "1j", "...", "NotImplemented", "range(1, 9, 2)", "slice(1, 2, 3)",
    "()", "(1, 'a')", "(1, (2, 3), 4)"])
def test_scalars_arrive_by_value(source):
    x = cpyembed.eval(source)
    assert type(x) is type(eval(source))
    assert x == eval(source)


def test_tuple_items_are_converted():
    x = cpyembed.eval("(1, [2], int)")
    assert type(x) is tuple
    assert isinstance(x[1], cpyembed.Object) and x[2] is int


@pytest.mark.parametrize("source,cls", [
    ("[1, 2]", list), ("{'a': 1}", dict), ("{1, 2}", set)])
def test_exact_containers_say_so(source, cls):
    x = cpyembed.eval(source)
    assert isinstance(x, cpyembed.Object)
    assert isinstance(x, cls)
    assert x.__class__ is cls
    assert type(x) is not cls


def test_json_of_a_cpython_dict():
    x = cpyembed.eval("{'a': [1, 2.5, {'b': None}], 'c': 'x'}")
    assert json.loads(json.dumps(x)) == {"a": [1, 2.5, {"b": None}], "c": "x"}


def test_subclass_of_a_container_does_not_say_so(define):
    x = define("class L(list): pass\nx = L([1])")["x"]
    assert isinstance(x, cpyembed.Object)
    assert list(x) == [1]


@pytest.mark.parametrize("base,value", [
    ("int", 3), ("float", 2.5), ("complex", 1j), ("str", "abc"), ("bytes", b"abc"),
    ("tuple", (1, 2))])
def test_subclass_instances_are_the_value_and_the_reference(base, value, define):
    names = define("""
        class X(%s):
            extra = "there"
            def method(self): return "called"
            def __add__(self, other): return "added"
        x = X(%r)
        X_ = X
        def is_x(y): return type(y) is X and y is x
    """ % (base, value))
    x = names["x"]
    assert isinstance(x, type(value))
    assert x == value
    assert x in {value: 1} and hash(x) == hash(value)
    assert x.extra == "there" and x.method() == "called"
    assert x + 1 == "added"
    assert names["is_x"](x)
    assert type(names["X_"](value)) is type(x)


@pytest.mark.parametrize("base, value", [("str", "abc"), ("bytes", b"abc")])
def test_text_of_a_class_with_a_hash_of_its_own_is_found(base, value, define):
    x = define("""
        class X(%s):
            def __hash__(self): return super().__hash__()
            def __eq__(self, other): return super().__eq__(other)
        x = X(%r)
    """ % (base, value))["x"]
    assert x in {value} and value in {x} and {value: 1}[x] == 1


def test_namedtuple_result():
    version = cpyembed.import_module("sys").version_info
    assert isinstance(version, tuple)
    assert version[0] == 3 and version.major == 3
    assert version[:2] == (version.major, version.minor)
    assert "%d.%d" % version[:2] == "%d.%d" % (version[0], version[1])


def test_intenum():
    signal = cpyembed.import_module("signal").SIGINT
    assert isinstance(signal, int) and signal == 2
    assert signal.name == "SIGINT"
    assert json.dumps({"a": signal}) == '{"a": 2}'


def test_str_subclass_in_format(define):
    x = define("class S(str): pass\nx = S('abc')")["x"]
    assert "%s!" % x == "abc!" and "".join([x, "d"]) == "abcd"
    assert {"abc": 1}[x] == 1


def test_tuple_subclass_in_format(define):
    x = define("class T(tuple): pass\nx = T((1, 2))")["x"]
    assert "%d-%d" % x == "1-2"
    a, b = x
    assert (a, b) == (1, 2) and len(x) == 2 and list(x) == [1, 2] and x[1] == 2


def test_exception_classes_are_real_classes(define):
    names = define("""
        class Base(Exception): pass
        class Error(Base, ValueError):
            def __init__(self, a, b): self.b = b
            def __str__(self): return 'text %s' % self.b
        def fail(): raise Error(1, 2)
    """)
    Error, Base = names["Error"], names["Base"]
    assert isinstance(Error, type) and issubclass(Error, ValueError) and issubclass(Error, Base)
    assert Error.__name__ == "Error"
    with pytest.raises(Error) as caught:
        names["fail"]()
    assert caught.value.b == 2 and str(caught.value) == "text 2"


def test_exception_class_goes_back_as_itself(define):
    names = define("""
        class Error(Exception): pass
        def same(x): return x is Error
    """)
    assert names["same"](names["Error"])


def test_other_classes_are_objects():
    cls = cpyembed.import_module("collections.abc").Mapping
    assert isinstance(cls, cpyembed.Object)
    assert isinstance(cpyembed.eval("{}"), cls)
    assert isinstance(cls, collections.abc.Callable)


def test_iterating_big_containers():
    n = 1000
    assert list(cpyembed.eval("list(range(%d))" % n)) == list(range(n))
    assert list(cpyembed.eval("[float(i) for i in range(%d)]" % n)) == [float(i) for i in range(n)]
    assert list(cpyembed.eval("[(i, i + 1) for i in range(9)]")) == [(i, i + 1) for i in range(9)]


def test_list_that_changes_while_it_is_iterated():
    x = cpyembed.eval("[1, 2, 3]")
    seen = []
    for item in x:
        seen.append(item)
        if len(seen) < 5:
            x.append(item)
    assert seen[:5] == [1, 2, 3, 1, 2]


def test_bytearray_and_memoryview_are_objects():
    x = cpyembed.eval("bytearray(b'abc')")
    assert isinstance(x, cpyembed.Object)
    assert bytes(x) == b"abc" and x[0] == 97

"""Reference counts are the same before and after each operation, counted by CPython."""


import pytest

import cpyembed

TURNS = 50


@pytest.fixture(scope="module")
def there(define):
    """A CPython class that has every protocol, and functions that take and give objects."""
    return define("""
        class Thing:
            def __init__(self): self.held, self.number = None, 1.5
            def method(self, *args, **keywords): return self
            def fail(self, *args, **keywords): raise ValueError(self)
            def call(self, function, *args): return function(*args)
            def __call__(self, *args, **keywords): return self
            def __getitem__(self, key): return self
            def __setitem__(self, key, value): pass
            def __delitem__(self, key): pass
            def __len__(self): return 3
            def __contains__(self, item): return item is self
            def __iter__(self): return iter([self, self, 1])
            def __add__(self, other): return self
            def __radd__(self, other): return self
            def __iadd__(self, other): return self
            def __neg__(self): return self
            def __pow__(self, other): return self
            def __eq__(self, other): return self is other
            def __lt__(self, other): return False
            def __hash__(self): return 7
            def __repr__(self): return 'thing'
            def __format__(self, spec): return spec
            def __int__(self): return 5
            def __float__(self): return 2.5
            def __index__(self): return 6
            def __enter__(self): return self
            def __exit__(self, *args): return False
            def __round__(self, digits=None): return 3
            def __reversed__(self): return iter([self])
            def __getattr__(self, name):
                if name == 'self': return self
                raise AttributeError(name)
        def take(*args, **keywords): return len(args) + len(keywords)
        def give(*args): return args
        def listed(x): return [x, x]
        class Sub(str): pass
    """)


def loop(thing):
    for _ in thing:
        pass


def with_statement(thing):
    with thing as inner:
        assert inner is thing


def failing(thing):
    with pytest.raises(ValueError):
        thing.fail(thing, key=thing)


def missing_attribute(thing):
    with pytest.raises(AttributeError):
        thing.nothing  # noqa: B018


def failing_callback(thing):
    def fail(x):
        raise KeyError("here")
    with pytest.raises(KeyError):
        thing.call(fail, thing)


def set_and_delete(thing):
    thing.held = thing
    thing.extra = thing
    del thing.extra
    thing.held = None


def self_referring_list(thing):
    items = []
    items.append(items)
    with pytest.raises(ValueError):
        thing.method(thing, items)


OPERATIONS = {
    "attribute": lambda t, f: t.method,
    "attribute of a scalar": lambda t, f: t.number,
    "attribute through __getattr__": lambda t, f: t.self,
    "missing attribute": lambda t, f: missing_attribute(t),
    "set and delete an attribute": lambda t, f: set_and_delete(t),
    "call with nothing": lambda t, f: t(),
    "call with itself": lambda t, f: t(t),
    "call with many": lambda t, f: t(t, t, 1, "text", None, key=t, other=2.5),
    "call with a star": lambda t, f: t(*[t, t], **{"a": t}),
    "method": lambda t, f: t.method(t, key=t),
    "function": lambda t, f: f["take"](t, t, key=t),
    "function with scalars": lambda t, f: f["take"](1, 2.5, "s", b"b", None, 10**40, 1j),
    "results in a tuple": lambda t, f: f["give"](t, (t, t), 1),
    "results in a list": lambda t, f: f["listed"](t)[0],
    "failing call": lambda t, f: failing(t),
    "callback that gives it back": lambda t, f: t.call(lambda x: x, t),
    "callback that fails": lambda t, f: failing_callback(t),
    "item": lambda t, f: t[t],
    "item with a slice": lambda t, f: t[1:t],
    "set an item": lambda t, f: t.__setitem__(t, t),
    "delete an item": lambda t, f: t.__delitem__(t),
    "length": lambda t, f: len(t),
    "containment": lambda t, f: (t in t, 3 in t),
    "iteration": lambda t, f: loop(t),
    "reversed": lambda t, f: list(reversed(t)),
    "operators": lambda t, f: (t + t, t + 1, 1 + t, -t, t ** 2, t ** t),
    "comparison": lambda t, f: (t == t, t != t, t < t, t == 1, t < 2.5),
    "identity": lambda t, f: (t is t, id(t)),
    "hash": lambda t, f: hash(t),
    "repr and str": lambda t, f: (repr(t), str(t)),
    "format": lambda t, f: format(t, ">3"),
    "truth": lambda t, f: bool(t),
    "int, float, index, round": lambda t, f: (int(t), float(t), [0] * 7 and range(7)[t:], round(t)),
    "dir": lambda t, f: dir(t),
    "with": lambda t, f: with_statement(t),
    "type": lambda t, f: (t.__class__, isinstance(t, f["Thing"])),
    "in a tuple": lambda t, f: f["take"]((t, (t, 1))),
    "in a list": lambda t, f: f["take"]([t, [t]]),
    "in a dict": lambda t, f: f["take"]({"key": t, t: [t]}),
    "in a set": lambda t, f: f["take"]({t}, frozenset([t])),
    "a list that contains itself": lambda t, f: self_referring_list(t),
    "Object of itself": lambda t, f: cpyembed.Object(t),
    "Object of a value": lambda t, f: cpyembed.Object([t, 1, "a"]),
    "raw": lambda t, f: cpyembed.raw(f["give"])(t, 1),
    "to_python": lambda t, f: cpyembed.to_python(f["listed"](t)),
    "eval": lambda t, f: cpyembed.eval("x", {"x": t}),
    "instance of a str subclass": lambda t, f: f["Sub"]("text"),
}


@pytest.fixture(scope="module")
def warm(there):
    """A thing with which every operation has been done once, so that what is cached is there."""
    thing = there["Thing"]()
    for operation in OPERATIONS.values():
        operation(thing, there)
    return thing


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_reference_is_gained_or_lost(there, warm, collect, name):
    operation = OPERATIONS[name]
    getrefcount = cpyembed.import_module("sys").getrefcount
    collect()
    before, counted = cpyembed._refcount(warm), getrefcount(warm)
    for _ in range(TURNS):
        operation(warm, there)
    collect()
    assert cpyembed._refcount(warm) == before
    assert getrefcount(warm) == counted


@pytest.mark.parametrize("name", OPERATIONS)
def test_none_the_class_and_the_functions_keep_their_counts(there, warm, collect, name):
    if cpyembed.import_module("sys").version_info[1] >= 12:
        pytest.skip("None is immortal from CPython 3.12 on")
    operation = OPERATIONS[name]
    getrefcount = cpyembed.import_module("sys").getrefcount
    watched = [there["Thing"], there["take"], there["give"], cpyembed.raw(there["give"])(1)]
    operation(warm, there)
    collect()
    before = [cpyembed._refcount(w) for w in watched[:3]] + [getrefcount(None)]
    for _ in range(TURNS):
        operation(warm, there)
    collect()
    after = [cpyembed._refcount(w) for w in watched[:3]] + [getrefcount(None)]
    assert after[:3] == before[:3]
    # Something else in CPython may take or drop a None; a leak would be one a turn.
    assert after[3] - before[3] < TURNS // 2


@pytest.mark.parametrize("operation", [failing, missing_attribute, failing_callback])
def test_none_keeps_its_count_over_many_exceptions(there, warm, collect, operation):
    """A reference too few, one a turn, ends in a crash. (The first thousands free a few hundred,
    which something else held.)"""
    if cpyembed.import_module("sys").version_info[1] >= 12:
        pytest.skip("None is immortal from CPython 3.12 on")
    getrefcount = cpyembed.import_module("sys").getrefcount
    for _ in range(3000):
        operation(warm)
    collect()
    before = getrefcount(None)
    for _ in range(3000):
        operation(warm)
    collect()
    assert abs(getrefcount(None) - before) < 300


@pytest.mark.parametrize("value", [
    "a text that is long enough not to be cached", b"bytes that are not cached either",
    1234567.875, 10**50, 3 + 4j, (1, "x", 2.5)], ids=lambda value: type(value).__name__)
def test_values_that_cross_are_let_go(there, collect, value):
    held = cpyembed.Object(value)
    identity = cpyembed.eval("lambda x: x")
    assert identity(held) == value
    before = cpyembed._refcount(held)
    for _ in range(TURNS):
        assert identity(held) == value
    collect()
    assert cpyembed._refcount(held) == before == 1


def test_blocks_do_not_pile_up(there, warm, collect):
    """CPython's own count of allocated blocks, over everything at once."""
    blocks = cpyembed.import_module("sys").getallocatedblocks

    def turn(times):
        for _ in range(times):
            for operation in OPERATIONS.values():
                operation(warm, there)
        collect()

    turn(5)
    before = blocks()
    turn(20)
    grown = blocks() - before
    assert grown < 20 * len(OPERATIONS) / 2, "%d blocks" % grown


def test_each_reference_counts_one(there, collect):
    thing = there["Thing"]()
    assert cpyembed._refcount(thing) == 1
    second = thing.method()
    assert second is thing
    collect()           # the bound method
    assert cpyembed._refcount(thing) == 2
    del second
    collect()
    assert cpyembed._refcount(thing) == 1

"""Section 7: counts of references around each operation."""

import pytest

import cpyembed

OPERATIONS = {
    "attribute": lambda x: x.attr, "call": lambda x: x(), "argument": lambda x: x.take(x),
    "keyword": lambda x: x.take(a=x), "item": lambda x: x[0], "setitem": lambda x: x.__setitem__(
        0, 1), "iteration": lambda x: list(x), "truth": lambda x: bool(x), "len": lambda x: len(x),
    "add": lambda x: x + x, "radd": lambda x: 1 + x, "compare": lambda x: x == x,
    "hash": lambda x: hash(x), "repr": lambda x: repr(x), "contains": lambda x: x in x,
    "list argument": lambda x: x.take([x, [x]]), "dict argument": lambda x: x.take({"a": x}),
    "callback": lambda x: x.run(lambda y: y), "error": lambda x: fails(x.fail),
    "missing": lambda x: fails(lambda: x.nope), "bound method": lambda x: x.take,
    "isinstance": lambda x: isinstance(x, x.__class__), "float": lambda x: float(x),
    "format": lambda x: format(x, ""), "dir": lambda x: dir(x), "object": lambda x:
    cpyembed.Object(x), "tuple": lambda x: x.take((x, 1)), "set attribute": lambda x: setattr(
        x, "other", 1), "context": lambda x: context(x)}


def fails(f):
    try:
        f()
    except Exception:
        pass


def context(x):
    with x:
        pass


@pytest.fixture(scope="module")
def subject():
    names = {}
    cpyembed.exec("""if 1:
        class X:
            attr = [1]
            def __call__(self): return [1]
            def take(self, a=None): return [1]
            def __getitem__(self, i):
                if i > 2: raise IndexError
                return self
            def __setitem__(self, i, v): pass
            def __iter__(self): return iter([self, self])
            def __len__(self): return 2
            def __add__(self, o): return self
            def __radd__(self, o): return self
            def __eq__(self, o): return True
            def __hash__(self): return 5
            def __contains__(self, o): return True
            def __float__(self): return 1.5
            def run(self, f): return f(self)
            def fail(self): raise ValueError(self)
            def __enter__(self): return self
            def __exit__(self, *a): pass
        x = X()
    """, names)
    return names["x"]


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_counts_are_the_same_afterwards(name, subject, collect):
    operation = OPERATIONS[name]
    count = cpyembed.import_module("sys").getrefcount
    for _ in range(5):
        operation(subject)
    collect()
    before = count(subject)
    for _ in range(50):
        operation(subject)
    collect()
    assert abs(count(subject) - before) <= 2


def test_exports_are_freed(collect):
    import weakref

    class C:
        pass
    take = cpyembed.eval("lambda x: None")
    refs = []
    for _ in range(50):
        c = C()
        refs.append(weakref.ref(c))
        take(c)
    del c
    collect()
    assert sum(r() is not None for r in refs) == 0


def test_a_cycle_across_the_boundary_is_not_collected_for_now(define, collect):
    """A known limit: the docs show the weak reference that avoids it."""
    names = define("""
        import weakref
        class Figure: pass
        refs = []
        def make():
            f = Figure()
            refs.append(weakref.ref(f))
            return f
        def alive(): return refs[-1]() is not None
    """)

    def draw():
        figure = names["make"]()
        figure.callback = lambda: figure
    draw()
    collect()
    assert names["alive"]() is True

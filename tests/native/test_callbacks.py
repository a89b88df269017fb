"""PyPy functions and objects that CPython calls."""

import sys

import pytest

import cpyembed


@pytest.fixture(scope="module")
def there(define):
    return define("""
        import functools
        def call(f, *args, **keywords): return f(*args, **keywords)
        def times(f, n):
            total = 0.0
            for i in range(n):
                total += f(float(i))
            return total
        def bounce(f, n): return f(n)
        class Holder: pass
        def facts(x):
            import collections.abc as c
            return (callable(x), isinstance(x, c.Iterable), isinstance(x, c.Sized),
                    isinstance(x, c.Container), isinstance(x, c.Hashable))
    """)


def test_arguments_and_results(there):
    def function(*args, **keywords):
        return args, keywords
    args, keywords = there["call"](function, 1, 2.5, "s", None, key=b"v", other=(1, 2))
    assert args == (1, 2.5, "s", None)
    assert keywords == {"key": b"v", "other": (1, 2)}
    assert there["call"](lambda: None) is None
    assert there["call"](lambda a, b=2, *, c=3: (a, b, c), 1, c=5) == (1, 2, 5)


def test_wrong_arguments_are_a_type_error(there):
    with pytest.raises(TypeError, match="argument"):
        there["call"](lambda a: a)


def test_builtins_of_cpython_with_our_functions():
    builtins = cpyembed.builtins
    assert cpyembed.to_python(builtins.sorted([3, 1, 2], key=lambda x: -x)) == [3, 2, 1]
    assert cpyembed.to_python(builtins.list(builtins.map(lambda x: x + 1, (1, 2)))) == [2, 3]
    assert cpyembed.import_module("functools").reduce(lambda a, b: a * b, (1, 2, 3, 4)) == 24
    assert builtins.max(["aa", "b", "cccc"], key=len) == "cccc"


def test_numpy_with_our_function(np):
    square = np.vectorize(lambda x: x * x, otypes="d")
    assert cpyembed.to_python(square(np.arange(4.0)).tolist()) == [0.0, 1.0, 4.0, 9.0]


def test_methods_and_instances(there):
    class Adder:
        def __init__(self, n):
            self.n = n

        def add(self, x):
            return self.n + x

        def __call__(self, x):
            return self.n * x
    adder = Adder(10)
    assert there["call"](adder.add, 1) == 11
    assert there["call"](adder, 2) == 20
    assert cpyembed.eval("lambda a: a.add(5) + a.n")(adder) == 25
    cpyembed.exec("a.n = 7", {"a": adder})
    assert adder.n == 7


def test_many_calls(there):
    assert there["times"](lambda x: x * x - 0.3 * x + 1, 10_000) == pytest.approx(
        sum(x * x - 0.3 * x + 1 for x in map(float, range(10_000))), rel=1e-12)


def test_an_export_comes_back_as_the_object_itself(there):
    def function():
        pass
    assert there["call"](lambda f: f, function) is function
    holder = there["Holder"]()
    holder.f = function
    assert holder.f is function


def test_an_export_has_no_more_and_no_fewer_protocols_than_the_object(there):
    class Bare:
        pass

    class Sized:
        __hash__ = None

        def __len__(self):
            return 2

        def __iter__(self):
            return iter("ab")

        def __contains__(self, item):
            return item == "a"
    assert there["facts"](Bare()) == (False, False, False, False, True)
    assert there["facts"](Sized()) == (False, True, True, True, False)
    assert there["facts"](len)[0] is True
    assert cpyembed.eval("lambda x: (len(x), list(x), 'a' in x, bool(x))")(Sized())[0] == 2


def test_items_attributes_text_and_comparison_of_an_export(define):
    class Box:
        """A box."""

        def __init__(self):
            self.content = {}

        def __getitem__(self, key):
            return self.content[key]

        def __setitem__(self, key, value):
            self.content[key] = value

        def __delitem__(self, key):
            del self.content[key]

        def __repr__(self):
            return "<box>"

        def __str__(self):
            return "a box"

        def __eq__(self, other):
            return isinstance(other, Box)

        def __hash__(self):
            return 42
    use = define("""
        def use(box):
            box['k'] = (1, 2)
            box[3] = 'x'
            del box[3]
            try:
                box['none']
            except KeyError as e:
                missing = e.args
            box.extra = 5
            return (box['k'], repr(box), str(box), hash(box), box == box, box != 1, missing,
                    box.extra, box.__doc__)
    """)["use"]
    box = Box()
    assert use(box) == ((1, 2), "<box>", "a box", 42, True, True, ("none",), 5, "A box.")
    assert box.content == {"k": (1, 2)} and box.extra == 5


def test_generators(there):
    def numbers():
        yield 1
        yield 2
    assert cpyembed.eval("lambda g: list(g)")(numbers()) == cpyembed.eval("[1, 2]")
    assert cpyembed.builtins.sum(x * x for x in range(4)) == 14


def test_an_exception_in_a_callback_stops_cpythons_loop():
    seen = []

    def function(x):
        seen.append(x)
        if x == 2:
            raise KeyError(x)
        return x
    with pytest.raises(KeyError, match="2"):
        cpyembed.builtins.list(cpyembed.builtins.map(function, (0, 1, 2, 3)))
    assert seen == [0, 1, 2]


def test_nested_calls_back_and_forth(there):
    def down(n):
        return 0 if n == 0 else 1 + there["bounce"](down, n - 1)
    assert down(100) == 100


def test_recursion_without_end_is_an_error_and_not_a_crash(succeeds):
    assert succeeds("""
        import cpyembed, resource
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))   # seen: 20 GB
        bounce = cpyembed.eval("lambda f: f()")
        def down():
            return bounce(down)
        for _ in range(3):
            try:
                down()
            except RecursionError:
                print("RecursionError")
        print(cpyembed.eval("1 + 1"))
    """) == "RecursionError\n" * 3 + "2\n"


def test_collections_on_both_sides_inside_callbacks(there):
    import gc
    collect = cpyembed.import_module("gc").collect

    def function(x):
        gc.collect()
        collect()
        return [x, str(x)]
    for i in range(10):
        assert cpyembed.to_python(there["call"](function, i)) == [i, str(i)]


def test_keyword_names_with_every_letter(there):
    assert there["call"](lambda **k: tuple(k), **{"h\xe9": 1, "\u20ac": 2}) == ("h\xe9", "\u20ac")


def test_frames_of_ours_are_not_disturbed(there):
    def function():
        return sys._getframe().f_code.co_name
    assert there["call"](function) == "function"

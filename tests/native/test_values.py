"""Values across, both ways: those that are built into both interpreters."""

import json
import math
import pickle
import random
import struct

import pytest

import cpyembed

INTEGERS = sorted({sign * (2 ** bits + step) for bits in (0, 7, 8, 15, 29, 30, 31, 32, 59, 60, 61,
                                                          62, 63, 64, 65, 127, 128, 1000, 30_000)
                   for step in (-1, 0, 1) for sign in (-1, 1)} | {10 ** 30, -10 ** 300})
FLOATS = [0.0, -0.0, 1.5, -1e308, 5e-324, math.inf, -math.inf, math.pi]
TEXTS = ["", "a", "h\xe9", "\xff", "\u0100", "\u20ac", "\ufffd", "\uffff", "\U00010000",
         "\U0010ffff", "\0", "a\0b", "\ud800", "\udfff", "a\udc80b", "\ud83d\ude00",
         "\U0001f600\ud800", "\udcff" * 100, "x" * 100_000, "\u20ac" * 100_000]
BYTES = [b"", b"a", b"a\0b", bytes(range(256)), b"x" * 100_000]
OTHERS = [None, True, False, Ellipsis, NotImplemented, 1j, complex(-0.0, math.inf), (), (1,),
          (1, (2.5, ("x", None)), b"y"), slice(None), slice(1, 10, -2), range(10),
          range(2 ** 70, 2 ** 71, 3), range(0)]


@pytest.fixture(scope="module")
def there(define):
    return define("""
        def identity(x): return x
        def name(x): return getattr(type(x), '__module__', '') + '.' + type(x).__qualname__
        def text(x): return ascii(x)
        def equal(x, source): return x == eval(source) and type(x) is type(eval(source))
    """)


def bits(value):
    return struct.pack("<d", value)


@pytest.mark.parametrize("value", INTEGERS, ids=lambda n: "2**%d" % n.bit_length())
def test_integers_of_any_size(there, value):
    back = there["identity"](value)
    assert type(back) is int and back == value
    assert there["name"](value) == "builtins.int"
    # Decimal conversion has a limit of digits on both sides; hexadecimal has none.
    assert there["equal"](value, hex(value))
    assert cpyembed.eval(hex(value)) == value


@pytest.mark.parametrize("value", FLOATS, ids=repr)
def test_floats(there, value):
    back = there["identity"](value)
    assert type(back) is float and bits(back) == bits(value)
    assert there["text"](value) == repr(value)


def test_nan(there):
    back = there["identity"](math.nan)
    assert type(back) is float and back != back


@pytest.mark.parametrize("value", TEXTS, ids=lambda t: ascii(t[:8]))
def test_texts_of_every_code_point(there, value):
    back = there["identity"](value)
    assert type(back) is str and back == value and len(back) == len(value)
    assert there["text"](value) == ascii(value)
    assert cpyembed.import_module("builtins").len(value) == len(value)
    assert back.encode("utf-32", "surrogatepass") == value.encode("utf-32", "surrogatepass")


@pytest.mark.parametrize("start", range(0, 0x110000, 0x11000))
def test_every_code_point(there, start):
    text = "".join(map(chr, range(start, start + 0x11000)))
    back = there["identity"](text)
    assert back == text
    assert there["identity"](text[::-1]) == text[::-1]
    # Made in CPython, where no UTF-8 is kept before it is asked for.
    made = cpyembed.eval("''.join(map(chr, range(%d, %d)))" % (start, start + 0x11000))
    assert made == text


@pytest.mark.parametrize("value", BYTES, ids=lambda b: str(len(b)))
def test_bytes(there, value):
    back = there["identity"](value)
    assert type(back) is bytes and back == value
    assert there["text"](value) == repr(value)


@pytest.mark.parametrize("value", OTHERS, ids=repr)
def test_other_values(there, value):
    back = there["identity"](value)
    assert type(back) is type(value) and repr(back) == repr(value)
    assert there["text"](value) == repr(value)


def test_subclasses_arrive_as_their_base_value(there):
    for base, value in ((int, 3), (int, 2 ** 80), (float, 2.5), (str, "text"), (bytes, b"b"),
                        (complex, 1j)):
        instance = type("Mine", (base,), {})(value)
        assert there["name"](instance) == "builtins." + base.__name__
        assert there["identity"](instance) == value


@pytest.mark.parametrize("source, base", [
    ("type('Size', (tuple,), {})((1, 2))", tuple), ("type('Id', (int,), {})(7)", int),
    ("type('Name', (str,), {'shout': lambda self: self.upper() + '!'})('ab')", str),
    ("type('Length', (float,), {})(2.5)", float), ("type('Raw', (bytes,), {})(b'xy')", bytes)])
def test_instances_of_subclasses_are_the_value_and_keep_the_reference(there, source, base):
    value = cpyembed.eval(source)
    assert isinstance(value, base)
    assert base(value) == value and value in {base(value)}
    assert there["name"](value).endswith(type(value).__name__)
    if base is str:
        assert value.shout() == "AB!" and "%s" % value == "ab"
    if base is tuple:
        assert "%d-%d" % value == "1-2"


def test_json_takes_them(np):
    assert json.dumps({"x": np.float64(1.5), "s": np.str_("a")}) == '{"x": 1.5, "s": "a"}'


# ---- containers --------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [[], [1, "a", [2.5, None]], {}, {"a": 1, 2: [3]}, set(),
                                   {1, "x"}, frozenset({1, (2, 3)}), [(1, [2])],
                                   {"deep": [{"er": ({1, 2},)}]}], ids=repr)
def test_containers_arrive_as_new_ones(there, value):
    assert there["name"](value) == "builtins." + type(value).__name__
    assert there["equal"](value, repr(value))
    back = there["identity"](value)
    assert isinstance(back, type(value)), "it does not say in __class__ what it refers to"
    assert cpyembed.to_python(back) == value


@pytest.mark.parametrize("source", [
    "x.append(4)", "x.clear()", "x.sort(reverse=True)", "x[1:2] = ['a', 'b', 'c']", "del x[0]",
    "x.insert(0, x[2])", "x[:] = x[::-1]", "x += [None]"])
def test_what_is_changed_in_a_list_is_changed_in_ours(define, source):
    function = define("def f(x):\n    " + source)["f"]
    ours, expected = [1, 3, 2], [1, 3, 2]
    function(ours)
    exec(source, {"x": expected})
    assert ours == expected


@pytest.mark.parametrize("source", ["x['new'] = 1", "del x['a']", "x.clear()", "x['a'] = x['b']",
                                    "x.update(c=3)", "x[(1, 2)] = [1]"])
def test_likewise_for_a_dict(define, source):
    function = define("def f(x):\n    " + source)["f"]
    ours, expected = {"a": 1, "b": 2.5}, {"a": 1, "b": 2.5}
    function(ours)
    exec(source, {"x": expected})
    assert {k: cpyembed.to_python(v) for k, v in ours.items()} == expected


def test_likewise_for_a_set(define):
    function = define("def f(x):\n    x.add('new'); x.discard(1)")["f"]
    ours = {1, 2}
    function(ours)
    assert ours == {2, "new"}


def test_random_shuffle():
    ours = list(range(100))
    cpyembed.import_module("random").shuffle(ours)
    assert ours != list(range(100)) and sorted(ours) == list(range(100))


def test_elements_that_were_not_replaced_are_the_same_objects(define):
    class Local:
        pass
    first, inner = Local(), [1]
    ours = [first, inner, 2]
    define("def f(x):\n    x[2] = 5; x[1].append(9); x.reverse()")["f"](ours)
    assert ours == [5, inner, first]
    assert ours[1] is inner and ours[2] is first and inner == [1, 9]


def test_what_is_changed_before_an_exception_is_changed(define):
    function = define("def f(x, y):\n    x.append(1); y['k'] = 2; raise ValueError")["f"]
    ours, other = [], {}
    with pytest.raises(ValueError):
        function(ours, other)
    assert ours == [1] and other == {"k": 2}


def test_keyword_arguments_and_method_arguments_are_copied_out_too(define):
    ours = [3, 1]
    define("def f(*, x): x.sort()")["f"](x=ours)
    assert ours == [1, 3]


def test_the_same_object_twice_in_one_call_is_one_object(define):
    function = define("def f(x, y, z):\n    x.append(1); return x is y and x is z['k'][0]")["f"]
    ours = []
    assert function(ours, ours, {"k": [ours]})
    assert ours == [1]


def test_a_container_that_contains_itself_is_refused(there):
    ours = []
    ours.append(ours)
    with pytest.raises(ValueError):
        there["identity"](ours)
    mapping = {}
    mapping["self"] = [mapping]
    with pytest.raises(ValueError):
        there["identity"](mapping)
    assert there["identity"]((1,)) == (1,)


def test_containers_that_nobody_changes_are_left_alone(there):
    ours = [1, [2]]
    inner = ours[1]
    there["identity"](ours)
    assert ours == [1, [2]] and ours[1] is inner


def test_exec_leaves_the_names_it_makes():
    names = {"start": 5}
    cpyembed.exec("import math\nstop = start + 1\ndef double(x): return 2 * x", names)
    assert names["stop"] == 6 and names["double"](4) == 8 and names["math"].pi == math.pi
    assert "__builtins__" not in names


def test_a_list_with_an_element_that_cannot_cross_changes_nothing(there):
    ours = [1, 2]
    loop = []
    loop.append(loop)
    with pytest.raises(ValueError):
        there["identity"]([ours, loop])
    assert ours == [1, 2]


@pytest.mark.parametrize("seed", range(20))
def test_arbitrary_nested_values(there, seed):
    chance = random.Random(seed)

    def value(depth):
        kind = chance.randrange(9 if depth else 6)
        if kind == 0:
            return chance.choice(INTEGERS) % 10 ** 1000
        if kind == 1:
            return chance.uniform(-1e10, 1e10)
        if kind == 2:
            return "".join(chr(chance.choice((chance.randrange(128), chance.randrange(0x110000))))
                           for _ in range(chance.randrange(20)))
        if kind == 3:
            return bytes(chance.randrange(256) for _ in range(chance.randrange(20)))
        if kind in (4, 5):
            return chance.choice([None, True, False, Ellipsis, 2j])
        items = [value(depth - 1) for _ in range(chance.randrange(5))]
        if kind == 6:
            return tuple(items)
        if kind == 7:
            return items
        return {"%d" % i: item for i, item in enumerate(items)}

    original = [value(4) for _ in range(10)]
    assert cpyembed.to_python(there["identity"](original)) == original
    # CPython's own idea of the same value, made without crossing.
    assert there["equal"](original, repr(original))


def test_a_value_on_its_way_is_not_shared(there):
    ours = [1]
    copy = there["identity"](ours)
    copy.append(2)
    assert ours == [1]


def test_pickle_of_cpython_takes_what_crossed(there):
    data = cpyembed.import_module("pickle").dumps([1, "a", (2.5, None)])
    assert pickle.loads(data) == [1, "a", (2.5, None)]

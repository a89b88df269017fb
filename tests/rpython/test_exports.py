"""CPython uses objects of RPython: each slot, errors, and their end."""
import pytest


def evaluated(target, *sources):
    """The value of the last one, the text that eval would give."""
    return target("export-evaluate", *sources).lines[-1].split(" = ", 1)[-1]


@pytest.mark.parametrize("source, expected", [
    ("five()", "5"),
    ("five(1, 2)", "8"),
    ("max([1, 2], key=five)", "2"),
    ("five.value", "5"),
    ("(repr(five), str(five))", "('<toy 5>', 'toy 5')"),
    ("hash(five)", "5"),
    ("len(five)", "5"),
    ("(bool(five), bool(bare))", "(True, True)"),
    ("(5 in five, 6 in five)", "(True, False)"),
    ("list(three)", "[0, 1, 2]"),
    ("sum(three)", "3"),
    ("five[3]", "15"),
    ("(five == three, five != three, five < three, five >= three)", "(False, True, False, True)"),
    ("five == 1", "False"),
    ("{five: 1}[five]", "1"),
    ("type(five).__name__", "'Toy'"),
    ("type(five).__module__", "'rpython'"),
    ("weakref.ref(five)() is five", "True"),
])
def test_a_slot(target, source, expected):
    assert evaluated(target, source) == expected


@pytest.mark.parametrize("statement, expected", [
    ("five.value = 8", "8"), ("five[2] = 6", "12"), ("del five[0]", "0")])
def test_a_write(target, statement, expected):
    assert evaluated(target, "! " + statement, "five.value") == expected


@pytest.mark.parametrize("source, expected", [
    ("five('a')", "raises TypeError: an int, please"),
    ("negative(1)", "raises TypeError: a toy below zero"),
    ("negative.nothing", "raises TypeError: no nothing"),
    ("len(negative)", "raises TypeError: a length below zero"),
    ("type(five)()",
     "raises TypeError: cannot create 'rpython.Toy' instances: the class lives in PyPy"),
    ("hash(bare)", "raises TypeError: unhashable type: 'rpython.Toy'"),
    ("bare()", "raises TypeError: 'rpython.Toy' object is not callable"),
    ("iter(bare)", "raises TypeError: 'rpython.Toy' object is not iterable"),
    ("len(bare)", "raises TypeError: object of type 'rpython.Toy' has no len()"),
    ("bare[0]", "raises TypeError: 'rpython.Toy' object is not subscriptable"),
])
def test_an_error(target, source, expected):
    assert evaluated(target, source) == "%s %s" % (source, expected)


@pytest.mark.parametrize("protocol", ["Callable", "Iterable", "Hashable", "Sized", "Container"])
def test_an_export_has_the_protocols_of_its_object_and_no_more(target, protocol):
    source = "[isinstance(x, collections.abc.%s) for x in (five, bare)]" % protocol
    assert evaluated(target, source) == "[True, False]"


def test_only_an_iterator_is_one(target):
    source = "[isinstance(x, collections.abc.Iterator) for x in (five, iter(five))]"
    assert evaluated(target, source) == "[False, True]"


def test_the_handle_leads_back(target):
    assert target("export-identity").lines == ["all"]


def test_an_export_that_is_gone_is_told(target):
    assert target("export-gone").lines[-1] == "all"


def test_exports_do_not_leak_their_type(target):
    assert target("export-type-leaks").lines == ["none"]


def test_calls_do_not_leak(target):
    assert target("export-call-leaks").lines == ["none"]

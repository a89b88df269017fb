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


# ____________________________________________________________
# Special methods in the type's dictionary


def special(target, *sources):
    return target("export-special", *sources).lines[-1].split(" = ", 1)[-1]


@pytest.mark.parametrize("source, expected", [
    ("x + 1", "'__add__ 1'"),
    ("1 + r", "'__radd__ 1'"),
    ("x + r", "'__add__ toy 1'"),
    ("operator.iadd(x, 2)", "'__iadd__ 2'"),
    ("x ** 2", "'__pow__ 2'"),
    ("pow(x, 2, 7)", "'__pow__ 2 7'"),
    ("divmod(x, 2)", "'__divmod__ 2'"),
    ("x @ 'a'", "'__matmul__ a'"),
    ("-x", "'__neg__'"),
    ("(int(x), float(x), [0, 1, 2, 'item'][x], range(x))", "(3, 3.0, 'item', range(0, 3))"),
    ("format(x, '>9')", "'__format__ >9'"),
    ("(round(x), round(x, 2))", "('__round__', '__round__ 2')"),
    ("os.fspath(x)", "'__fspath__'"),
    ("reversed(x)", "'__reversed__'"),
    ("isinstance(4, x)", "True"),
    ("type('C', (), {'a': x})().a.split()[0]", "'__get__'"),
    ("type(x).__add__(x, 5)", "'__add__ 5'"),
    ("type(x).__enter__.__name__", "'__enter__'"),
    ("isinstance(x, collections.abc.Awaitable)", "True"),
    ("isinstance(r, collections.abc.Awaitable)", "False"),
    ("hasattr(type(r), '__add__')", "False"),
    ("bool(r)", "True"),
])
def test_a_special_method(target, source, expected):
    assert special(target, source) == expected


@pytest.mark.parametrize("source, expected", [
    ("x - 1", "raises TypeError: unsupported operand type(s) for -: 'rpython.Toy' and 'int'"),
    ("x * 1", "raises TypeError: unsupported operand type(s) for *: 'rpython.Toy' and 'int'"),
    ("below + 1", "raises TypeError: a toy below zero has no __add__"),
    ("int(below)", "raises TypeError: a toy below zero has no __int__"),
    ("bytes(x)", "raises TypeError: __bytes__ returned non-bytes (type str)"),
    ("iter(x)", "raises TypeError: 'rpython.Toy' object is not iterable"),
    ("1 + x", "raises TypeError: 'NoneType' object is not callable"),
    ("type(x).__add__(5, x)", "raises TypeError: descriptor '__add__' for 'rpython.Toy' objects "
                              "doesn't apply to a 'int' object"),
    ("pickle.dumps(x)", "raises PicklingError: rpython.Toy object lives in PyPy: CPython "
                        "cannot pickle it; pickle it on the PyPy side"),
])
def test_a_special_method_fails(target, source, expected):
    assert target("export-special", source).lines[-1] == "%s %s" % (source, expected)


def test_with(target):
    assert special(target, "! with x as entered: raise KeyError", "entered") == "'__enter__'"


def test_a_function_binds_self(target):
    assert evaluated(target, "! class C: method = function", "! c = C()",
                     "(c.method.__self__ is c, c.method.__func__ is function, "
                     "C.method is function)") == "(True, True, True)"


def test_a_function_without_get_does_not_bind(target):
    assert evaluated(target, "! class C: value = five", "C().value is five") == "True"


@pytest.mark.parametrize("source, expected", [
    ("[hasattr(type(x), '__bool__') for x in (five, bare)]", "[True, False]"),
    ("operator.index(len(mapping))", "1"),
    ("mapping[7]", "7"),
    ("cls[7]", "7"),
])
def test_slots_of_a_kind(target, source, expected):
    assert evaluated(target, "! import operator", source) == expected


@pytest.mark.parametrize("name, found", [("five", 1), ("mapping", 0), ("cls", 0), ("bare", 0)])
def test_only_a_sequence_has_the_slots_of_one(target, name, found):
    check = "! import ctypes; check = ctypes.pythonapi.PySequence_Check"
    source = "check(ctypes.py_object(%s))" % name
    assert evaluated(target, check, source) == str(found)


def test_a_sequence_is_used_by_index(target):
    get = "! import ctypes; get = ctypes.pythonapi.PySequence_GetItem"
    assert evaluated(target, get, "! get.restype = ctypes.py_object",
                     "(get(ctypes.py_object(five), 3), get(ctypes.py_object(five), -1))") \
        == "(15, 20)"


def test_special_methods_do_not_leak(target):
    assert target("export-special-leaks").lines == ["none"]

"""Section 6: exceptions across, both ways."""

import builtins
import sys
import traceback

import pytest

import cpyembed


@pytest.fixture(scope="module")
def names():
    ns = {}
    cpyembed.exec("""if 1:
        def fail(): raise ValueError('message', 2)
        def call(f, *args): return f(*args)
        def chained():
            try:
                1 / 0
            except ZeroDivisionError as e:
                raise KeyError('k') from e
        def context():
            try:
                1 / 0
            except ZeroDivisionError:
                raise KeyError('k')
        def catch(f):
            try:
                f()
            except BaseException as e:
                return e, type(e), str(e)
        def catch_and_raise(f):
            try:
                f()
            except BaseException as e:
                kept.append(e)
                raise
        kept = []
        def describe(f):
            try:
                f()
            except BaseException as e:
                import traceback
                return [(t.filename, t.name) for t in traceback.extract_tb(e.__traceback__)]
        def ends(): raise StopIteration(5)
        def leaves(n): raise SystemExit(n)
        def opens(): open('/no/such/file')
        def decodes(): b'\\xff'.decode('utf-8')
        def imports(): import no_such_module_here
    """, ns)
    return ns


def test_class_and_arguments(names):
    with pytest.raises(ValueError) as caught:
        names["fail"]()
    assert type(caught.value) is ValueError
    assert caught.value.args == ("message", 2)


def test_original_is_there(names):
    with pytest.raises(ValueError) as caught:
        names["fail"]()
    original = caught.value.__cpython__
    assert isinstance(original, cpyembed.Object)
    assert original.args == ("message", 2)


@pytest.mark.parametrize("source,cls", [
    ("1/0", ZeroDivisionError), ("{}['x']", KeyError), ("[][1]", IndexError),
    ("nope", NameError), ("'a' + 1", TypeError), ("int('x')", ValueError),
    ("object().x", AttributeError), ("__import__('nope')", ModuleNotFoundError),
    ("'\\udfff'.encode()", UnicodeEncodeError), ("next(iter(()))", StopIteration),
    ("2.0 ** 99999", OverflowError), ("open('/no/such/file')", FileNotFoundError)])
def test_builtin_exceptions(source, cls):
    with pytest.raises(cls) as caught:
        cpyembed.eval(source)
    assert type(caught.value) is cls


def test_details_of_particular_exceptions(names):
    with pytest.raises(OSError) as caught:
        names["opens"]()
    assert caught.value.errno == 2 and caught.value.filename == "/no/such/file"
    with pytest.raises(UnicodeDecodeError) as caught:
        names["decodes"]()
    assert (caught.value.object, caught.value.start, caught.value.end) == (b"\xff", 0, 1)
    with pytest.raises(StopIteration) as caught:
        names["ends"]()
    assert caught.value.value == 5
    with pytest.raises(SystemExit) as caught:
        names["leaves"](3)
    assert caught.value.code == 3
    with pytest.raises(ModuleNotFoundError) as caught:
        names["imports"]()
    assert caught.value.name == "no_such_module_here"


def test_syntax_error():
    with pytest.raises(SyntaxError) as caught:
        cpyembed.exec("x = = 1\n")
    assert caught.value.lineno == 1


def test_cause_and_context(names):
    with pytest.raises(KeyError) as caught:
        names["chained"]()
    assert type(caught.value.__cause__) is ZeroDivisionError
    assert caught.value.__suppress_context__
    with pytest.raises(KeyError) as caught:
        names["context"]()
    assert type(caught.value.__context__) is ZeroDivisionError
    assert caught.value.__cause__ is None


def test_notes(define):
    if cpyembed.import_module("sys").version_info[1] < 11:
        pytest.skip("notes are of CPython 3.11")
    f = define("def f():\n e = ValueError()\n e.add_note('a note')\n raise e")["f"]
    with pytest.raises(ValueError) as caught:
        f()
    assert list(caught.value.__notes__) == ["a note"]


def test_groups(define):
    if cpyembed.import_module("sys").version_info[1] < 11:
        pytest.skip("exception groups are of CPython 3.11")
    f = define("def f(): raise ExceptionGroup('g', [ValueError(1), KeyError(2)])")["f"]
    with pytest.raises(Exception) as caught:
        f()
    members = caught.value.exceptions
    assert [type(e) for e in members] == [ValueError, KeyError]
    assert members[0].args == (1,)


def _itself():
    items = []
    items.append(items)
    return ValueError(items)


def _with(exc, **attributes):
    for name, value in attributes.items():
        setattr(exc, name, value)
    return exc


@pytest.mark.parametrize("exc", [
    _itself(), _with(KeyError("k"), __notes__=5), _with(KeyError("k"), __notes__=["n", 5]),
    _with(SyntaxError(), args=(1,)), "group"])
def test_odd_exceptions_keep_their_class(define, exc):
    if exc == "group":
        if sys.version_info < (3, 11):
            pytest.skip("this PyPy has no ExceptionGroup")
        exc = _with(builtins.ExceptionGroup("text", [KeyError()]), args=())
    names = define("""
        def class_of(f):
            try:
                f()
            except BaseException as e:
                return type(e).__name__
        def call(f):
            f()
    """)

    def f():
        raise exc
    assert names["class_of"](f) == type(exc).__name__
    with pytest.raises(type(exc)) as caught:
        names["call"](f)
    assert caught.value is exc


def test_notes_that_are_none(define):
    names = define("class E(Exception): __notes__ = 5\ndef f(): raise E('text')")
    with pytest.raises(names["E"]) as caught:
        names["f"]()
    assert caught.value.args == ("text",)


def test_cpython_frames_stand_in_the_traceback(define):
    names = define("""
        def inner(): raise ValueError
        def outer(): inner()
    """)
    try:
        names["outer"]()
    except ValueError as e:
        entries = [(t.name, t.lineno) for t in traceback.extract_tb(e.__traceback__)]
    found = [name for name, _ in entries]
    assert found[0] == "test_cpython_frames_stand_in_the_traceback"
    assert found[-2:] == ["outer", "inner"]


def test_frames_alternate(names):
    def back():
        names["fail"]()
    try:
        names["call"](back)
    except ValueError as e:
        found = [t.name for t in traceback.extract_tb(e.__traceback__)]
    order = [n for n in found if n in ("test_frames_alternate", "call", "back", "fail")]
    assert order == ["test_frames_alternate", "call", "back", "fail"]


def test_pypy_frames_stand_in_cpythons_traceback(names):
    def fails():
        raise ValueError
    entries = names["describe"](fails)
    assert (__file__, "fails") in [tuple(entry) for entry in entries]


def test_passing_through_cpython_keeps_the_object(names):
    class Mine(Exception):
        def __init__(self, a, b):
            self.a, self.b = a, b
    error = Mine(1, [2])

    def fails():
        raise error
    with pytest.raises(Mine) as caught:
        names["call"](fails)
    assert caught.value is error
    with pytest.raises(Mine) as caught:
        names["catch_and_raise"](fails)
    assert caught.value is error


def test_passing_through_pypy_keeps_the_object(define):
    names = define("""
        error = ValueError()
        def fail(): raise error
        def check(f):
            try: f()
            except ValueError as e: return e is error
    """)

    def through():
        try:
            names["fail"]()
        except ValueError:
            raise
    assert names["check"](through) is True


def test_pypy_exception_class_becomes_a_cpython_class(names, define):
    class Mine(KeyError):
        extra = 5

        def __str__(self):
            return "mine: %s" % self.args
    check = define("""
        def check(f, cls):
            try:
                f()
            except cls as e:
                return type(e).__name__, isinstance(e, KeyError), str(e), e.extra, e.args
    """)["check"]

    def fails():
        raise Mine("x")
    assert check(fails, Mine) == ("Mine", True, "mine: x", 5, ("x",))


def test_own_init_is_not_called(define):
    names = define("""
        calls = []
        class E(Exception):
            def __init__(self, a, b):
                calls.append(1)
                super().__init__('only one')
        def fail(): raise E(1, 2)
        def count(): return len(calls)
    """)
    with pytest.raises(names["E"]):
        names["fail"]()
    assert names["count"]() == 1


def test_attributes_come_from_the_original(define):
    names = define("""
        class E(Exception):
            def __init__(self, response):
                super().__init__('msg')
                self.response = response
        def fail(): raise E({'status': 404})
    """)
    with pytest.raises(names["E"]) as caught:
        names["fail"]()
    assert caught.value.response["status"] == 404
    with pytest.raises(AttributeError):
        caught.value.nope


@pytest.mark.parametrize("cls", [SystemExit, KeyboardInterrupt, GeneratorExit])
def test_what_is_not_an_exception_crosses_too(cls, names):
    def fails():
        raise cls
    with pytest.raises(cls):
        names["call"](fails)


def test_pypy_details_reach_cpython(names, define):
    see = define("""
        def see(f):
            try: f()
            except OSError as e: return e.errno, e.filename
            except ImportError as e: return e.name
            except KeyError as e: return type(e.__cause__).__name__
    """)["see"]

    def opens():
        open("/no/such/file")

    def imports():
        import no_such_module_here  # noqa: F401

    def chained():
        try:
            1 / 0
        except ZeroDivisionError as e:
            raise KeyError from e
    assert see(opens) == (2, "/no/such/file")
    assert see(imports) == "no_such_module_here"
    assert see(chained) == "ZeroDivisionError"


def test_deep_recursion_across_the_boundary(program):
    # A program of its own: what is cleaned up without stack left is reported as unraisable, which
    # pytest counts as a failure of the test.
    done = program("""if 1:
        import cpyembed
        call = cpyembed.eval('lambda f, *a: f(*a)')
        def down(n): return call(down, n + 1)
        try:
            down(0)
        except RecursionError:
            print('RecursionError')
        print('goes on', call(lambda: 3))
    """)
    assert done.returncode == 0, done.stderr[-500:]
    assert done.stdout.splitlines() == ["RecursionError", "goes on 3"]


def test_ten_thousand_deep(program):
    done = program("""if 1:
        import cpyembed
        call = cpyembed.eval('lambda f, *a: f(*a)')
        def down(n): return n if n == 10000 else call(down, n + 1)
        try:
            print(down(0))
        except RecursionError:
            print('RecursionError')
        print('goes on', call(lambda: 1))
    """)
    assert done.returncode == 0, done.stderr[-500:]
    assert "goes on 1" in done.stdout


SPOILT = """if 1:
    import ctypes
    # A C function that returns NULL, as a function and in the slots of types.
    address = ctypes.cast(ctypes.pythonapi.PyErr_Occurred, ctypes.c_void_p).value
    class Definition(ctypes.Structure):
        _fields_ = [("name", ctypes.c_char_p), ("function", ctypes.c_void_p),
                    ("flags", ctypes.c_int), ("doc", ctypes.c_char_p)]
    kept = []
    def function(flags):
        kept.append(Definition(b"nothing", address, flags, None))
        make = ctypes.pythonapi.PyCFunction_NewEx
        make.restype, make.argtypes = ctypes.py_object, [ctypes.c_void_p] * 3
        return make(ctypes.addressof(kept[-1]), None, None)
    def spoilt(*slots):
        cls = type("Spoilt", (), dict.fromkeys(("__iter__", "__call__"), lambda self: self))
        for offset in slots:
            ctypes.c_void_p.from_address(id(cls) + offset).value = address
        return cls()
    none, one, some, names = function(4), function(8), function(1), function(3)
    text, call, read, iterate, compare = map(spoilt, (88, 128, 144, 216, 200))
"""


@pytest.mark.parametrize("use", [
    "none()", "one(1)", "one(1.5)", "some(1, 2)", "names(1, a=2)", "cpyembed.raw(one)(1)",
    "repr(text)", "call()", "call(a=1)", "read.x", "iter(iterate)", "compare == 1", "compare < 1",
    "list(cpyembed.builtins.map(one, [1]))",
    "list(cpyembed.builtins.map(lambda x: one(x), [1]))"])
def test_a_null_without_an_error(use):
    names = {}
    cpyembed.exec(SPOILT, names)
    for _ in range(2):
        with pytest.raises(SystemError, match="NULL without"):
            eval(use, dict(names, cpyembed=cpyembed))
    assert cpyembed.eval("1 + 1") == 2


def test_errors_in_a_callback_do_not_stay(names):
    for _ in range(50):
        with pytest.raises(ZeroDivisionError):
            names["call"](lambda: 1 / 0)
    assert names["call"](lambda: 1) == 1
    assert sys.exc_info() == (None, None, None)


def test_a_class_of_pypys_is_itself_again(identity, define):
    class Mine(ValueError):
        pass
    assert identity(Mine) is Mine
    throw = define("""
        def throw(cls, *arguments):
            raise cls(*arguments)
    """)["throw"]
    with pytest.raises(Mine) as caught:
        throw(Mine, "why")
    assert type(caught.value) is Mine and caught.value.args == ("why",)

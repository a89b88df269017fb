"""Exceptions across, both ways."""

import sys
import traceback

import pytest

import cpyembed

SOURCE = '''\
import os


def inner(x):
    raise ValueError("message", x)


def outer(x):
    return inner(x) + 1


def through(f):
    return f()


def chained():
    try:
        1 / 0
    except ZeroDivisionError as e:
        raise KeyError("k") from e


def context():
    try:
        1 / 0
    except ZeroDivisionError:
        raise KeyError("k")


def catch(f):
    try:
        f()
    except BaseException as e:
        return type(e).__name__, e.args, str(e), isinstance(e, Exception)


caught = []


def catch_and_raise(f):
    try:
        return f()
    except BaseException as e:
        caught[:] = [e]
        raise


def same_as_caught(e):
    return e is caught[0]


def formatted(f):
    import traceback
    try:
        f()
    except BaseException:
        return traceback.format_exc()


class Special(RuntimeError):
    def __init__(self, response, *, code):
        super().__init__("special %s" % response)
        self.response = response
        self.code = code

    def explain(self):
        return "code %d" % self.code


def special():
    raise Special("r", code=7)


def noted():
    e = ValueError("x")
    e.add_note("a note")
    raise e
'''


@pytest.fixture(scope="module")
def boom(tmp_path_factory):
    """A CPython module with a file, whose functions fail."""
    folder = tmp_path_factory.mktemp("modules")
    (folder / "cpyembed_boom.py").write_text(SOURCE)
    cpyembed.import_module("sys").path.insert(0, str(folder))
    return cpyembed.import_module("cpyembed_boom")


def line(text):
    """The number of the first line of SOURCE that holds `text`."""
    return next(i for i, each in enumerate(SOURCE.splitlines(), 1) if text in each)


def test_class_and_arguments(boom):
    with pytest.raises(ValueError) as caught:
        boom.outer(3)
    assert type(caught.value) is ValueError
    assert caught.value.args == ("message", 3)


def test_the_traceback_names_the_files_and_lines_of_cpython(boom):
    with pytest.raises(ValueError) as caught:
        boom.outer(3)
    entries = [(e.filename, e.lineno, e.name) for e in traceback.extract_tb(
        caught.value.__traceback__)]
    assert entries[0][0] == __file__
    assert entries[-2:] == [(boom.__file__, line("return inner"), "outer"),
                            (boom.__file__, line('raise ValueError("message"'), "inner")]


def test_the_printed_traceback_shows_cpythons_source(boom):
    try:
        boom.outer(3)
    except ValueError:
        text = traceback.format_exc()
    assert 'File "%s", line %d, in inner' % (boom.__file__, line('raise ValueError("m')) in text
    assert 'raise ValueError("message", x)' in text
    assert text.rstrip().endswith("ValueError: ('message', 3)")


def test_an_uncaught_one_ends_the_program_with_it(program, boom):
    done = program("""
        import cpyembed
        cpyembed.import_module("sys").path.insert(0, %r)
        cpyembed.import_module("cpyembed_boom").outer(3)
    """ % boom.__file__.rpartition("/")[0])
    assert done.returncode == 1
    assert 'program.py", line 4' in done.stderr
    assert 'cpyembed_boom.py", line %d, in inner' % line('raise ValueError("m') in done.stderr


@pytest.mark.parametrize("source, cls", [
    ("1 / 0", ZeroDivisionError), ("[][1]", IndexError), ("{}['k']", KeyError),
    ("None.x", AttributeError), ("int('x')", ValueError), ("unknown_name", NameError),
    ("open('/no/such/file')", FileNotFoundError), ("b'\\xff'.decode()", UnicodeDecodeError),
    ("next(iter(()))", StopIteration), ("__import__('no_such_thing')", ModuleNotFoundError),
    ("exec('raise KeyboardInterrupt')", KeyboardInterrupt), ("1 +", SyntaxError),
    ("exec('assert False')", AssertionError), ("exec('raise GeneratorExit')", GeneratorExit),
    ("'a' + 1", TypeError), ("'\\ud800'.encode()", UnicodeEncodeError), ("2.0 ** 10000",
                                                                        OverflowError)])
def test_built_in_classes(source, cls):
    with pytest.raises(cls) as caught:
        cpyembed.eval(source)
    assert type(caught.value) is cls
    assert str(caught.value) == str(caught.value.__cpython__) or cls is ModuleNotFoundError


def test_attributes_of_built_in_classes():
    with pytest.raises(FileNotFoundError) as caught:
        cpyembed.eval("open('/no/such/file')")
    assert (caught.value.errno, caught.value.filename) == (2, "/no/such/file")
    with pytest.raises(UnicodeDecodeError) as caught:
        cpyembed.eval("b'ab\\xffcd'.decode()")
    error = caught.value
    assert (error.encoding, error.object, error.start, error.end) == ("utf-8", b"ab\xffcd", 2, 3)
    with pytest.raises(StopIteration) as caught:
        cpyembed.exec("def g():\n    yield\n    return 5\nh = g()\nnext(h)\nnext(h)", {})
    assert caught.value.value == 5
    with pytest.raises(ModuleNotFoundError) as caught:
        cpyembed.eval("__import__('no_such_thing')")
    assert caught.value.name == "no_such_thing"


def test_a_module_that_is_not_there_names_the_command_that_installs_it():
    with pytest.raises(ModuleNotFoundError, match="pip install") as caught:
        cpyembed.import_module("no_such_thing")
    assert caught.value.name == "no_such_thing"


def test_a_class_that_only_cpython_has_is_caught_by_class(np):
    linalg = np.linalg
    assert isinstance(linalg.LinAlgError, type)
    assert issubclass(linalg.LinAlgError, ValueError)
    with pytest.raises(linalg.LinAlgError) as caught:
        linalg.inv(np.zeros((2, 2)))
    assert "Singular" in str(caught.value)
    assert type(caught.value).__name__ == "LinAlgError"
    try:
        linalg.inv(np.zeros((2, 2)))
    except np.linalg.LinAlgError as e:
        assert type(e) is linalg.LinAlgError
    assert linalg.LinAlgError is np.linalg.LinAlgError


def test_attributes_and_methods_of_the_original(boom):
    with pytest.raises(boom.Special) as caught:
        boom.special()
    error = caught.value
    assert isinstance(error, RuntimeError)
    assert error.response == "r" and error.code == 7 and error.explain() == "code 7"
    assert str(error) == "special r"
    assert isinstance(error.__cpython__, cpyembed.Object)


def test_cause_context_and_notes(boom):
    with pytest.raises(KeyError) as caught:
        boom.chained()
    assert type(caught.value.__cause__) is ZeroDivisionError
    assert caught.value.__suppress_context__ is True
    with pytest.raises(KeyError) as caught:
        boom.context()
    assert caught.value.__cause__ is None
    assert type(caught.value.__context__) is ZeroDivisionError
    if cpyembed.import_module("sys").version_info[1] >= 11:
        with pytest.raises(ValueError) as caught:
            boom.noted()
        assert caught.value.__notes__ == ["a note"]


# ---- from PyPy into CPython ---------------------------------------------------------------------


class Local(LookupError):
    """An exception class of PyPy."""


def test_ours_is_a_cpython_exception_there(boom):
    def fail():
        raise KeyError("here", 2)
    assert boom.catch(fail) == ("KeyError", ("here", 2), "('here', 2)", True)

    def fail_with_own_class():
        raise Local("mine")
    assert boom.catch(fail_with_own_class) == ("Local", ("mine",), "mine", True)


def test_one_that_passes_through_is_the_very_object(boom):
    error = Local("x")

    def fail():
        raise error
    for function in (boom.through, boom.catch_and_raise):
        with pytest.raises(Local) as caught:
            function(fail)
        assert caught.value is error
        assert error.args == ("x",)


def test_cpythons_that_passes_through_pypy_is_the_very_object(boom):
    def fail():
        return boom.outer(1)
    with pytest.raises(ValueError):
        boom.catch_and_raise(lambda: boom.catch_and_raise(fail))
    with pytest.raises(ValueError) as caught:
        boom.catch_and_raise(fail)
    assert boom.same_as_caught(caught.value)
    assert boom.same_as_caught(caught.value.__cpython__)


def test_cpythons_traceback_shows_pypys_file_and_line(boom):
    def fail():
        raise Local("mine")
    text = boom.formatted(fail)
    number = fail.__code__.co_firstlineno + 1
    assert 'File "%s", line %d, in fail' % (__file__, number) in text
    assert 'raise Local("mine")' in text


def test_the_traceback_of_one_that_passes_through_has_both_sides_in_order(boom):
    def fail():
        raise Local("x")
    with pytest.raises(Local) as caught:
        boom.through(fail)
    names = [entry.name for entry in traceback.extract_tb(caught.value.__traceback__)]
    assert names[-2:] == ["through", "fail"]
    assert names.count("fail") == 1


def test_stop_iteration_of_ours_ends_cpythons_loop():
    class Three:
        def __init__(self):
            self.number = 0

        def __iter__(self):
            return self

        def __next__(self):
            self.number += 1
            if self.number > 3:
                raise StopIteration
            return self.number
    assert cpyembed.eval("lambda it: tuple(it)")(Three()) == (1, 2, 3)


def test_attribute_error_of_ours_is_one_there():
    class Empty:
        pass
    ask = cpyembed.eval("lambda x: (hasattr(x, 'nothing'), getattr(x, 'nothing', 5))")
    assert ask(Empty()) == (False, 5)


@pytest.mark.parametrize("argument, status, printed", [
    ("3", 3, ""), ("None", 0, ""), ("", 0, ""), ("'a text'", 1, "a text\n"), ("True", 1, "")])
def test_system_exit_of_cpython_ends_the_program_with_its_status(program, argument, status,
                                                                printed):
    done = program("""
        import cpyembed
        cpyembed.exec("import sys; sys.exit(%s)", {})
        print("not reached")
    """ % argument.replace('"', '\\"'))
    assert (done.returncode, done.stdout, done.stderr) == (status, "", printed)


def test_system_exit_of_ours_through_cpython(program):
    done = program("""
        import cpyembed, sys
        cpyembed.eval("lambda f: f()")(lambda: sys.exit(9))
    """)
    assert (done.returncode, done.stdout, done.stderr) == (9, "", "")


def test_system_exit_can_be_caught():
    with pytest.raises(SystemExit) as caught:
        cpyembed.exec("raise SystemExit(4)", {})
    assert caught.value.code == 4


def test_no_exception_is_left_behind(boom):
    for _ in range(100):
        with pytest.raises(ValueError):
            boom.outer(1)
        assert cpyembed.eval("1 + 1") == 2
        assert cpyembed.import_module("sys").exc_info() == (None, None, None)
    assert sys.exc_info() == (None, None, None)

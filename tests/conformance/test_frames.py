"""Section 4: the caller's frame."""

import pytest

import cpyembed


def test_getframe_beyond_the_boundary(define):
    f = define("import sys\ndef f(n): return sys._getframe(n)")["f"]
    a_local = 5
    frame = f(1)
    assert frame.f_locals["a_local"] == a_local == 5
    assert frame.f_code.co_name == "test_getframe_beyond_the_boundary"
    assert frame.f_globals is globals() or frame.f_globals["__name__"] == __name__


def test_frames_as_cpython_code_uses_them(define):
    names = define("""
        import sys
        def look(name): return sys._getframe(1).f_locals[name]
        def where():
            f = sys._getframe(1)
            return f.f_code.co_filename, f.f_lineno > 0
        def names():
            f, found = sys._getframe(1), []
            while f is not None and len(found) < 3:
                found.append(f.f_code.co_name)
                f = f.f_back
            return found
        def deep(): return inner()
        def inner(): return sys._getframe(2).f_locals['x']
    """)
    x = [1]
    assert list(names["look"]("x")) == [1]
    assert names["where"]() == (__file__, True)
    assert names["names"]()[0] == "test_frames_as_cpython_code_uses_them"
    assert list(names["deep"]()) == [1]
    assert x == [1]


def test_frames_within_cpython_are_cpythons(define):
    f = define("import sys\ndef f(): return g()\ndef g(): return sys._getframe(1).f_code.co_name")
    assert f["f"]() == "f"


NOT_ON_PRELOAD = pytest.mark.not_on(
    "preload", "CPython's chain of frames does not show where PyPy came between")


@NOT_ON_PRELOAD
def test_through_a_callback(define):
    names = define("""
        import sys
        def call(f): return f()
        def look(): return sys._getframe(1).f_locals['y']
    """)

    def callback():
        y = 3
        result = names["look"]()
        return result, y
    assert names["call"](callback) == (3, 3)
    assert cpyembed.eval("1") == 1


@NOT_ON_PRELOAD
def test_the_frames_of_both_sides_in_the_order_of_the_calls(define):
    names = define("""
        import sys
        def first(f): return second(f)
        def second(f): return f()
        def sort(f): return [1].sort(key=lambda x: f())
        def all_names():
            found = []
            try:
                while True:
                    found.append(sys._getframe(len(found)).f_code.co_name)
            except ValueError:
                return tuple(found)
    """)
    seen = []

    def outer():
        names["sort"](inner)

    def inner():
        innermost()

    def innermost():
        seen.append(names["all_names"]())
    names["first"](outer)
    assert seen[0][:9] == (
        "all_names", "innermost", "inner", "<lambda>", "sort", "outer", "second", "first",
        "test_the_frames_of_both_sides_in_the_order_of_the_calls")
    assert "first" not in seen[0][9:]
    assert names["all_names"]()[:2] == (
        "all_names", "test_the_frames_of_both_sides_in_the_order_of_the_calls")


@NOT_ON_PRELOAD
def test_frames_of_a_thread_of_cpython(define):
    in_a_thread = define("""
        import sys, threading
        def look():
            frames = sys._getframe(0), sys._getframe(1), sys._getframe(2)
            return tuple(f.f_code.co_name for f in frames)
        def in_a_thread(f):
            found = []
            def run():
                found.append(f(look))
                try:
                    sys._getframe(50)
                except ValueError:
                    found.append("few")
            thread = threading.Thread(target=run)
            thread.start(); thread.join()
            return tuple(found)
    """)["in_a_thread"]

    def callback(look):
        return look()
    found, few = in_a_thread(callback)
    assert found == ("look", "callback", "run")
    assert few == "few"


@NOT_ON_PRELOAD
def test_a_warning_in_a_callback_names_its_line(define):
    names = define("""
        import warnings
        def call(f): return f()
        def outermost(f): return call(f)
        def warns(level): warnings.warn('hm', UserWarning, stacklevel=level)
    """)

    def callback():
        names["warns"](2)

    def twice():
        names["warns"](3)
    with pytest.warns(UserWarning) as caught:
        names["call"](callback)
        names["outermost"](twice)
        names["outermost"](lambda: names["warns"](1))
    first, second, third = caught
    assert (first.filename, first.lineno) == (__file__, callback.__code__.co_firstlineno + 1)
    assert second.filename == third.filename != __file__
    lines = [names[name].__code__.co_firstlineno for name in ("call", "warns")]
    assert [second.lineno, third.lineno] == lines


@NOT_ON_PRELOAD
def test_a_log_record_in_a_callback_names_its_line(define, caplog):
    call = define("def call(f): return f()")["call"]
    logging = cpyembed.import_module("logging")

    def callback():
        logging.getLogger("in.callback").warning("seen")
    call(callback)
    record = caplog.records[-1]
    assert (record.pathname, record.funcName, record.lineno) == (
        __file__, "callback", callback.__code__.co_firstlineno + 1)

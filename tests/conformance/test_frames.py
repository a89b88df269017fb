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


@pytest.mark.not_on("preload", "CPython's chain of frames does not show where PyPy came between")
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

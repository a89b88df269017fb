"""CPython's exceptions: fetched, walked, set again."""


def test_an_exception_is_fetched_with_its_cause_and_tracebacks(target):
    assert target("fetch").lines == [
        "ValueError ValueError('outer')",
        "  <string>:1 <module>", "  <string>:7 outer",
        "KeyError KeyError(42)",
        "  <string>:5 outer", "  <string>:2 inner"]


def test_it_is_set_again_as_the_same_object_with_its_traceback(target):
    assert target("restore").lines == ["  <string>:1 <module>", "  <string>:2 inner"]


def test_a_frame_of_pypy_is_put_in_front(target):
    assert target("add-image").lines == [
        "ZeroDivisionError('division by zero')",
        "  /made/up.py:12 function_of_pypy (image)", "  <string>:1 <module>"]


def test_a_traceback_is_replaced(target):
    assert target("replace-traceback").lines == ["  <string>:2 inner"]


def test_recursion_without_end_has_its_error(target):
    assert target("recursion").lines == [
        "RecursionError maximum recursion depth exceeded while CPython called PyPy"]


def test_a_failure_without_an_exception_gets_one(target):
    assert target("nothing-set").lines == [
        "SystemError a CPython function returned NULL without setting an exception"]


def test_nothing_leaks(target):
    assert target("error-leaks").lines == ["none"]

"""CPython's GIL, taken and dropped by several threads of RPython and of CPython.

PyPI's rpython has an older GIL of its own (0 or 1, no owner); the tree's is
tested by tests/native.
"""


def test_several_threads_enter_at_once_and_their_states_go_with_them(target):
    assert target("entering").lines == ["len(seen), total = (8, 16000)",
                                        "len(sys._current_frames()) = 1"]


def test_several_threads_are_called_back(target):
    assert target("callbacks").lines == ["callbacks: 16000"]


def test_threads_of_cpython_call_back(target):
    assert target("foreign").lines == ["len(good) = 8", "len(sys._current_frames()) = 1",
                                       "callbacks: 4000"]


def test_both_kinds_at_once_while_references_are_queued(target):
    assert target("mixed").lines == ["len(good) = 8"]


def test_what_a_thread_kept_in_cpython_dies_with_it_and_may_call_back(target):
    assert target("thread-local").lines == ["len(sys._current_frames()) = 1",
                                            "died = [2, 2, 2, 2, 2, 2, 2, 2]"]


def test_a_callback_may_wait_for_a_lock_whose_owner_wants_cpython(target):
    assert target("callback-waits").lines == ["returned"]


def test_entries_on_a_thread_that_is_inside_already(target):
    """As a callback made with cffi causes that CPython's C code calls."""
    assert target("nested").lines == ["depth = 0", "calls: 82", "calls: 240"]


def test_while_cpython_runs_other_threads_do(target):
    assert target("others-run").lines == ["asleep: 1", "busy: 1"]

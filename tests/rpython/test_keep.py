"""The thread that started CPython keeps its GIL between calls, while it is alone."""


def test_it_is_kept_until_nothing_happens_for_a_while(target):
    assert target("keep-idle").lines == ["kept: 1", "idle: 0"] * 3


def test_it_is_kept_while_calls_follow_each_other(target):
    assert target("keep-busy").lines == ["kept: 1"]


def test_it_is_dropped_at_each_exit_with_another_thread_in_cpython(target):
    assert target("keep-not-alone").lines == ["with another: 0", "alone again: 1"]


def test_it_is_not_kept_where_the_signal_does_not_come(target):
    assert target("keep-blocked").lines == ["blocked: 0", "unblocked: 1"]


def test_it_is_noticed_when_the_signal_is_taken_away(target):
    assert target("keep-blocked-later").lines == ["blocked: 0"]
    assert target("keep-told").lines == ["blocked: 0"]


def test_a_handler_of_the_program_is_not_called(target):
    assert target("keep-handled").lines == ["kept: 0"] * 3 + ["called = []", "kept: 1"]


def test_a_c_library_that_enters_by_itself_does_not_lose_it(target):
    assert target("keep-borrowed").lines == ["before 0, held 4, idle 0",
                                             "before 1, held 4, idle 0"] * 2


def test_a_c_library_that_has_left_does_not_find_it_kept(target):
    assert target("keep-borrowed-and-left").lines == ["held: 10"] * 4 + ["kept: 1"]


def test_no_thread_waits_long_while_the_keeper_sleeps(target):
    waits = [int(line.split()[1]) for line in target("keep-waiting").lines]
    assert len(waits) == 10
    # 50 ms is the contract; a busy machine may put a turn off.
    assert sorted(waits)[4] <= 50
    assert max(waits) < 1000

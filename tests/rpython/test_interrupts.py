"""Ctrl-C on either side: whose it is, and that it is raised once. SIGINT is signal 2."""


def test_cpython_is_interrupted_and_pypy_not_told(target):
    raised = "KeyboardInterrupt: , noted: -1"
    assert target("interrupt-cpython").lines == [raised, raised, raised,
                                                 "no exception, noted: -1"]


def test_a_c_function_that_does_not_look(target):
    assert target("interrupt-c-code").lines == ["no exception, noted: 2",
                                                "no exception, noted: -1"]


def test_outside_it_is_pypys(target):
    assert target("interrupt-rpython").lines == ["noted: 2"]


def test_a_handler_set_by_cpython(target):
    assert target("interrupt-handler").lines == ["KeyboardInterrupt: , noted: -1", "noted: 2"]

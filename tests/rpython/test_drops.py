"""References that finalizers leave in the queue."""


def test_queued_references_are_dropped_at_the_next_entry(target):
    assert target("queue").lines == ["all"]


def test_finalizers_queue_and_young_garbage_goes_early(target):
    assert target("finalizers", PYPY_GC_NURSERY="1M").lines == ["left: 0", "young: 1"]


def test_an_exception_that_is_set_stays(target):
    assert target("error-kept").lines == ["ZeroDivisionError('division by zero')",
                                          "died = [1, 'ValueError']"]

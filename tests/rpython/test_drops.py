"""References that finalizers leave in the queue."""


def test_queued_references_are_dropped_at_the_next_entry(target):
    assert target("queue").lines == ["all"]


def test_they_are_dropped_though_nobody_enters(target):
    lines = target("asleep").lines
    waits = [int(line.split()[1]) for line in lines if line.startswith("dropped")]
    assert len(waits) == 3
    # 50 ms is the contract; a busy machine may put a thread off.
    assert sorted(waits)[0] <= 50 and max(waits) < 1000
    assert lines[3:] == ["died = [True, True, True]", "len(sys._current_frames()) = 1"]


def test_one_that_takes_long_does_not_keep_the_others(target):
    assert target("blocked-end").lines == ["left: 0"]


def test_finalizers_queue_and_young_garbage_goes_early(target):
    assert target("finalizers", PYPY_GC_NURSERY="1M").lines == ["left: 0", "young: 1"]


def test_old_garbage_goes_before_the_heap_is_large(target):
    """The nursery is that of a machine with a large cache: by itself PyPy's collector would begin
    when its own heap is half a gigabyte, in which are all four million."""
    lines = target("old-garbage", PYPY_GC_NURSERY="64M").lines
    assert lines[0] == "left: 0"
    assert int(lines[1].split()[2]) < 1000000
    assert 0 <= int(lines[2].split()[1]) < 10000


def test_an_exception_that_is_set_stays(target):
    assert target("error-kept").lines == ["ZeroDivisionError('division by zero')",
                                          "died = [1, 'ValueError']"]

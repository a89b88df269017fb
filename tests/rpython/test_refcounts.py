"""Reference counts around each operation."""


def test_counts_around_each_operation(target):
    assert target("counts").lines == ["all"]


def test_the_last_reference_runs_the_destructor(target):
    assert target("dealloc").lines == ["[1]"]


def test_immortal_objects_are_left_alone(target):
    counted = int(target("immortals").lines[0])
    minor = eval(target("facts").values()["sys.version_info[:2]"])[1]
    assert counted == (0 if minor >= 12 else 1000)

"""fork(), by either side, while other threads are at work.

PyPI's rpython does not know who owns its GIL; the rest is as in PyPy.
"""


def test_rpython_forks(target):
    assert target("fork-here").lines == ["well: 20", "6 * 7 = 42"]


def test_a_thread_of_rpython_forks(target):
    assert target("fork-there").lines == ["well: 20"]


def test_cpython_forks(target):
    assert target("fork-cpython").lines == ["well = 40"]

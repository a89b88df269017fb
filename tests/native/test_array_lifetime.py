"""Who keeps whose memory alive, and that both let go."""

import gc
import weakref

import pytest
from arrays_in_memory import address

import cpyembed
import numpypy


@pytest.fixture(autouse=True)
def objects():
    """ndarrays stay Objects here."""
    before = cpyembed._arrays_arrive(False)
    yield
    cpyembed._arrays_arrive(before, before, before)


@pytest.fixture(scope="module")
def keeper(np, define):
    """CPython functions: keep(x), kept (list), watch(x), alive(), total(x)."""
    names = define("""
        import weakref
        kept = []
        watched = []
        def keep(x):
            kept.append(x)
        def watch(x):
            watched[:] = [weakref.ref(x)]
        def alive():
            return watched[0]() is not None
        def total():
            return float(sum(k.sum() for k in kept))
        def drop():
            kept.clear()
    """)
    yield names
    names["drop"]()


def churn():
    """Allocate and free enough that memory which was let go is used for something else."""
    for size in (100, 1000, 10_000, 100_000):
        for _ in range(20):
            numpypy.zeros(size).fill(-1.0)
    cpyembed.eval("[__import__('numpy').full(n, -1.0) for n in (100, 1000, 10000, 100000)] * 3")


def test_cpython_keeps_the_memory_of_numpypy(keeper, collect):
    before = cpyembed._exports_alive()
    for size in (3, 1000, 100_000):
        array = numpypy.zeros(size)
        array.fill(1.0)
        keeper["keep"](array)
        keeper["keep"](array[::2])
        del array
        for _ in range(4):
            gc.collect()
            churn()
            collect()
        assert keeper["total"]() == size + (size + 1) // 2
        keeper["drop"]()
        collect()
        assert cpyembed._exports_alive() <= before       # those of tests before may go meanwhile


def test_numpypy_memory_goes_when_cpython_lets_go(keeper, collect):
    array = numpypy.zeros(10)
    watched = weakref.ref(array)
    keeper["keep"](array)
    del array
    keeper["drop"]()
    collect()
    assert watched() is None


def test_numpypy_keeps_the_memory_of_cpython(np, keeper, collect):
    original = np.full(100_000, 2.0)
    keeper["watch"](original)
    view = numpypy.asarray(original)
    part = view[10:20][::-1]
    del original, view
    for _ in range(4):
        gc.collect()
        churn()
        collect()
    assert keeper["alive"]()
    assert part.tolist() == [2.0] * 10
    del part
    collect()
    assert not keeper["alive"]()


def test_a_temporary_of_cpython_lives_as_long_as_its_view(np, collect):
    view = numpypy.asarray(np.arange(1000.0) * 2)
    collect()
    churn()
    assert view.sum() == 999_000.0


def test_a_chain_of_views_across_and_back(np, keeper, collect):
    array = numpypy.zeros(1000)
    array.fill(3.0)
    there = np.asarray(array)[::-1]
    back = numpypy.asarray(there[10:])
    del array, there
    collect()
    churn()
    assert back.sum() == 990 * 3.0


def test_chains_of_views_are_let_go(np, collect):
    def resident():
        with open("/proc/self/statm") as f:
            return int(f.read().split()[1]) * 4096

    def chain():
        array = numpypy.zeros(1_000_000)
        array.fill(3.0)
        return numpypy.asarray(np.asarray(array)[::-1][10:])
    assert chain()[0] == 3.0
    collect()
    before = resident()
    for _ in range(100):        # 800 MB in all
        assert chain()[-1] == 3.0
        collect()
    assert resident() - before < 100_000_000


def test_a_loop_over_large_temporaries_does_not_grow(succeeds):
    grown = succeeds("""
        import gc
        import cpyembed, numpypy
        np = cpyembed.import_module("numpy")

        def resident():
            with open("/proc/self/statm") as f:
                return int(f.read().split()[1]) * 4096

        def turn():
            there = np.asarray(numpypy.zeros(1_000_000))
            numpypy.asarray(there + 1.0)[0] = 5.0

        for _ in range(20):
            turn()
        before = resident()
        for _ in range(300):
            turn()
        print((resident() - before) // 1_000_000)
    """)
    # A turn makes 16 MB; the collector may let some turns pass.
    assert int(grown) < 400


@pytest.mark.parametrize("size", [1, 10, 1000, 100_000, 1_000_000])
def test_an_array_starts_with_a_line_of_the_cache(size):
    made = [numpypy.empty(size), numpypy.zeros(size, "i1"), numpypy.ones(size) + 1.0,
            numpypy.sqrt(numpypy.zeros((size, 2)))]
    assert [address(array) % 64 for array in made] == [0] * 4

"""References across are freed, soon, and exports live as long as CPython refers to them."""

import gc
import time
import weakref

import pytest
from support import ROOT, environment

import cpyembed


@pytest.fixture(scope="module")
def there(define):
    return define("""
        import time
        import weakref
        class Thing:
            pass
        watched = []
        ended = []
        kept = []
        def make():
            thing = Thing()
            watched.append(weakref.ref(thing, lambda _: ended.append(time.monotonic())))
            return thing
        def alive():
            return sum(ref() is not None for ref in watched)
        def forget():
            watched.clear(); ended.clear(); kept.clear()
        def keep(x):
            kept.append(x)
        def drop():
            kept.clear()
        def same(a, b):
            return a is b
    """)


@pytest.fixture(autouse=True)
def fresh(there, collect):
    there["forget"]()
    yield
    there["forget"]()
    collect()


def test_a_reference_that_is_dropped_frees_the_object(there, collect):
    thing = there["make"]()
    assert there["alive"]() == 1
    collect()
    assert there["alive"]() == 1
    del thing
    collect()
    assert there["alive"]() == 0


def test_drain_is_all_that_is_needed_after_a_collection(there):
    things = [there["make"]() for _ in range(100)]
    del things
    gc.collect()
    cpyembed._drain()
    assert there["alive"]() == 0


def busy(seconds):
    """Compute on the PyPy side, without a call to CPython."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass
    return time.monotonic()


@pytest.mark.parametrize("wait", [busy, lambda s: time.sleep(s) or time.monotonic()],
                         ids=["computing", "sleeping"])
def test_it_is_dropped_soon_though_the_program_makes_no_further_call(there, wait):
    thing = there["make"]()
    del thing
    gc.collect()
    now = wait(0.5)
    assert there["alive"]() == 0
    assert list(there["ended"])[0] < now, "it was dropped only when CPython was entered again"


def test_young_references_go_with_minor_collections(succeeds):
    alive = succeeds("""
        import cpyembed
        names = {}
        cpyembed.exec('''if 1:
            import weakref
            class Thing:
                pass
            watched = []
            def make():
                thing = Thing()
                watched.append(weakref.ref(thing))
                return thing
            def alive():
                return sum(ref() is not None for ref in watched)
        ''', names)
        for _ in range(200_000):
            names["make"]()
        print(names["alive"]())
    """, env=environment(PYPY_GC_NURSERY="4MB"))    # the default depends on the machine's cache
    assert int(alive) < 150_000


def test_references_that_lived_for_a_while_do_not_pile_up(succeeds):
    """They are old when they die, and wait for a major collection, which PyPy itself begins when
    its own heap has grown: by millions of references, which are small there."""
    highest, made = map(int, succeeds(f"""
        import sys, threading, time
        sys.path.insert(0, {str(ROOT / "tests" / "stress")!r})
        from work_references import THINGS, there
        names = there(THINGS)
        given = []
        ended = False
        def drop():
            while not ended:
                if given:
                    given.pop().clear()
                time.sleep(0.0001)
        thread = threading.Thread(target=drop)
        thread.start()
        highest = made = 0
        while made < 3000000:
            given.append(list(names["make"](5000)))
            made += 5000
            while len(given) > 3:
                time.sleep(0.0001)
            highest = max(highest, names["count"]())
        ended = True
        thread.join()
        print(highest, made)
    """).split())
    assert made == 3000000 and highest < 1000000


def test_a_cycle_inside_cpython_is_its_collectors(there, collect):
    thing = there["make"]()
    thing.me = thing
    del thing
    collect()
    assert there["alive"]() == 0


def test_release_drops_now(there):
    thing = there["make"]()
    cpyembed.release(thing)
    assert there["alive"]() == 0
    with pytest.raises(ValueError, match="released"):
        thing.anything  # noqa: B018
    with pytest.raises(ValueError, match="released"):
        there["keep"](thing)


class Local:
    """A PyPy object that can be watched."""

    def method(self):
        return self


def test_an_export_lives_as_long_as_cpython_refers_to_it(there, collect):
    collect()
    before = cpyembed._exports_alive()
    local = Local()
    watched = weakref.ref(local)
    there["keep"](local)
    del local
    collect()
    assert watched() is not None
    assert cpyembed._exports_alive() == before + 1
    there["drop"]()
    collect()
    assert cpyembed._exports_alive() == before
    assert watched() is None


def test_exports_of_a_call_go_after_the_call(there, collect):
    collect()
    before = cpyembed._exports_alive()
    for number in range(1000):
        assert cpyembed.eval("lambda f, x: f(x)")(lambda x, n=number: x + n, 1) == number + 1
    collect()
    assert cpyembed._exports_alive() == before


def test_one_object_has_one_export_while_one_is_alive(there):
    local = Local()
    assert there["same"](local, local)
    there["keep"](local)
    assert there["same"](there["kept"][0], local)
    assert there["kept"][0] is local


def test_handles_are_used_again_for_other_objects(there, collect):
    for number in range(50):
        locals_ = [Local() for _ in range(20)]
        for each in locals_:
            there["keep"](each)
        assert all(there["kept"][i] is locals_[i] for i in range(20)), number
        there["drop"]()
        if number % 10 == 0:
            collect()


def test_a_cycle_across_is_not_collected_for_now(there, collect):
    """Section 7 of the contract: pinned, so that a change of it is noticed."""
    def tie():
        thing = there["make"]()
        thing.callback = lambda: thing
    tie()
    collect()
    assert there["alive"]() == 1


def test_the_weakref_way_out_of_it(there, collect):
    thing = there["make"]()
    reference = weakref.ref(thing)
    thing.callback = lambda: reference()
    assert thing.callback() is thing
    del thing
    collect()
    assert there["alive"]() == 0


def test_objects_and_exports_still_there_at_the_end_do_no_harm(succeeds):
    assert succeeds("""
        import cpyembed
        class Local: pass
        names = {}
        cpyembed.exec("kept = []\\nclass Thing:\\n    def __del__(self): pass", names)
        things = [names["Thing"]() for _ in range(1000)]
        for thing in things:
            thing.local = Local()
            names["kept"].append(thing)
        print("end")
    """) == "end\n"

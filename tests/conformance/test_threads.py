"""Section 7: threads, and who waits for whom."""

import threading
import time

import pytest

import cpyembed


def in_threads(functions, timeout=20):
    """Run all functions at once; the results, or the first exception."""
    results, errors = [None] * len(functions), []

    def run(k, f):
        try:
            results[k] = f()
        except BaseException as e:
            errors.append(e)
    threads = [threading.Thread(target=run, args=(k, f), daemon=True)
               for k, f in enumerate(functions)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(timeout)
        assert not t.is_alive(), "a thread hangs"
    if errors:
        raise errors[0]
    return results


def test_pypy_threads_use_cpython():
    math = cpyembed.import_module("math")

    def work():
        total = 0.0
        for i in range(2000):
            total += math.sqrt(float(i))
        return total
    results = in_threads([work] * 4)
    assert len(set(results)) == 1


def test_objects_made_and_dropped_in_many_threads():
    make = cpyembed.eval("lambda n: [n]")

    def work():
        for i in range(500):
            x = make(i)
            assert x[0] == i
        return True
    assert in_threads([work] * 4) == [True] * 4


def test_callbacks_from_many_threads():
    call = cpyembed.eval("lambda f, x: f(x)")

    def work():
        return sum(call(lambda v: v + 1, i) for i in range(300))
    assert len(set(in_threads([work] * 4))) == 1


def test_other_pypy_threads_run_while_cpython_sleeps():
    sleep = cpyembed.import_module("time").sleep
    seen = []

    def count():
        end = time.monotonic() + 0.25
        while time.monotonic() < end:
            seen.append(1)
    in_threads([lambda: sleep(0.3), count])
    assert len(seen) > 1000


def test_a_cpython_thread_runs_while_pypys_main_thread_computes(define):
    names = define("""
        import threading, time
        ticks = []
        def run():
            for _ in range(20):
                ticks.append(time.monotonic())
                time.sleep(0.005)
        def start():
            t = threading.Thread(target=run)
            t.start()
            return t
        def longest():
            return len(ticks), max(b - a for a, b in zip(ticks, ticks[1:]))
    """)
    t = names["start"]()
    end = time.monotonic() + 0.6
    n = 0
    while time.monotonic() < end:
        n += 1
    t.join()
    count, longest = names["longest"]()
    assert count == 20
    assert longest < 0.3


def test_a_cpython_thread_runs_while_pypys_main_thread_sleeps(define):
    names = define("""
        import threading, time
        ticks = []
        def run():
            for _ in range(20):
                ticks.append(time.monotonic())
                time.sleep(0.005)
        def start(): threading.Thread(target=run).start()
        def count(): return len(ticks)
    """)
    names["start"]()
    time.sleep(0.6)
    assert names["count"]() == 20


def test_a_cpython_thread_runs_while_pypys_main_thread_waits_for_a_lock(define):
    names = define("""
        import threading
        def later(f): threading.Thread(target=f).start()
    """)
    event = threading.Event()
    names["later"](event.set)
    assert event.wait(5)


def test_callback_on_a_cpython_thread(in_a_thread):
    main = threading.get_ident()
    ident = in_a_thread(threading.get_ident)
    assert ident != main
    local = threading.local()

    def use_local():
        local.x = 1
        return local.x
    assert in_a_thread(use_local) == 1


def test_a_callback_waits_for_a_lock_whose_owner_wants_cpython():
    call = cpyembed.eval("lambda f: f()")
    lock, inside = threading.Lock(), threading.Event()

    def owner():
        with lock:
            inside.set()
            time.sleep(0.05)
            for _ in range(20):
                call(lambda: None)
        return "owner"

    def waiter():
        inside.wait(5)

        def wait():
            with lock:
                return "waiter"
        return call(wait)
    assert in_threads([owner, waiter]) == ["owner", "waiter"]


def test_main_thread_callback_waits_for_a_thread_that_wants_cpython():
    call = cpyembed.eval("lambda f: f()")

    def callback():
        t = threading.Thread(target=lambda: results.append(call(lambda: 5)))
        t.start()
        t.join(10)
        return t.is_alive()
    results = []
    assert call(callback) is False
    assert results == [5]


def test_cpython_lock_between_the_sides(define):
    names = define("import threading\nlock = threading.Lock()")
    lock = names["lock"]

    def work():
        for _ in range(100):
            with lock:
                value[0] += 1
        return True
    value = [0]
    in_threads([work] * 3)
    assert value == [300]


def test_concurrent_futures_of_cpython_with_pypy_functions():
    futures = cpyembed.import_module("concurrent.futures")
    with futures.ThreadPoolExecutor(3) as pool:
        got = list(pool.map(lambda x: x * x, range(30)))
    assert got == [x * x for x in range(30)]


def test_thread_local_of_cpython_is_kept_between_entries(define):
    names = define("""
        import threading
        local = threading.local()
        def put(x): local.x = x
        def get(): return local.x
    """)

    def work(n):
        def run():
            names["put"](n)
            time.sleep(0.02)
            return names["get"]()
        return run
    assert in_threads([work(n) for n in range(4)]) == [0, 1, 2, 3]


def test_references_are_dropped_without_a_further_call(define):
    names = define("""
        import threading
        gone = threading.Event()
        class C:
            def __del__(self): gone.set()
        def make(): return C()
        gone_is_set = gone.is_set
    """)
    import gc
    flag = []
    names["gone"]
    x = names["make"]()
    del x
    for _ in range(100):
        gc.collect()
        time.sleep(0.02)
        if names["gone_is_set"]():
            flag.append(1)
            break
    assert flag


def test_main_thread_waits_at_most_shortly_for_a_busy_cpython_thread(define):
    names = define("""
        import threading
        stop = []
        def spin():
            while not stop: pass
        def start(): threading.Thread(target=spin, daemon=True).start()
        def finish(): stop.append(1)
        def f(): return 1
    """)
    names["start"]()
    try:
        longest = 0
        for _ in range(10):
            t = time.monotonic()
            names["f"]()
            longest = max(longest, time.monotonic() - t)
            time.sleep(0.001)
    finally:
        names["finish"]()
    assert longest < 0.5


@pytest.mark.parametrize("n", [1, 30])
def test_threads_that_end_leave_nothing(n):
    threads = cpyembed.import_module("threading")
    before = len(list(threads.enumerate()))
    for _ in range(n):
        in_threads([lambda: cpyembed.eval("1")])
    time.sleep(0.3)
    assert len(list(threads.enumerate())) <= before + 1

"""Greenlets and continulets move parts of the C stack, where CPython has pointers into it."""

import pytest
from _continuation import continulet
from greenlet import error, getcurrent, greenlet

import cpyembed


@pytest.fixture(scope="module")
def there(define):
    return define("""
        def call(f): return f()
        def each(f, xs): return [f(x) for x in xs]
    """)


def test_a_greenlet_that_uses_cpython(there):
    def body():
        total = there["call"](lambda: 1)
        while True:
            total += there["call"](lambda: getcurrent() is g) * main.switch(total)
    main, g = getcurrent(), greenlet(body)
    assert [g.switch()] + [g.switch(x) for x in (1, 2, 3)] == [1, 2, 4, 7]


def test_no_switch_away_from_under_a_call(there):
    seen = []

    def body():
        with pytest.raises(error, match="the call from CPython that is under way"):
            there["call"](lambda: main.switch("never"))
        seen.append(main.switch("between calls"))
        return there["call"](lambda: "the end")
    main, g = getcurrent(), greenlet(body)
    assert g.switch() == "between calls"
    assert there["each"](lambda x: x + 1, (1, 2, 3))[2] == 4
    assert g.switch("back") == "the end"
    assert seen == ["back"] and g.dead


def test_no_switch_in_a_callback_to_what_is_outside(there):
    def body():
        return main.switch(1) + main.switch(2)
    main, g = getcurrent(), greenlet(body)
    assert g.switch() == 1
    with pytest.raises(error, match="call from CPython"):
        there["call"](lambda: g.switch(10))
    with pytest.raises(error, match="call from CPython"):
        there["call"](lambda: g.throw(ValueError))
    assert g.switch(10) == 2 and g.switch(20) == 30


def test_greenlets_within_one_callback(there):
    def numbers(n):
        def body():
            for i in range(n):
                there["call"](lambda: main.switch(i)) if i < 0 else main.switch(i)
            return there["call"](lambda: "end")
        main, g = getcurrent(), greenlet(body)
        return [g.switch() for _ in range(n + 1)]
    assert there["each"](numbers, (0, 2)).__class__ is list
    assert [list(x) for x in there["each"](numbers, (0, 2))] == [["end"], [0, 1, "end"]]
    inner = there["call"](lambda: [list(x) for x in there["each"](numbers, (1, 1))])
    assert [list(x) for x in inner] == [[0, "end"], [0, "end"]]


def test_a_greenlet_outlives_the_callback_that_made_it(there):
    made = []

    def start():
        made.append(greenlet(lambda: main.switch("in") + there["call"](lambda: "c")))
        made[0].parent = main
        return made[0].switch()
    main = getcurrent()
    assert there["call"](start) == "in"
    with pytest.raises(error, match="call from CPython"):
        there["call"](lambda: made[0].switch("x"))
    assert made[0].switch("ab") == "abc"


def test_an_end_that_would_lead_out_of_the_callback_comes_back(there):
    def outer():
        def start():
            inner = greenlet(lambda: "the end", parent=main)
            with pytest.raises(error, match="call from CPython"):
                inner.switch()
            return inner.dead
        return there["call"](start)
    main = getcurrent()
    assert greenlet(outer).switch() is True
    assert there["call"](lambda: 5) == 5


def test_in_a_thread_of_cpython(in_a_thread):
    def work():
        main = getcurrent()
        g = greenlet(lambda: main.switch(cpyembed.eval("1")) + cpyembed.eval("2"))
        return g.switch(), g.switch(10)
    assert in_a_thread(work) == (1, 12)


def test_ends_after_switching_to_and_fro_within_a_callback(there):
    """Whoever a greenlet came from may have ended before it, and its parent be outside."""
    def outer():
        def first():
            second.switch()
            return "first"

        def second():
            getcurrent().parent = outside       # ends first, and goes on to nothing
            return "second"

        def start():
            seen = []
            for g in (first, second):
                try:
                    seen.append(g.switch())
                except error:
                    seen.append("refused")
            return seen
        first, second = greenlet(first), greenlet(second)
        first.parent = outside
        return there["call"](start)
    outside = getcurrent()
    assert list(greenlet(outer).switch()).count("refused") >= 1
    assert there["call"](lambda: 5) == 5


def test_the_error_of_an_end_comes_where_the_callback_runs(there):
    def outer():
        def start():
            def first():
                greenlet(lambda: "lost", parent=main).switch()      # not here
            with pytest.raises(error, match="call from CPython"):
                greenlet(first).switch()
            return getcurrent() is outer
        return there["call"](start)
    main, outer = getcurrent(), greenlet(outer)
    assert outer.switch() is True


def test_a_continulet_that_a_double_switch_began_in_a_callback_ends_there(there):
    """It has from then on what the other continulet would have gone on to, which is outside."""
    left = []

    def outer(c):
        def first(d):
            left.append(d)
            return d.switch(to=continulet(lambda e: there["call"](lambda: "lost")))

        def start():
            with pytest.raises(error, match="call from CPython"):
                c.switch(to=continulet(first))
            return "refused"
        return there["call"](start), c.switch("between")
    c = continulet(outer)
    assert c.switch() == "between"
    assert c.switch("on") == ("refused", "on")
    assert not c.is_pending()
    assert left[0].switch("later") == "later"
    assert there["call"](lambda: 5) == 5


def test_an_end_in_the_inner_of_two_callbacks(there):
    def outer(c):
        def inner(d):
            def call():
                with pytest.raises(error, match="call from CPython"):
                    d.switch(to=continulet(lambda e: "lost"))
                return "inner"
            return there["call"](call)
        return there["call"](lambda: continulet(inner).switch())
    assert continulet(outer).switch() == "inner"


def test_an_end_in_a_thread_of_cpython(there, in_a_thread):
    def work():
        def outer(c):
            def call():
                with pytest.raises(error, match="call from CPython"):
                    c.switch(to=continulet(lambda d: "lost"))
                return "went on"
            return there["call"](call)
        return continulet(outer).switch()
    assert in_a_thread(work) == "went on"


def test_any_switches(program):
    """Greenlets that begin, switch, call CPython, are called by it, and end, at random."""
    done = program("""
        import random, sys, time
        import cpyembed
        from greenlet import error, greenlet
        names = {}
        cpyembed.exec('''if 1:
            def call(f, n): return f() if n == 0 else call(f, n - 1)
            def use(f): return sum(1 for _ in (f() for i in range(2)))
            def look(): return sum(i for i in range(30))''', names)
        call, use, look = names["call"], names["use"], names["look"]
        greenlets, counts = [], {"switched": 0, "refused": 0}
        end = time.monotonic() + 4

        def switch():
            g = random.choice(greenlets)
            if g.dead:
                greenlets.remove(g)
                return
            try:
                if random.random() < 0.1:
                    g.throw(KeyError)
                else:
                    g.switch()
                counts["switched"] += 1
            except (error, KeyError):
                counts["refused"] += 1

        def begin(level):
            g = greenlet(lambda *args: step(level))
            if greenlets:
                other = random.choice(greenlets)
                if not other.dead:
                    try:
                        g.parent = other
                    except ValueError:
                        pass
            greenlets.append(g)

        def step(level):
            while time.monotonic() < end:
                n = random.random()
                if n < 0.15 and level < 4:
                    try:
                        random.choice((use, lambda f: call(f, 5)))(lambda: step(level + 1))
                    except KeyError:
                        pass
                elif n < 0.3 and len(greenlets) < 50:
                    begin(level)
                elif n < 0.8 and greenlets:
                    switch()
                elif n < 0.85:
                    assert look() == 435
                elif n > 0.9:
                    return

        random.seed(int(sys.argv[1]))
        while time.monotonic() < end:
            try:
                step(0)
            except (error, KeyError):
                pass
        assert look() == 435
        print(min(counts.values()) > 100, flush=True)
        __import__("os")._exit(0)       # from whichever greenlet this is
    """, "5")
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr


def test_any_switches_of_continulets(program):
    """Likewise; with `permute` too, nobody can say any more what goes on to what."""
    done = program("""
        import random, sys
        import cpyembed
        from _continuation import continulet, error, permute
        names = {}
        cpyembed.exec("def call(f): return f()", names)
        call = names["call"]
        begun, counts, left = [], {"switched": 0, "refused": 0, "calls": 0}, 40000

        def switch():
            pending = [c for c in begun if c.is_pending()]
            if not pending:
                return
            a, b = random.choice(pending), random.choice(pending)
            try:
                random.choice((lambda: a.throw(KeyError), lambda: permute(a, b),
                               lambda: a.switch(to=b), a.switch))()
                counts["switched"] += 1
            except (error, KeyError):
                counts["refused"] += 1

        def step(level):
            global left
            while left > 0:
                left -= 1
                n = random.randrange(10)
                if n < 2 and level < 4:
                    counts["calls"] += 1
                    try:
                        call(lambda: step(level + 1))
                    except (error, KeyError):
                        pass
                elif n < 4 and len(begun) < 200:
                    begun.append(continulet(lambda c: step(level)))
                elif n < 9:
                    switch()
                else:
                    return

        random.seed(int(sys.argv[1]))
        while left > 0:
            try:
                step(0)
            except (error, KeyError):
                pass
        assert call(lambda: 5) == 5
        print(min(counts.values()) > 100)
    """, "7")
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr

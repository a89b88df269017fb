"""patches/0032 and 0044: no switch moves the stack of C code that called Python; untranslated.

The C code is made up, and nothing here starts CPython. Skipped on a PyPy, which has stacks of its
own: run this file by a CPython 2.7.
"""
import sys

from pypy.interpreter.gateway import interp2app


def during_a_call(space, w_function):
    """Call the function as C code would whose stack must not be moved."""
    from pypy.interpreter.executioncontext import ForeignCall
    ec = space.getexecutioncontext()
    call = ForeignCall()
    call.outer = ec.foreign_call
    ec.foreign_call = call
    try:
        return space.call_function(w_function)
    finally:
        ec.foreign_call = call.outer


class AppTestContinulets(object):
    spaceconfig = dict(usemodules=['_continuation'])

    def setup_class(cls):
        from rpython.rlib.rstacklet import StackletThread
        StackletThread()                # skips on a PyPy
        sys.setrecursionlimit(100000)   # the host counts the frames of all stacks as one
        cls.w_during = cls.space.wrap(interp2app(during_a_call))

    def w_generator(self, seed):
        """random(n): a number below n, the same ones for the same seed."""
        state = [seed]

        def random(n):
            state[0] = (state[0] * 1103515245 + 12345) % 2**31
            return (state[0] >> 16) % n
        return random

    def test_no_switch_out_of_a_call(self):
        from _continuation import continulet, error
        seen = []

        def f(c):
            seen.append(raises(error, self.during, c.switch).value)
            assert c.switch() == 'on'
            return 'end'
        c = continulet(f)
        assert c.switch() is None
        assert c.switch('on') == 'end'
        assert 'the call from CPython' in str(seen[0])

    def test_no_switch_from_a_call_to_what_is_outside(self):
        from _continuation import continulet, error
        c = continulet(lambda c: c.switch(1))
        error_raised = raises(error, self.during, c.switch)
        raises(error, self.during, lambda: c.throw(ValueError))
        assert c.is_pending()
        assert c.switch() == 1
        assert c.switch(2) == 2

    def test_within_one_call(self):
        from _continuation import continulet

        def g(c, n):
            for i in range(n):
                c.switch(i)
            return 'end'

        def count():
            c = continulet(g, 2)
            return [c.switch(), c.switch(), c.switch()]
        assert self.during(count) == [0, 1, 'end']
        assert self.during(lambda: self.during(count)) == [0, 1, 'end']

    def test_what_a_call_leaves_goes_on_outside(self):
        from _continuation import continulet, error
        made = []

        def start():
            made.append(continulet(lambda c: c.switch('in') + c.switch('out')))
            return made[0].switch()
        assert self.during(start) == 'in'
        raises(error, self.during, made[0].switch)
        assert made[0].switch('a') == 'out'
        assert made[0].switch('b') == 'ab'

    def test_a_call_in_what_was_started_in_a_call(self):
        from _continuation import continulet, error

        def g(c):
            raises(error, self.during, c.switch)
            return 'end'
        assert self.during(lambda: continulet(g).switch()) == 'end'

    def test_an_end_that_would_lead_out_comes_back(self):
        from _continuation import continulet, error, permute

        def outer(c):
            def inner(d):
                raises(error, permute, d, other)
                return 'the end'        # to where outer came from, if it could
            def call():
                d = continulet(inner)
                return raises(error, c.switch, to=d).value
            return self.during(call)
        other = continulet(lambda c: None)
        c = continulet(outer)
        assert 'the call from CPython' in str(c.switch())
        assert not c.is_pending()

    def test_an_end_goes_on_to_what_the_call_runs_on(self):
        from _continuation import continulet, error
        left = []

        def outer(c):
            def first(d):
                left.append(d)
                e = continulet(lambda e: 'lost')
                return d.switch(to=e)   # e has from here on what outer came from

            def call():
                d = continulet(first)
                return raises(error, c.switch, to=d).value
            return self.during(call), c.switch('between')
        c = continulet(outer)
        assert c.switch() == 'between'
        refused, told = c.switch('on')
        assert 'the call from CPython' in str(refused) and told == 'on'
        assert not c.is_pending() and left[0].is_pending()
        assert left[0].switch('later') == 'later'
        assert not left[0].is_pending()

    def test_an_end_by_an_exception_goes_on_there_too(self):
        from _continuation import continulet

        def outer(c):
            def inner(d):
                raise KeyError(d)
            return self.during(lambda: raises(KeyError, c.switch, to=continulet(inner)))
        assert continulet(outer).switch() is not None

    def test_of_two_calls_the_inner_one(self):
        from _continuation import continulet, error

        def outer(c):
            def inner(d):
                def call():
                    raises(error, d.switch, to=continulet(lambda e: 'lost'))
                    return 'inner'
                return self.during(call)
            return self.during(lambda: continulet(inner).switch())
        assert continulet(outer).switch() == 'inner'

    def test_what_goes_on_outside_may_be_called_again(self):
        """It runs on a part of the stack that began in a call that is over."""
        from _continuation import continulet, error

        def old(c):
            c.switch()
            def inner(d):
                return 'lost'
            def call():
                raises(error, c.switch, to=continulet(inner))
                return 'called'
            return self.during(call)
        made = []

        def start():
            made.append(continulet(old))
            made[0].switch()
        self.during(start)
        assert made[0].switch() == 'called'

    def test_nobody_else_needs_to_have_what_the_call_runs_on(self):
        from _continuation import continulet, error
        import gc

        def outer():
            def call():
                c = continulet(lambda c: None)
                d = continulet(lambda d, pair: pair.pop().switch(to=pair.pop()), [c, c])
                e = continulet(lambda e: gc.collect())
                return e.switch(to=d)
            return self.during(call)
        continulet(lambda c: outer()).switch()

    def test_any_switches(self):
        """Continulets that begin, switch, are called, and end, at random; each call returns."""
        from _continuation import continulet, error, permute
        random = self.generator(12345)
        steps = [400]
        counts = {'switched': 0, 'refused': 0, 'calls': 0}
        continulets = []

        def pick():
            live = [c for c in continulets if c.is_pending()]
            return live[random(len(live))] if live else None

        def step(depth):
            while steps[0] > 0:
                steps[0] -= 1
                n = random(10)
                a, b = pick(), pick()
                if n < 2 and depth < 4:
                    try:
                        self.during(lambda: step(depth + 1))
                    except (error, KeyError):
                        pass
                    counts['calls'] += 1
                elif n < 4 and len(continulets) < 200:
                    continulets.append(continulet(lambda c: step(depth)))
                elif n < 8 and a is not None:
                    try:
                        if n == 4:
                            a.throw(KeyError)
                        elif n == 5:
                            permute(a, b)
                        elif n == 6:
                            a.switch(to=b)
                        else:
                            a.switch()
                        counts['switched'] += 1
                    except (error, KeyError):
                        counts['refused'] += 1
                elif n == 9:
                    return

        while steps[0] > 0:
            try:
                step(0)
            except (error, KeyError):
                pass
        assert min(counts.values()) > 5, counts


class AppTestGreenlets(object):
    spaceconfig = dict(usemodules=['_continuation'], continuation=True)

    setup_class = AppTestContinulets.setup_class.im_func
    w_generator = AppTestContinulets.w_generator.im_func

    def test_an_end_whose_parent_is_outside(self):
        from greenlet import greenlet, getcurrent, error
        main = getcurrent()
        other = greenlet(lambda: main.switch('other') and 'the end')
        assert other.switch() == 'other'

        def outer():
            def call():
                seen = []
                for parent in (main, other):
                    g = greenlet(lambda: 'lost', parent=parent)
                    seen.append(raises(error, g.switch).value)
                    assert g.dead and getcurrent() is outer_greenlet
                return seen
            seen = self.during(call)
            assert main.switch(seen) == 'on'
            return 'end'
        outer_greenlet = greenlet(outer)
        for seen in outer_greenlet.switch():
            assert 'the call from CPython' in str(seen)
        assert outer_greenlet.switch('on') == 'end'
        assert other.switch(True) == 'the end'
        assert other.dead and getcurrent() is main

    def test_any_switches(self):
        """Greenlets that begin, switch, are called, and end, at random; each call returns."""
        from greenlet import error, greenlet
        random = self.generator(4711)
        steps = [400]
        counts = {'switched': 0, 'refused': 0, 'calls': 0}
        greenlets = []

        def begin(depth):
            g = greenlet(lambda *args: step(depth))
            if greenlets:
                parent = greenlets[random(len(greenlets))]
                if not parent.dead:
                    g.parent = parent
            greenlets.append(g)

        def switch():
            g = greenlets[random(len(greenlets))]
            if g.dead:
                greenlets.remove(g)
                return
            try:
                if random(8) == 0:
                    g.throw(KeyError)
                else:
                    g.switch()
                counts['switched'] += 1
            except (error, KeyError):
                counts['refused'] += 1

        def step(depth):
            while steps[0] > 0:
                steps[0] -= 1
                n = random(10)
                if n < 2 and depth < 4:
                    try:
                        self.during(lambda: step(depth + 1))
                    except KeyError:
                        pass
                    counts['calls'] += 1
                elif n < 4 and len(greenlets) < 50:
                    begin(depth)
                elif n < 9 and greenlets:
                    switch()
                elif n == 9:
                    return

        while steps[0] > 0:
            try:
                step(0)
            except (error, KeyError):
                pass
        assert min(counts.values()) > 5, counts

"""patches/0032: no switch moves the stack of C code that called Python; untranslated.

The C code is made up, and nothing here starts CPython. Skipped on a PyPy, which has stacks of its
own: run this file by a CPython 2.7.
"""
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
        cls.w_during = cls.space.wrap(interp2app(during_a_call))

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

"""Untranslated tests of exceptions and their tracebacks across."""
from pypy.module.cpyembed.test.support import Started


class AppTestErrors(Started):

    def test_frames_of_both_sides_stand_in_order(self):
        import cpyembed
        names = {}
        run = getattr(cpyembed._import_module('builtins'), 'exec')
        run("def call(f): return f()\n"
                      "def fail(): raise ValueError\n", names)
        call, fail = names['call'], names['fail']

        def back():
            fail()

        def back2():
            call(back)

        def frames(traceback):
            found = []
            while traceback is not None:
                found.append(traceback.tb_frame.f_code.co_name)
                traceback = traceback.tb_next
            return found
        try:
            call(back2)
        except ValueError as e:
            found = frames(e.__traceback__)
        wanted = ['call', 'back2', 'call', 'back', 'fail']
        assert found[1:] == wanted

        def fails():
            raise KeyError

        def back3():
            call(fails)
        try:
            call(back3)
        except KeyError as e:
            found = frames(e.__traceback__)
        assert found[1:] == ['call', 'back3', 'call', 'fails']

    def test_raising_the_same_exception_again_does_not_grow_it(self):
        import cpyembed
        names = {}
        run = getattr(cpyembed._import_module('builtins'), 'exec')
        run("def call(f):\n"
                      "    try: f()\n"
                      "    except ValueError as e:\n"
                      "        n, t = 0, e.__traceback__\n"
                      "        while t: n, t = n + 1, t.tb_next\n"
                      "        return n\n"
                      "def fail(): raise ValueError\n", names)
        try:
            names['fail']()
        except ValueError as e:
            error = e

        def again():
            raise error.with_traceback(None)

        def deeper():
            try:
                names['fail']()
            except ValueError as e:
                raise
        assert names['call'](again) == 2        # call, again
        assert names['call'](again) == 2
        assert names['call'](deeper) == 3       # call, deeper, fail

"""Untranslated tests: what Python-level hooks say for an Object, and Ctrl-C."""

from pypy.module.cpyembed.test.support import Started


class AppTestInside(Started):

    def test_await_and_signature_ask_python(self):
        import cpyembed
        asked = []

        def await_object(obj):
            asked.append(obj)
            return iter([1, 2])
        cpyembed._register(await_object=await_object, signature=lambda obj: ('signed', obj))
        builtins = cpyembed._import_module('builtins')
        names = cpyembed._raw_getattr(builtins, 'dict')()
        cpyembed._raw_getattr(builtins, 'exec')('async def f(): pass', names)
        coroutine = names['f']()
        assert list(type(coroutine).__await__(coroutine)) == [1, 2]
        assert asked == [coroutine]
        coroutine.close()
        assert names['f'].__signature__ == ('signed', names['f'])
        raises(AttributeError, "names['f'].no_such_attribute")

    def test_the_documentation_is_found_past_getattribute(self):
        import cpyembed
        math = cpyembed._import_module('math')
        assert 'square root' in object.__getattribute__(math.sqrt, '__doc__')
        assert not isinstance(type(math.sqrt).__doc__, str)

    def test_interrupts_can_be_watched_twice(self):
        import cpyembed
        cpyembed._watch_interrupts()
        cpyembed._watch_interrupts()
        import signal
        inside = cpyembed._import_module('_signal')
        watched = signal.getsignal(2) is signal.default_int_handler
        assert not watched or inside.getsignal(2) == inside.default_int_handler

"""Untranslated tests: an Object that is released while an operation on it is under way."""
from pypy.module.cpyembed.test.support import Started

SOURCE = '''
ended = []
def count():
    return len(ended)
class Thing:
    value = 5
    def __init__(self, callback): self.callback = callback
    def __del__(self): ended.append(self.value)
    def use(self, *args, **kwargs):
        self.callback()
        return self.value
    __call__ = __getitem__ = __add__ = __radd__ = __iadd__ = __pow__ = __hash__ = __len__ = use
    __index__ = __int__ = use
    def __getattr__(self, name):
        return self.use()
    def __setitem__(self, key, value): self.use()
    def __delitem__(self, key): self.use()
    def __setattr__(self, name, value):
        if name != 'callback': self.use()
        self.__dict__[name] = value
    def __delattr__(self, name): self.use()
    def __contains__(self, item): return self.use() == 5
    def __bool__(self): return self.use() == 5
    def __eq__(self, other): return self.use() == 5
    def __lt__(self, other): return self.use() == 5
    def __repr__(self): return 'Thing %d' % self.use()
    def __str__(self): return 'Thing %d' % self.use()
    def __format__(self, spec): return 'Thing %d' % self.use()
    def __iter__(self): self.use(); return iter((self.value,))
    def __next__(self): return self.use()
    def __instancecheck__(self, x): return self.use() == 5
    def __subclasscheck__(self, x): return self.use() == 5
    def __dir__(self): self.use(); return ['value']
'''


class AppTestRelease(Started):

    def setup_class(cls):
        Started.setup_class.im_func(cls)
        cls.w_source = cls.space.newtext(SOURCE)

    def test_a_converter_of_an_argument_releases(self):
        import cpyembed
        builtins = cpyembed._import_module('builtins')
        names = cpyembed._raw_getattr(builtins, 'dict')()
        cpyembed._raw_getattr(builtins, 'exec')(self.source, names)
        things = []

        class Key(object):
            pass

        def convert(key):
            if things:
                cpyembed._release(things.pop())
            return 1
        cpyembed._convert_to_cpython(Key, convert)

        def set_item(x):
            x[Key()] = 1

        def set_value(x):
            x[1] = Key()

        def del_item(x):
            del x[Key()]

        def set_attribute(x):
            x.other = Key()
        operations = [lambda x: x[Key()], set_item, set_value, del_item, set_attribute,
                      lambda x: x(Key()), lambda x: x(1, Key()), lambda x: x(1, k=Key()),
                      lambda x: cpyembed._raw_call(x, Key()), lambda x: Key() in x,
                      lambda x: x + Key(), lambda x: Key() + x, lambda x: x == Key(),
                      lambda x: x < Key(), lambda x: pow(x, Key(), 7), lambda x: pow(x, 2, Key()),
                      lambda x: isinstance(Key(), x), lambda x: x([Key()]),
                      lambda x: x((1, Key()))]
        for number, operation in enumerate(operations):
            thing = names['Thing'](lambda: None)
            things[:] = [thing]
            before = names['count']()
            result = operation(thing)
            assert result in (None, 5, True), (number, result)
            assert not things
            assert names['count']() == before + 1, number
            raises(ValueError, len, thing)

    def test_a_callback_of_the_object_itself_releases(self):
        import cpyembed
        builtins = cpyembed._import_module('builtins')
        names = cpyembed._raw_getattr(builtins, 'dict')()
        cpyembed._raw_getattr(builtins, 'exec')(self.source, names)
        things = []

        def callback():
            assert names['count']() == before
            cpyembed._release(things[0])
            assert names['count']() == before

        def set_item(x):
            x[1] = 1

        def del_item(x):
            del x[1]

        def set_attribute(x):
            x.other = 1

        def del_attribute(x):
            del x.other
        operations = [lambda x: x(), lambda x: x(1.5), lambda x: x(1, 2, 3, 4), lambda x: x[0],
                      set_item, del_item, lambda x: x.missing, set_attribute, del_attribute,
                      lambda x: x == 1, lambda x: x < 1, hash, len, bool, repr, str, format, dir,
                      lambda x: 1 in x, lambda x: x + 1, lambda x: 1 + x, lambda x: pow(x, 2),
                      int, next, iter, lambda x: isinstance(3, x), lambda x: issubclass(int, x)]
        for number, operation in enumerate(operations):
            thing = names['Thing'](callback)
            things[:] = [thing]
            before = names['count']()
            operation(thing)
            assert names['count']() == before + 1, number
            raises(ValueError, lambda: thing[0])

    def test_an_iterator_over_a_list_that_is_released(self):
        import cpyembed
        builtins = cpyembed._import_module('builtins')
        numbers = cpyembed._raw_getattr(builtins, 'list')((1, 2, 3))
        iterator = iter(numbers)
        assert next(iterator) == 1
        cpyembed._release(numbers)
        raises(ValueError, next, iterator)
        raises(ValueError, iterator.__length_hint__)

    def test_a_view_outlives_its_object(self):
        import cpyembed
        builtins = cpyembed._import_module('builtins')
        data = cpyembed._raw_getattr(builtins, 'bytearray')(b'abc')
        view = memoryview(data)
        cpyembed._release(data)
        assert bytes(view) == b'abc'
        view.release()
        raises(ValueError, memoryview, data)

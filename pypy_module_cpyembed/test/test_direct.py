"""Untranslated tests of the short ways across, and of iterating over a CPython list."""
from pypy.module.cpyembed.test.support import Started


class AppTestDirect(Started):

    def test_simple_arguments_and_results(self):
        import cpyembed
        builtins = cpyembed._import_module('builtins')
        raw = lambda name: cpyembed._raw_getattr(builtins, name)
        compiled = lambda source: raw('eval')(source, raw('dict')())
        collect = compiled('lambda *args, **kwargs: repr((args, kwargs))')
        assert collect() == '((), {})'
        assert collect(1, 2.5, None) == '((1, 2.5, None), {})'
        assert collect(True, y=False) == "((True,), {'y': False})"
        for turn in range(2):
            assert collect(1, b=2, a=-3) == "((1,), {'b': 2, 'a': -3})"
            assert collect(1, a=2, b=-3) == "((1,), {'a': 2, 'b': -3})"
            assert collect(1, 2, a=3, b=4) == "((1, 2), {'a': 3, 'b': 4})"
        same = compiled('lambda x: x')
        assert same(1.5) == 1.5 and same(2 ** 62) == 2 ** 62 and same(-1) == -1
        nan = same(float('nan'))
        assert nan != nan
        assert same(None) is None and same(True) is True and same(False) is False
        raises(ValueError, cpyembed._import_module('math').sqrt, -1.0)
        raises(AttributeError, compiled('lambda x: x.nothing'), 1)

    def test_a_released_object_is_refused(self):
        import cpyembed
        builtins = cpyembed._import_module('builtins')
        thing = cpyembed._raw_getattr(builtins, 'list')()
        call = cpyembed._raw_getattr(builtins, 'len')
        cpyembed._release(thing)
        raises(ValueError, call, thing)
        raises(ValueError, lambda: thing[0])
        raises(ValueError, lambda: thing.append)

    def test_iterating_over_a_list(self):
        import cpyembed
        builtins = cpyembed._import_module('builtins')
        raw = lambda name: cpyembed._raw_getattr(builtins, name)
        items = raw('list')((1, 2.5, None, True, 'x', 2 ** 80, (3, 4), -7))
        assert list(items) == [1, 2.5, None, True, 'x', 2 ** 80, (3, 4), -7]
        iterator = iter(items)
        assert iter(iterator) is iterator
        assert iterator.__length_hint__() == 8
        assert [next(iterator) for i in range(8)] == list(items)
        items.append(9)
        assert next(iterator) == 9          # as any iterator over a list
        raises(StopIteration, next, iterator)
        items.append(10)
        raises(StopIteration, next, iterator)
        assert iterator.__length_hint__() == 0

    def test_pairs(self):
        import cpyembed
        builtins = cpyembed._import_module('builtins')
        raw = lambda name: cpyembed._raw_getattr(builtins, name)
        pairs = raw('list')(((1, 2.5), ('a', None), ((3, 4), raw('list')()), (2 ** 70, True)))
        got = list(pairs)
        assert got[0] == (1, 2.5) and got[1] == ('a', None) and got[3] == (2 ** 70, True)
        assert got[2][0] == (3, 4) and len(got[2][1]) == 0
        assert builtins.divmod(7, 2) == (3, 1)

    def test_a_call_with_no_keywords_after_all(self):
        import cpyembed
        math = cpyembed._import_module('math')
        assert math.sqrt(*(2.25,), **{}) == 1.5

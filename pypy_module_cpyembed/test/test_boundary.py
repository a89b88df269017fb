"""Untranslated tests: the module as a whole."""
from pypy.module.cpyembed.test.support import Started


class AppTestBoundary(Started):
    def setup_class(cls):
        from pypy.interpreter import gateway
        from pypy.module.cpyembed import classes
        Started.setup_class.im_func(cls)

        def keep_few_names(space):
            cache = classes.get(space)
            cache.MOST_NAMES = len(cache.names) + 4
        cls.w_keep_few_names = cls.space.wrap(gateway.interp2app_temp(keep_few_names))

    def test_scalars_cross_both_ways(self):
        import cpyembed
        math = cpyembed._import_module('math')
        assert math.sin(0.0) == 0.0
        assert type(math.sin(0.0)) is float
        assert math.gcd(12, 18) == 6
        assert math.isnan(1.0) is False
        builtins = cpyembed._import_module('builtins')
        raw = lambda name: cpyembed._raw_getattr(builtins, name)   # PyPy's own otherwise
        for value in [0, 1, -1, 2**29, 2**30, -2**30, 2**31, 2**62, 2**63, -2**63, 2**64, 10**40,
                      -10**40, 1.5, 1j, 'a', '', 'h\xe9', '\u20ac', '\U0001f600', '\ud800x',
                      b'', b'a\0b', None, True, False, Ellipsis, (1, (2.5, 'x')), ()]:
            back = builtins.max([value], key=builtins.id)
            assert back == value and type(back) is type(value)

    def test_attributes_items_iteration(self):
        import cpyembed
        builtins = cpyembed._import_module('builtins')
        raw = lambda name: cpyembed._raw_getattr(builtins, name)   # PyPy's own otherwise
        numbers = raw('list')((3, 1, 2))
        assert len(numbers) == 3
        assert numbers[0] == 3
        numbers[0] = 7
        assert list(numbers) == [7, 1, 2]
        del numbers[0]
        assert 2 in numbers and 7 not in numbers
        numbers.append('x')
        assert repr(numbers) == "[1, 2, 'x']"
        assert bool(numbers) and not raw('list')()
        assert numbers == raw('list')((1, 2, 'x'))
        assert not callable(numbers)
        assert type(numbers).__hash__ is None and type(builtins.len).__hash__ is not None
        assert callable(builtins.len)

    def test_keywords_and_operators(self):
        import cpyembed
        builtins = cpyembed._import_module('builtins')
        raw = lambda name: cpyembed._raw_getattr(builtins, name)   # PyPy's own otherwise
        assert raw('int')('ff', base=16) == 255
        numbers = raw('list')((1,))
        assert list(numbers + numbers) == [1, 1]
        assert list(numbers * 3) == [1, 1, 1]
        numbers += (5,)
        assert list(numbers) == [1, 5]

    def test_a_list_is_copied_in_and_out(self):
        import cpyembed
        heapq = cpyembed._import_module('heapq')
        marker = object()
        heap = [(5, 'a'), (1, 'b'), (3, marker)]
        heapq.heapify(heap)
        assert heap[0] == (1, 'b')
        assert (3, marker) in heap
        assert heapq.heappop(heap) == (1, 'b')
        assert len(heap) == 2
        mapping = {'x': 1}
        builtins = cpyembed._import_module('builtins')
        raw = lambda name: cpyembed._raw_getattr(builtins, name)   # PyPy's own otherwise
        getattr(builtins, 'exec')('y = x + 1', mapping)
        assert mapping['y'] == 2 and mapping['x'] == 1

    def test_collections_are_copied_in_and_out(self):
        import cpyembed, collections
        builtins = cpyembed._import_module('builtins')
        run = getattr(builtins, 'exec')
        names = {}
        run("""if 1:
            def kind(x): return type(x).__module__ + '.' + type(x).__name__
            def change(d): d['new'] = 2; return list(d)
            def order(d): d.move_to_end('a'); return list(d)[-1]
            def rotate(d): d.rotate(1); return d.maxlen
            def add(s): s.add(3); s.discard(1)
            def twice(a, b): a.append(1); return a is b
            def fail(x): x.append(1); raise KeyError
            def same(p, q): return type(p) is type(q), p.x, isinstance(p, tuple), repr(q)
        """, names)
        d = collections.defaultdict(list)
        assert names['kind'](d) == 'collections.defaultdict'
        names['change'](d)
        assert d == {'new': 2} and d.default_factory is list
        d = collections.OrderedDict([('a', 1), ('b', 2)])
        assert names['order'](d) == 'a'
        assert list(d.items()) == [('b', 2), ('a', 1)]
        assert names['kind'](collections.Counter('aab')) == 'collections.Counter'
        d = collections.deque([1, 2, 3], 5)
        assert names['rotate'](d) == 5
        assert list(d) == [3, 1, 2] and d.maxlen == 5
        s = {1, 2}
        names['add'](s)
        assert s == {2, 3}
        for x in ([1, 2], [1.5], ['x'], []):
            before = len(x)
            assert names['twice'](x, x) is True
            assert len(x) == before + 1 and x[-1] == 1
            raises(KeyError, names['fail'], x)
            assert len(x) == before + 2
        P = collections.namedtuple('P', 'x y')
        assert names['same'](P(1, [2]), P(3, 4)) == (True, 1, True, 'P(x=3, y=4)')

    def test_values_of_the_standard_library(self):
        import cpyembed, datetime, types
        builtins = cpyembed._import_module('builtins')
        run = getattr(builtins, 'exec')
        names = {}
        run("""if 1:
            import datetime, typing, types
            def same(x): return x
            def text(x): return repr(x)
            def zone(t): return t.isoformat(), t.tzname(), isinstance(t.tzinfo, datetime.tzinfo)
        """, names)
        utc = datetime.timezone.utc
        for x in (utc, datetime.datetime(2024, 1, 2, tzinfo=utc)):
            assert repr(names['same'](x)) == repr(x)

        class Zone(datetime.tzinfo):
            def utcoffset(self, dt): return datetime.timedelta(hours=1)
            def dst(self, dt): return None
            def tzname(self, dt): return 'Z1'
        t = datetime.datetime(2024, 1, 2, tzinfo=Zone())
        assert names['zone'](t) == ('2024-01-02T00:00:00+01:00', 'Z1', True)
        assert names['same'](t).tzinfo is t.tzinfo
        assert names['text'](types.GenericAlias(list, (int,))) == 'list[int]'

    def test_converters_of_ones_own(self):
        import cpyembed
        builtins = cpyembed._import_module('builtins')
        names = {}
        getattr(builtins, 'exec')("""if 1:
            class Feet:
                def __init__(self, n): self.n = n
            class Inches(int): pass
            def double(x): return x * 2
        """, names)

        class Metres(object):
            def __init__(self, n): self.n = n
        cpyembed._convert_to_cpython(Metres, lambda x: x.n)
        cpyembed._convert_to_pypy(names['Feet'], lambda x: Metres(x.n * 3))
        cpyembed._convert_to_pypy(names['Inches'], lambda x: 'inches')
        assert names['double'](Metres(4)) == 8
        assert names['Feet'](2).n == 6
        assert names['Inches'](2) == 'inches'
        raises(TypeError, cpyembed._convert_to_pypy, builtins.len, lambda x: x)

    def test_release_and_scopes(self):
        import cpyembed
        builtins = cpyembed._import_module('builtins')
        names = {}
        getattr(builtins, 'exec')("""if 1:
            import weakref
            class C: pass
            refs = []
            def make():
                c = C()
                refs.append(weakref.ref(c))
                return c
            def alive(): return [r() is not None for r in refs].count(True)
        """, names)
        outside = names['make']()
        number = cpyembed._scope_begin()
        x = names['make']()
        y = names['make']()
        assert names['alive']() == 3
        cpyembed._scope_end(number)
        assert names['alive']() == 1
        raises(ValueError, "x.attribute")
        raises(ValueError, cpyembed._scope_end, number)
        cpyembed._release(outside)
        cpyembed._release(outside)
        assert names['alive']() == 0

    def test_operators_of_lists_and_numbers(self):
        import cpyembed
        builtins = cpyembed._import_module('builtins')
        raw = lambda name: cpyembed._raw_getattr(builtins, name)
        x = raw('list')((2,))
        assert list([1] + x) == [1, 2] and list(x + [3]) == [2, 3]
        names = {}
        getattr(builtins, 'exec')("""if 1:
            class N:
                def __pow__(self, other, mod=None): return ('pow', other, mod)
                def __rpow__(self, other): return ('rpow', other)
                def __ipow__(self, other): return ('ipow', other)
                def __enter__(self): return self
                def __exit__(self, kind, value, tb): return (kind is KeyError and tb is None)
            class Meta(type):
                def __instancecheck__(cls, x): return x == 3
            class Three(metaclass=Meta): pass
            n = N()
        """, names)
        n = names['n']
        assert pow(n, 2, 3) == ('pow', 2, 3) and n ** 2 == ('pow', 2, None)
        assert 2 ** n == ('rpow', 2)
        n.__exit__ = 'not looked at'
        with n:
            raise KeyError
        assert isinstance(3, names['Three']) and not isinstance(4, names['Three'])
        assert isinstance(names['Three'], names['Meta'])
        assert not isinstance(3, names['Meta'])

    def test_iterators_of_lists_and_tuples(self):
        import cpyembed
        builtins = cpyembed._import_module('builtins')
        raw = lambda name: cpyembed._raw_getattr(builtins, name)
        items = (1, 2.5, 'x', (1, 2), (1.5, 2.5), (1, 'y', None), 2**70, -5, ())
        x = raw('list')(items)
        assert tuple(x) == items
        assert tuple(raw('iter')(items)) == items
        i = iter(x)
        assert next(i) == 1
        assert builtins.next(i) == 2.5
        assert next(i) == 'x'
        x.clear()
        raises(StopIteration, next, i)
        x.append(1)
        raises(StopIteration, next, i)
        seen = []
        for item in x:
            seen.append(item)
            if len(seen) < 5:
                x.append(item + 1)
        assert seen == [1, 2, 3, 4, 5]

    def test_copies_and_pickles(self):
        import cpyembed
        from cpyembed import pickling
        builtins = cpyembed._import_module('builtins')
        raw = lambda name: cpyembed._raw_getattr(builtins, name)
        cpyembed.import_module = cpyembed._import_module
        x = raw('list')((1, raw('list')((2,))))
        y = type(x).__copy__(x)
        assert y is not x and y[1] is x[1]
        z = x.__deepcopy__({})
        assert z[1] is not x[1] and z[1][0] == 2
        function, arguments = x.__reduce_ex__(2)
        assert function is pickling.load
        w = function(*arguments)
        assert w == x and w is not x and isinstance(w, cpyembed.Object)
        length = builtins.len
        function, arguments = length.__reduce__()
        assert function(*arguments) is length

    def test_an_exported_function_is_called_back(self):
        import cpyembed
        builtins = cpyembed._import_module('builtins')
        raw = lambda name: cpyembed._raw_getattr(builtins, name)   # PyPy's own otherwise
        assert list(builtins.map(lambda x, y: x * y, (1, 2), (3, 4))) == [3, 8]
        assert list(builtins.sorted((3, 1, 2), key=lambda x: -x)) == [3, 2, 1]

    def test_an_export_comes_back_as_itself(self):
        import cpyembed
        builtins = cpyembed._import_module('builtins')
        raw = lambda name: cpyembed._raw_getattr(builtins, name)   # PyPy's own otherwise

        class Thing(object):
            value = 42
        thing = Thing()
        box = raw('list')((thing,))
        assert box[0] is thing
        assert builtins.getattr(thing, 'value') == 42
        assert not builtins.callable(thing)
        assert builtins.callable(Thing)

    def test_references_are_counted(self):
        import cpyembed
        builtins = cpyembed._import_module('builtins')
        raw = lambda name: cpyembed._raw_getattr(builtins, name)   # PyPy's own otherwise
        target = raw('list')((1, 2))
        before = cpyembed._refcount(target)
        for i in range(10):
            len(target), target[0], repr(target), target == target, 1 in target
            builtins.len(target), builtins.max(target), list(target)
            target[0:1], target + target, target[0]
        import gc
        gc.collect()
        cpyembed._drain()
        assert cpyembed._refcount(target) == before

    def test_cpython_exceptions_arrive_as_the_same_class(self):
        import cpyembed
        builtins = cpyembed._import_module('builtins')
        raw = lambda name: cpyembed._raw_getattr(builtins, name)   # PyPy's own otherwise
        try:
            raw('int')('x')
        except ValueError as e:
            assert str(e) == "invalid literal for int() with base 10: 'x'"
            assert type(e) is ValueError
            assert isinstance(e.__cpython__, cpyembed.Object)
        else:
            raise AssertionError
        raises(AttributeError, "builtins.nothing")
        raises(StopIteration, "next(raw('iter')(()))")
        raises(KeyError, "raw('dict')()['x']")
        error = raises(ImportError, cpyembed._import_module, 'no_such_module_here').value
        assert error.name == 'no_such_module_here'
        subprocess = cpyembed._import_module('subprocess')
        error_class = subprocess.CalledProcessError
        assert issubclass(error_class, Exception)
        error = raises(error_class, subprocess.check_call, ('false',)).value
        assert error.returncode == 1
        assert 'non-zero exit status' in str(error)

    def test_an_exception_that_passes_through_is_the_same_object(self):
        import cpyembed
        builtins = cpyembed._import_module('builtins')
        raw = lambda name: cpyembed._raw_getattr(builtins, name)   # PyPy's own otherwise

        class Mine(ValueError):
            pass
        mine = Mine('here')

        def fail(x):
            raise mine
        try:
            list(builtins.map(fail, (1,)))
        except Mine as e:
            assert e is mine
        else:
            raise AssertionError

    def test_an_array_shares_its_memory(self):
        import cpyembed, _numpypy
        try:
            np = cpyembed._import_module('numpy')
        except ImportError:
            skip('no NumPy in the CPython that is linked')
        a = _numpypy.multiarray.array([float(i) for i in range(10)])
        there = np.asarray(a)
        assert there.ctypes.data == a.__array_interface__['data'][0]
        there[3] = 7.5
        assert a[3] == 7.5
        back = cpyembed._asarray(there)
        assert back.__array_interface__['data'][0] == a.__array_interface__['data'][0]
        back[4] = -1.0
        assert there[4] == -1.0 and a[4] == -1.0

    def test_a_class_that_can_be_subscribed_is_not_iterable(self):
        import cpyembed
        builtins = cpyembed._import_module('builtins')
        names = cpyembed._raw_getattr(builtins, 'dict')()
        cpyembed._raw_getattr(builtins, 'exec')("""if 1:
            class Lenient:
                def __class_getitem__(cls, item): return item
            class Meta(type):
                def __getitem__(cls, i):
                    if i < 3: return i
                    raise IndexError
            class Items(metaclass=Meta): pass
            class Counting(type):
                def __iter__(cls): return iter((1, 2))
            class Iterable(metaclass=Counting): pass
            import enum
            Colour = enum.Enum('Colour', 'RED GREEN')
            """, names)
        lenient = names['Lenient']
        assert lenient[7] == 7
        raises(TypeError, iter, lenient)
        raises(TypeError, list, lenient)
        raises(TypeError, lambda: 1 in lenient)
        assert list(names['Items']) == [0, 1, 2] and 2 in names['Items']
        assert list(names['Iterable']) == [1, 2] and 2 in names['Iterable']
        assert [x.name for x in names['Colour']] == ['RED', 'GREEN']
        assert names['Colour'].RED in names['Colour']

    def test_only_classes_are_asked_what_they_override(self):
        import cpyembed
        builtins = cpyembed._import_module('builtins')
        raw = lambda name: cpyembed._raw_getattr(builtins, name)
        assert cpyembed._is_overridden(raw('int'), raw('object'), '__add__')
        assert not cpyembed._is_overridden(raw('bool'), raw('int'), '__add__')
        assert cpyembed._is_overridden(raw('KeyError'), raw('Exception'), '__str__')
        raises(TypeError, cpyembed._is_overridden, builtins, raw('int'), '__add__')
        raises(TypeError, cpyembed._is_overridden, raw('int'), builtins, '__add__')

    def test_names_beyond_those_that_are_kept(self):
        import cpyembed
        self.keep_few_names()
        builtins = cpyembed._import_module('builtins')
        names = cpyembed._raw_getattr(builtins, 'dict')()
        cpyembed._raw_getattr(builtins, 'exec')("""if 1:
            class Thing: pass
            def call(**kwargs): return kwargs
            """, names)
        thing = names['Thing']()
        for i in range(40):
            name = 'name_%d' % i
            setattr(thing, name, i)
            assert getattr(thing, name) == i
            assert names['call'](**{name: i})[name] == i
            delattr(thing, name)
            raises(AttributeError, getattr, thing, name)
        thing.name_1 = 1
        assert thing.name_1 == 1 and not hasattr(thing, 'name_2')

    def test_the_frames_that_callbacks_came_from(self):
        import cpyembed, sys
        builtins = cpyembed._import_module('builtins')
        raw = lambda name: cpyembed._raw_getattr(builtins, name)
        namespace = raw('dict')()
        getattr(builtins, 'exec')('def call(f): return f()\ndef names(f): return [\n'
                      '    getattr(x and x.f_code, "co_name", None) for x in f()]', namespace)
        callers = cpyembed._cpython_frames()
        names = cpyembed._raw_getattr(namespace, 'get')('names')
        call = cpyembed._raw_getattr(namespace, 'get')('call')
        assert cpyembed._callback_frames() == []
        assert list(names(callers)) == []

        def inner():
            return list(names(callers)), cpyembed._callback_frames()

        def outer():
            return list(builtins.map(lambda x: call(inner), (1,)))[0]
        there, here = call(outer)
        assert there == ['call', 'call']
        assert [f.f_code.co_name for f in here] == [
            '<lambda>', 'test_the_frames_that_callbacks_came_from']
        assert sys._getframe() is here[1]
        assert cpyembed._callback_frames() == []

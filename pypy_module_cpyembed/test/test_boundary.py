"""Untranslated tests: the module on the untranslated interpreter, with a real libpython.

Run in a PyPy source tree that has the patches and this module, by a PyPy 2.7 with libpython
preloaded (CONTRIBUTING.md has the command).
"""


class AppTestBoundary:
    spaceconfig = dict(usemodules=['cpyembed', 'micronumpy', 'thread', 'signal', 'time'])

    def setup_class(cls):
        from pypy.module.cpyembed import capi
        from pypy.tool.lib_pypy import LIB_PYPY
        cls.w_python = cls.space.newtext(capi.EXECUTABLE)
        cls.w_folder = cls.space.newtext(str(LIB_PYPY.join('cpyembed')))

    def setup_method(self, method):
        self.space.appexec([self.w_python, self.w_folder], """(python, folder):
            import cpyembed
            if not cpyembed._is_started():
                cpyembed.__path__ = [folder]    # start-up does this in a translated PyPy
                cpyembed._start(python, ['test'], '')
                from cpyembed.native import start
                start.register()
        """)

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

"""Untranslated tests: memory of either side on the other."""
from pypy.module.cpyembed.test.support import Started


class AppTestMemory(Started):
    def setup_class(cls):
        Started.setup_class.im_func(cls)
        space = cls.space
        cls.w_there = space.appexec([], """():
            # Functions defined in CPython.
            def there(source):
                import cpyembed
                names = {}
                builtins = cpyembed._import_module('builtins')
                getattr(builtins, 'exec')(source, names)
                return names
            return there
        """)
        cls.w_raises_buffer_error = space.appexec([], """():
            def raises_buffer_error(function, *args):
                try:
                    function(*args)
                except BufferError:
                    return True
                return False
            return raises_buffer_error
        """)
        cls.w_let_go = space.appexec([], """():
            def let_go():
                import cpyembed, gc
                for i in range(3):
                    gc.collect()
                    cpyembed._drain()
            return let_go
        """)

    def test_pypy_memory_is_seen_and_written(self):
        import array, mmap
        there = self.there('''if 1:
            def fill(x, value):
                m = memoryview(x)
                for i in range(len(m)):
                    m[i] = value
            def describe(x):
                m = memoryview(x)
                return m.format, m.itemsize, m.shape, m.strides, m.readonly, m.nbytes
        ''')
        mapped = mmap.mmap(-1, 100)
        for x in (bytearray(10), array.array("B", [0] * 10), memoryview(bytearray(10)), mapped):
            there['fill'](x, 7)
            assert x[0] == 7 and x[9] == 7
        for code in "bBhHiIlLqQfd":
            x = array.array(code, [1, 2, 3])
            size = x.itemsize
            assert there['describe'](x) == (code, size, (3,), (size,), False, 3 * size)
        assert there['describe'](memoryview(b'abc')) == ('B', 1, (3,), (1,), True, 3)
        raises(TypeError, there['fill'], memoryview(b'abc'), 1)

    def test_parts_steps_and_casts(self):
        there = self.there('''if 1:
            def look(x):
                m = memoryview(x)
                return m.tobytes(), m.strides, m.format
            def set_first(x):
                m = memoryview(x)
                m[0] = 65
            def simple(x):
                import binascii
                return binascii.hexlify(x)
        ''')
        data = bytearray(b'abcdef')
        view = memoryview(data)
        assert there['look'](view[::2]) == (b'ace', (2,), 'B')
        assert there['look'](view[::-1]) == (b'fedcba', (-1,), 'B')
        assert there['look'](view[1:][2:4]) == (b'de', (1,), 'B')
        assert there['look'](view.cast('h')[1:]) == (b'cdef', (2,), 'h')
        there['set_first'](view[2:4])
        assert data == b'abAdef'
        assert self.raises_buffer_error(there['simple'], view[::2])
        assert there['simple'](view[:2]) == b'6162'
        assert there['look'](bytearray()) == (b'', (1,), 'B')
        released = memoryview(data)
        released.release()
        raises(ValueError, there['look'], released)

    def test_a_bytearray_cannot_be_resized_while_cpython_views_it(self):
        there = self.there('''if 1:
            kept = []
            def keep(x): kept.append(memoryview(x))
            def drop(): kept.clear()
            def seen(): return bytes(kept[-1])
        ''')
        x = bytearray(b'abcdefgh')
        del x[:2]               # the memory does not begin where it did
        there['keep'](memoryview(x)[1:])
        assert there['seen']() == b'defgh'
        refused = self.raises_buffer_error
        assert refused(x.append, 1)
        assert refused(x.extend, b'more')
        assert refused(x.insert, 0, 1)
        assert refused(x.pop)
        assert refused(x.remove, 100)
        assert refused(x.clear)
        assert refused(x.__init__, b'other')
        assert refused(x.__iadd__, b'more')
        assert refused(x.__imul__, 2)
        assert refused(x.__delitem__, 0)
        assert refused(x.__delitem__, 1)
        assert refused(x.__delitem__, slice(0, 2))
        assert refused(x.__delitem__, slice(None, None, 2))
        assert refused(x.__setitem__, slice(0, 2), b'x')
        assert refused(x.__setitem__, slice(0, 2), b'xyz')
        assert x == b'cdefgh'
        x[0:2] = b'CD'          # nor does what keeps the size move it
        x[::2] = b'xyz'
        x.extend(b'')
        x += b''
        x *= 1
        x.reverse()
        x[5] = 33
        assert x == b'hzfyD!'
        assert there['seen']() == b'zfyD!'
        there['keep'](x)
        there['drop']()
        x.append(35)
        assert x == b'hzfyD!#'

    def test_an_array_cannot_be_resized_while_cpython_views_it(self):
        import array
        there = self.there('''if 1:
            kept = []
            def keep(x): kept.append(memoryview(x))
            def drop(): kept.clear()
            def seen(): return kept[-1].tolist()
        ''')
        x = array.array('h', [1, 2, 3])
        there['keep'](x)
        refused = self.raises_buffer_error
        assert refused(x.append, 1)
        assert refused(x.extend, x)
        assert refused(x.extend, [1])
        assert refused(x.fromlist, [1])
        assert refused(x.frombytes, b'ab')
        assert refused(x.insert, 0, 1)
        assert refused(x.pop)
        assert refused(x.pop, 0)
        assert refused(x.remove, 2)
        assert refused(x.__iadd__, x)
        assert refused(x.__imul__, 2)
        assert refused(x.__imul__, 0)
        assert refused(x.__delitem__, 0)
        assert refused(x.__delitem__, slice(0, 2))
        assert refused(x.__delitem__, slice(None, None, 2))
        assert refused(x.__setitem__, slice(0, 2), array.array('h', [1]))
        assert x.tolist() == [1, 2, 3] and there['seen']() == [1, 2, 3]
        x[0:2] = array.array('h', [7, 8])
        x.extend(array.array('h'))
        x.byteswap()
        x.byteswap()
        assert there['seen']() == [7, 8, 3]
        there['drop']()
        x.append(9)
        assert x.pop() == 9

    def test_a_mmap_cannot_be_closed_while_cpython_views_it(self):
        import mmap
        there = self.there('''if 1:
            kept = []
            def keep(x): kept.append(memoryview(x))
            def drop(): kept.clear()
        ''')
        x = mmap.mmap(-1, 4096)
        there['keep'](x)
        assert self.raises_buffer_error(x.close)
        assert self.raises_buffer_error(x.resize, 8192)
        assert self.raises_buffer_error(x.__exit__)
        x[0] = 3
        there['drop']()
        x.close()
        x.close()
        raises(ValueError, there['keep'], x)

    def test_a_refused_view_does_not_count(self):
        there = self.there('''if 1:
            def fortran(x):
                import ctypes
                return ctypes.c_char.from_buffer(x)
        ''')
        x = bytearray(b'abc')
        view = memoryview(x)[::2]
        raises((TypeError, BufferError), there['fortran'], view)
        x.append(1)

    def test_cpython_memory_as_memoryview(self):
        there = self.there('''if 1:
            import array
            def make(): return array.array('d', [1, 2, 3])
            def add(x): x.append(4.0)
        ''')
        x = there['make']()
        m = memoryview(x)
        assert (m.format, m.itemsize, m.shape, m.strides) == ('d', 8, (3,), (8,))
        assert not m.readonly and m.nbytes == 24 and m.obj is x
        m[1] = 5.0
        assert x[1] == 5.0
        assert m.tolist() == [1.0, 5.0, 3.0]
        m[::2] = memoryview(m)[1:].cast('B').cast('d')
        assert m.tolist() == [5.0, 5.0, 3.0]
        assert m[::-1][:2].tolist() == [3.0, 5.0]
        assert self.raises_buffer_error(there['add'], x)
        del m
        self.let_go()
        there['add'](x)
        assert len(x) == 4
        with memoryview(x) as m:
            assert m[3] == 4.0
        there['add'](x)         # given back without a collection
        assert bytes(x) == memoryview(x).tobytes()
        assert len(bytes(x)) == 40
        self.let_go()
        assert bytes(x) == bytes(bytearray(x))
        there['add'](x)         # a copy of the bytes keeps nothing
        m = memoryview(x)
        part = m[1:]
        m.release()
        assert self.raises_buffer_error(there['add'], x)
        assert part[0] == 5.0
        del part
        self.let_go()

    def test_objects_where_pypy_wants_a_buffer(self):
        import cpyembed
        there = self.there('''if 1:
            import array, ctypes
            data = bytearray(b'abcdef')
            bytes_ = memoryview(b'xyz')
            step = memoryview(data)[::2]
            matrix = (ctypes.c_short * 3 * 2)((1, 2, 3), (4, 5, 6))
        ''')
        data = there['data']
        assert bytes(data) == b'abcdef' and bytearray(data) == b'abcdef'
        assert int.from_bytes(data, 'big') == 0x616263646566
        assert b'>' + data == b'>abcdef'
        assert bytes(there['step']) == b'ace'
        view = memoryview(there['step'])
        assert view.strides == (2,) and view.tolist() == [97, 99, 101]
        view[0:2] = b'AC'
        assert bytes(data) == b'AbCdef'
        view[1:3] = b'ce'
        assert bytes(data) == b'Abcdef'
        assert memoryview(there['bytes_']).readonly
        raises(TypeError, memoryview(there['bytes_']).__setitem__, 0, 1)
        matrix = memoryview(there['matrix'])
        assert matrix.shape == (2, 3) and matrix.strides == (6, 2)
        assert matrix.tolist() == [[1, 2, 3], [4, 5, 6]] and matrix[1, 2] == 6
        matrix[1, 2] = 7
        assert there['matrix'][1][2] == 7
        builtins = cpyembed._import_module('builtins')
        error = raises(TypeError, memoryview, cpyembed._raw_getattr(builtins, 'list')()).value
        assert "'list'" in str(error)

    def test_pypy_lets_go_when_cpython_does(self):
        import cpyembed, gc, weakref, array
        there = self.there('''if 1:
            kept = []
            def keep(x): kept.append(memoryview(x))
            def drop(): kept.clear()
            def seen(): return bytes(kept[-1])
        ''')
        self.let_go()
        before = cpyembed._exports_alive()
        x = bytearray(b'x' * 1000)
        there['keep'](x)
        there['keep'](memoryview(x))
        del x
        self.let_go()
        assert there['seen']() == b'x' * 1000
        assert cpyembed._exports_alive() == before + 2
        there['drop']()
        self.let_go()
        assert cpyembed._exports_alive() == before
        x = array.array('d', [1.0])
        watched = weakref.ref(x)
        there['keep'](x)
        del x
        there['drop']()         # a short call, and nothing is drained
        gc.collect()
        assert watched() is None

    def test_an_array_is_made_of_the_elements_of_an_object(self):
        import array
        numbers = self.there("import array; numbers = array.array('h', [1, 2])")['numbers']
        assert array.array('d', numbers).tolist() == [1.0, 2.0]
        assert array.array('h', memoryview(b'ab')).tolist() == [97, 98]
        assert array.array('b', b'ab') == array.array('b', bytearray(b'ab'))

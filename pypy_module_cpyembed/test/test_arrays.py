"""Untranslated tests of what the patches repair in micronumpy, and of arrays across.

What crosses needs a CPython with NumPy (CPYEMBED_BUILD_PYTHON).
"""
from pypy.module.cpyembed.test.support import Started


class AppTestRepairs:
    spaceconfig = dict(usemodules=['micronumpy'])

    def test_attributes_of_the_types_can_be_set(self):
        from _numpypy import multiarray as m
        nd = m.ndarray
        assert repr(nd) == "<class 'numpy.ndarray'>"
        a = m.array([1.0, 2, 3])
        nd.mean = lambda self: 7
        nd.__matmul__ = lambda self, other: 'product'
        nd.more = property(lambda self: self.sum() + 1)
        assert a.mean() == 7 and eval('a @ a') == 'product' and a.more == 7
        old = nd.__add__
        nd.__add__ = lambda self, other: 'added'
        assert a + a == 'added'
        nd.__add__ = old
        assert (a + a)[1] == 4
        scalar = type(a[0])
        assert issubclass(scalar, float) and repr(scalar) == "<class 'numpy.float64'>"
        scalar.twice = lambda self: self * 2
        assert a[1].twice() == 4
        for base in scalar.__mro__:
            if base.__name__ == 'generic':
                base.name = lambda self: 'generic'
        assert a[1].name() == 'generic'

        class Derived(nd):
            pass

        class Number(scalar):
            pass
        assert Derived((3,)).mean() == 7 and Number(2.0).twice() == 4

    def test_no_way_of_writing_forgets_the_flag(self):
        from _numpypy import multiarray as m, umath
        a = m.array([3.0, 1, 2])
        cut = a[1:]
        a.setflags(write=False)
        assert not a.flags.writeable and cut.flags.writeable

        def refused(function, *args, **keywords):
            error = raises(ValueError, function, *args, **keywords)
            assert 'read-only' in str(error.value)

        def add_one(array):
            array += 1
        for x in (a, a[::2], a[1:], a.reshape((3, 1)), a.T, a.view('int64'), a.real):
            assert not x.flags['W'] and x.__array_interface__['data'][1] is True
            for index in (slice(None), Ellipsis, 0, x > 0, [0]):
                refused(x.__setitem__, index, 1)
            if x.dtype.char == 'd':
                refused(add_one, x)
            refused(umath.add, x, x, x)
            refused(umath.add, x, x, out=x)
            refused(umath.sin, x, x)
            refused(x.fill, 1)
            refused(x.sort)
            refused(x.put, [0], [1])
            refused(x.byteswap, True)
            refused(x.clip, 0, 1, x)
            refused(x.round, 0, x)
            refused(x.flat.__setitem__, 0, 1)
            refused(setattr, x, 'flat', 1)
            refused(x.cumsum, 0, None, x)
            refused(x.itemset, *([0] * len(x.shape) + [1]))
        z = m.array([1j, 2])
        z.setflags(write=False)
        refused(setattr, z, 'real', 1)
        refused(setattr, z, 'imag', 1)
        total = m.zeros((), float)
        total.setflags(write=False)
        refused(lambda: a.sum(out=total))
        assert a.tolist() == [3, 1, 2]
        copy = a.copy()
        copy[0] = 5
        a.setflags(write=True)
        a[0] = 4
        assert a[0] == 4

    def test_arrays_on_buffers_are_as_writeable_as_those(self):
        from _numpypy import multiarray as m
        array = m.frombuffer(bytearray(16), dtype=float)
        array[0] = 2.0
        assert array[0] == 2.0
        array = m.frombuffer(b'0' * 16, dtype=float)
        raises(ValueError, array.fill, 1)
        raises(ValueError, array.setflags, write=True)

    def test_what_is_no_index_is_refused(self):
        from _numpypy import multiarray as m
        a = m.arange(6.0)
        raises(IndexError, lambda: a[1.5])
        raises(IndexError, a.__setitem__, 1.5, 0)
        raises(IndexError, lambda: a.reshape((2, 3))[0, 1.0])
        raises(IndexError, lambda: m.array(2.5)[1:])
        seen = []
        m.ndarray._getitem_by_array = lambda self, index: seen.append(index) or 'got'
        try:
            for index in (([0, 1], None), ([0, 1], Ellipsis, None), (a > 3, None)):
                assert a[index] == 'got' and seen[-1] is index
        finally:
            del m.ndarray._getitem_by_array

    def test_imag_of_a_slice_is_zeros(self):
        from _numpypy import multiarray as m
        assert m.arange(1000.0)[::7].imag.tolist() == [0.0] * 143

    def test_strides_of_the_array_interface(self):
        from _numpypy import multiarray as m
        a = m.arange(12).reshape((3, 4))
        for view in (a, a.T, a[::-1], a[:, 1], a[1], a[:, ::2]):
            strides = view.__array_interface__['strides']
            assert strides == (None if view.flags['C'] else view.strides)

    def test_what_killed_the_process(self):
        from _numpypy import multiarray as m, umath
        a = m.arange(12).reshape((3, 4))
        raises(ValueError, m.zeros((0, 3)).reshape, (0, -1))
        raises(ValueError, a.reshape, (0, -1))
        assert a.argmax(-1).tolist() == [3, 3, 3]
        assert a.argmin(-2).tolist() == [0] * 4
        raises(IndexError, a.argmax, 2)
        raises(IndexError, a.argmax, -3)
        raises(IndexError, lambda: a[[0, 1], :, :])
        raises(IndexError, lambda: a[[0, 1], 0, 0])
        b = m.arange(6)[::2]
        b.dtype = 'float64'
        assert b.dtype.char == 'd'
        b = m.arange(6)[3:4]
        assert m.array(b, 'float64').tolist() == [3]

    def test_a_flat_iterator_is_an_array_of_its_elements(self):
        from _numpypy import multiarray as m, umath
        a = m.arange(12).reshape((3, 4))
        flat = a[1:, 1:].flat
        assert m.array(flat).tolist() == [5, 6, 7, 9, 10, 11]
        assert umath.add(flat, 1).tolist() == [6, 7, 8, 10, 11, 12]
        assert umath.add(m.arange(6)[3:4].flat, 1).tolist() == [4]
        assert (flat == 6).tolist() == [False, True] + [False] * 4
        assert m.dot(flat, flat) == 25 + 36 + 49 + 81 + 100 + 121
        b = m.zeros(6)
        b[:] = flat
        assert b.tolist() == [5, 6, 7, 9, 10, 11]
        assert m.where(flat, flat, flat).tolist() == b.tolist()
        assert m.concatenate([flat, flat]).shape == (12,)
        assert m.empty_like(flat).shape == (6,)

    def test_numpypys_integers_index_like_pythons(self):
        from _numpypy import multiarray as m
        a = m.arange(12).reshape((3, 4))
        for one in (m.array([1])[0], m.dtype('int8').type(1), m.array(1)):
            assert a[one].tolist() == [4, 5, 6, 7]
            a[one][1] = 8
            assert a[1, 1] == 8
            a[one] = [4, 5, 6, 7]

    def test_indexing_by_arrays_can_be_taken_over(self):
        from _numpypy import multiarray as m
        a = m.arange(12).reshape((3, 4))
        seen = []
        m.ndarray._getitem_by_array = lambda self, index: seen.append(index) or 'got'
        m.ndarray._setitem_by_array = lambda self, index, value: seen.append((index, value))
        try:
            truth = a > 3
            for index in ([0, 1], truth, (0, [1, 2]), (truth, 0), True, m.array([True])[0], a[0],
                          (slice(None), a[0])):
                assert a[index] == 'got' and seen[-1] is index
                a[index] = 3
                assert seen[-1][0] is index and seen[-1][1] == 3
            assert a[1, 1] == 5 and a[1:, 1].tolist() == [5, 9]
        finally:
            del m.ndarray._getitem_by_array, m.ndarray._setitem_by_array
        assert a[[0, 1]].shape == (2, 4)


class AppTestArraysAcross(Started):

    def setup_method(self, method):
        import pytest
        Started.setup_method.im_func(self, method)
        self.w_np = self.space.appexec([], """():
            import cpyembed
            try:
                return cpyembed._import_module('numpy')
            except ImportError:
                return None
        """)
        if self.space.is_none(self.w_np):
            pytest.skip("the CPython has no NumPy")

    def test_there_and_back_is_the_same_ndarray(self):
        import cpyembed
        np = self.np
        for original in (np.arange(6.0), np.arange(12).reshape(3, 4).T, np.arange(5)[::-2],
                         np.zeros(()), np.zeros((0, 3)), np.arange(3).astype('>i4'),
                         np.ones(3, 'F')):
            array = cpyembed._asarray(original)
            assert array.shape == original.shape and array.strides == original.strides
            back = cpyembed.Object(array)
            assert back is original
            if array.shape and array.size:
                assert cpyembed.Object(array[1:]) is not original
                assert np.shares_memory(cpyembed.Object(array[1:]), original) is True
            if array.itemsize == 8:
                assert cpyembed.Object(array.view('u8')) is not original
            refs = cpyembed._refcount(original)
            cpyembed._release(cpyembed.Object(array[()] if array.shape else array.reshape(1)))
            assert cpyembed._refcount(original) == refs

    def test_a_read_only_ndarray(self):
        import cpyembed
        original = self.np.arange(4)
        original.setflags(write=False)
        array = cpyembed._asarray(original)
        raises(ValueError, array[1:].fill, 1)
        assert cpyembed.Object(array) is original
        original = self.np.arange(4)
        array = cpyembed._asarray(original)
        array.setflags(write=False)
        there = cpyembed.Object(array)
        assert there is not original and there.flags.writeable is False

    def test_the_owner_outlives_its_reference(self):
        import cpyembed
        original = self.np.arange(4.0)
        array = cpyembed._asarray(original)
        refs = cpyembed._refcount(original)
        assert refs == 2
        cpyembed._release(original)
        assert array.tolist() == [0.0, 1.0, 2.0, 3.0]
        assert type(array.base).__name__ == 'lender'

    def test_what_numpypy_has_not_is_refused_by_name(self):
        import cpyembed
        np = self.np
        for dtype in ('longdouble', 'clongdouble', 'M8[s]', 'U3', 'S2', 'O', 'i4,f8'):
            original = np.zeros(3, dtype)
            error = raises(TypeError, cpyembed._asarray, original)
            assert str(original.dtype) in str(error.value)
        error = raises(TypeError, cpyembed._asarray, np.zeros((1,) * 33))
        assert '33' in str(error.value)
        from _numpypy import multiarray as m
        for array in (m.array([1], 'g'), m.array(['a']), m.array([b'a'])):
            error = raises(TypeError, cpyembed.Object, array)
            assert 'CPython' in str(error.value)

    def test_ndarrays_arrive_as_arrays_if_asked(self):
        import cpyembed
        np = self.np
        assert type(np.zeros(2)) is not type(cpyembed._asarray(np.zeros(2)))
        assert cpyembed._arrays_arrive(True) is False
        try:
            array = np.arange(3.0)
            assert type(array).__name__ == 'ndarray' and array.tolist() == [0, 1, 2]
            there = cpyembed.Object(array)
            assert isinstance(there, cpyembed.Object)
            assert cpyembed.Object(array) is there
            assert np.multiply(array, 2).tolist() == [0, 2, 4]
            for dtype in ('longdouble', 'U3', 'M8[s]'):
                assert isinstance(np.zeros(2, dtype), cpyembed.Object)
            assert isinstance(np.zeros((1,) * 33), cpyembed.Object)
            assert [type(x).__name__ for x in np.divmod(array, 2)] == ['ndarray'] * 2
        finally:
            assert cpyembed._arrays_arrive(False) is True

    def test_a_flat_iterator_crosses_as_an_iterator(self):
        import cpyembed
        from _numpypy import multiarray as m
        a = m.arange(6.0).reshape((2, 3))
        assert cpyembed.Object(a[:, 1:].flat).__len__() == 4

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

    def test_arrays_of_what_micronumpy_has_not_arrive_if_asked(self):
        import cpyembed
        from _numpypy import multiarray as m
        np = self.np
        m.ndarray._dtype_of_flexible = lambda self: cpyembed.Object(self).dtype
        m.ndarray._getitem_by_array = lambda self, i: cpyembed.Object(self)[i]
        m.ndarray._setitem_by_array = lambda self, i, x: cpyembed.Object(self).__setitem__(i, x)
        assert cpyembed._arrays_arrive(True, False, True) is False
        try:
            for dtype, value in (('longdouble', 2), ('U3', 'x'), ('S2', b'ab'), ('O', 'y'),
                                 ('>U3', 'z'), ('M8[s]', None)):
                array = np.zeros(3, dtype)
                assert type(array) is m.ndarray and array.shape == (3,)
                there = cpyembed.Object(array)
                assert isinstance(there, cpyembed.Object)
                assert cpyembed.Object(array) is there
                assert array.dtype == np.dtype(dtype)
                assert array.itemsize == there.itemsize
                if value is not None:
                    array[1] = value
                    assert there[1] == value and array[1] == value
                part = array.T
                assert type(array[1:]) is m.ndarray and part.shape == (3,)
                assert cpyembed.Object(part).dtype == np.dtype(dtype)
                turned = np.zeros((2, 3), dtype).T
                assert cpyembed.Object(turned).shape == (3, 2)
                assert cpyembed.Object(turned.T).dtype == np.dtype(dtype)
                assert cpyembed.Object(turned.T).ctypes.data == cpyembed.Object(turned).ctypes.data
            records = np.zeros(3, 'i4,f8')
            assert type(records) is m.ndarray and records.itemsize == 12
            numbers = records['f1']
            numbers[2] = 1.5
            assert records.tolist is not None and numbers.dtype.char == 'd'
            assert cpyembed.Object(records).tolist()[2] == (0, 1.5)
            target = m.zeros(3)
            raises(ValueError, target.__setitem__, slice(None), np.full(3, 'x'))
            target[:] = np.full(3, '2.5')
            assert target.tolist() == [2.5] * 3
            del m.ndarray._setitem_by_array
            raises(TypeError, target.__setitem__, slice(None), np.full(3, '2.5'))
            assert isinstance(np.zeros(2, 'S0'), (m.ndarray, cpyembed.Object))
        finally:
            assert cpyembed._arrays_arrive(False) is True
            for name in ('_dtype_of_flexible', '_getitem_by_array', '_setitem_by_array'):
                if name in vars(m.ndarray):
                    delattr(m.ndarray, name)

    def test_scalars_arrive_as_numpypys_if_asked(self):
        import cpyembed
        from _numpypy import multiarray as m
        np = self.np
        before = np.float64(1.5), np.int64(3)
        assert cpyembed._arrays_arrive(True, True) is False
        try:
            for name in ('bool', 'int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64',
                         'uint64', 'float16', 'float32', 'float64', 'complex64', 'complex128'):
                scalar = getattr(np, name)(1)
                assert type(scalar) is m.dtype(name).type
                assert scalar == 1
                assert isinstance(cpyembed.Object(scalar), cpyembed.Object) or name == 'float64'
            assert isinstance(np.float64(2.5), float) and np.float64(2.5) == 2.5
            assert np.complex128(1 + 2j) == 1 + 2j and np.complex64(1 - 2j).imag == -2
            assert np.int64(-2**63).item() == -2**63 and np.uint64(2**64 - 1).item() == 2**64 - 1
            assert np.float16(0.5).item() == 0.5 and np.longlong(7).dtype.char == 'l'
            assert isinstance(np.longdouble(1), cpyembed.Object)
            assert isinstance(np.datetime64('2011-12-01'), cpyembed.Object)
        finally:
            assert cpyembed._arrays_arrive(False) is True
        assert not isinstance(np.int64(3), m.dtype('int64').type)

    def test_the_sum_of_a_long_and_an_int_is_a_long(self):
        from _numpypy import multiarray as m, umath
        one = m.dtype('int64').type(1)
        for value in (one + 1, 1 + one, one - 2, umath.add(one, 1), umath.multiply(3, one)):
            assert type(value) is type(one) and value.dtype is one.dtype
        assert m.array([1, 2]).dtype is one.dtype
        assert (m.array([1, 2]) + 1).dtype is one.dtype
        assert m.array([2**63]).dtype is m.dtype('uint64')

    def test_a_flat_iterator_crosses_as_an_iterator(self):
        import cpyembed
        from _numpypy import multiarray as m
        a = m.arange(6.0).reshape((2, 3))
        assert cpyembed.Object(a[:, 1:].flat).__len__() == 4

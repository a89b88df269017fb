"""Untranslated tests of how micronumpy sets items: what NumPy does otherwise, another does."""


class AppTestSetItem:
    spaceconfig = dict(usemodules=['micronumpy', 'struct', 'binascii'])

    def w_ones(self, shape, dtype=float):
        from _numpypy import multiarray as np
        made = np.zeros(shape, dtype)
        made.fill(1)
        return made

    def w_hooked(self):
        from _numpypy.multiarray import ndarray
        calls = []

        class A(ndarray):
            def _setitem_by_array(self, index, value):
                calls.append((index, value))

            def _getitem_by_array(self, index):
                calls.append(index)
        return A, calls

    def test_numbers(self):
        from _numpypy import multiarray as np
        A, calls = self.hooked()
        scalar = dict((name, np.dtype(name).type) for name in (
            'int64', 'float64', 'float32', 'complex64'))
        int64, float64 = scalar['int64'], scalar['float64']
        for dtype, good, bad in [
                ('i1', [1, -128, 127, True, 1.5, int64(3), int64(300)],
                 [128, -129, 2**40, 2**70, 1e9, float('nan'), 1j, 'x', None, [1], float64(1)]),
                ('u8', [0, 2**62, 3.7], [-1, 2**63, -1.5]),
                ('u2', [0, 65535], [65536, -1]),
                ('i8', [-2**63, 2**63 - 1], [2**63, 1e300]),
                ('f8', [1, 1.5, scalar['float32'](2), int64(3), True],
                 [1j, 2**70, 'x', None, (1,)]),
                ('f4', [1, 1e300, float64(1)], [int64(1)]),
                ('?', [5, 0.5, False], ['x', None]),
                ('c16', [1, 1j, 1.5, scalar['complex64'](1)], ['x'])]:
            for index in (0, slice(0, 2), Ellipsis):
                a = np.zeros(3, dtype).view(A)
                for value in good:
                    a[index] = value
                    assert not calls, (dtype, value, calls)
                for value in bad:
                    a[index] = value
                    found, given = calls.pop()
                    assert found == index and given is value and not calls

    def test_arrays(self):
        from _numpypy import multiarray as np
        A, calls = self.hooked()
        a = np.zeros((2, 3)).view(A)
        for index, value in [
                (Ellipsis, self.ones(3)), (0, self.ones(3)), (slice(None), self.ones((1, 3))),
                ((slice(None), 0), self.ones(2)), (None, self.ones(3)),
                (Ellipsis, self.ones(()))]:
            a[index] = value
            assert not calls, index
        assert (a == 1).all()
        for index, value in [
                (Ellipsis, self.ones(2)), ((0, 0), self.ones(1)), (0, self.ones((1, 3))),
                (0, self.ones(3, int)), ([0], self.ones(3)), ((0, slice(0, 2)), self.ones(3))]:
            a[index] = value
            assert len(calls) == 1, (index, value)
            del calls[:]

    def test_index(self):
        from _numpypy import multiarray as np
        A, calls = self.hooked()
        a = np.zeros((2, 3)).view(A)
        assert a[None, None].shape == (1, 1, 2, 3)
        assert a[0, None].shape == (1, 3)
        for index in (1.5, (0, 1.5), (slice(None), 1.5), (slice(None), np.dtype('f8').type(1))):
            raises(IndexError, "a[index]")
            raises(IndexError, "a[index] = 1")
        raises(IndexError, "a[..., ...]")
        for index in ((True, 0), (0, False), np.array(True), (slice(None), True)):
            a[index]
            a[index] = 1
            assert len(calls) == 2, index
            del calls[:]

    def test_an_array_as_an_index(self):
        from _numpypy import multiarray as np
        A, calls = self.hooked()
        one = np.dtype('bool').type(1)
        for shape in (1, 3, (2, 3)):
            a = np.zeros(shape).view(A)
            for index in (np.array(0), np.array(0.5), np.array(True)):
                a[index]
                assert calls.pop() is index and not calls
            for index in (True, one, np.array(0), np.array(True), np.dtype('f8').type(0)):
                a[index] = self.ones(shape)
                found, given = calls.pop()
                assert found is index and not calls
            assert not a.any()

    def test_another_sets_the_shape_and_the_dtype(self):
        from _numpypy import multiarray as np
        calls = []

        class A(np.ndarray):
            def _set_shape(self, shape):
                calls.append(shape)

            def _set_dtype(self, dtype):
                calls.append(dtype)
        a = np.zeros(6).view(A)
        a.shape = 2, 3
        a.dtype = 'nonsense'
        assert calls == [(2, 3), 'nonsense']
        assert a.shape == (6,) and a.dtype == np.dtype('f8')

    def test_see_as(self):
        from _numpypy import multiarray as np
        a = np.arange(6.0)
        a._see_as(a.reshape(2, 3).T)
        assert a.shape == (3, 2) and a.strides == (8, 24) and a.tolist()[1] == [1, 4]
        assert a.base is None and a.flags.owndata and a.flags.writeable
        part = a[::-1]
        part._see_as(part[:, 0][::-1])
        assert part.base is a and part.tolist() == [0, 1, 2]
        assert not part.flags.owndata
        part[0] = 7
        assert a[0, 0] == 7
        part._see_as(part.view('i8'))
        assert part.dtype == np.dtype('i8')
        part._see_as(part[:0])
        assert part.shape == (0,)
        raises(ValueError, part._see_as, np.zeros(3))
        raises(ValueError, part._see_as, a)
        raises(TypeError, part._see_as, 3)
        raises(TypeError, part._see_as, a.flat)
        a.setflags(False)
        a._see_as(a.T.reshape(6))
        raises(ValueError, "a[0] = 1")

    def test_take_over(self):
        from _numpypy import multiarray as np
        a = np.arange(3.0)
        before = a[:]
        a._take_over(np.arange(5))
        a[0] = 9
        assert a.tolist() == [9, 1, 2, 3, 4] and before.tolist() == [0, 1, 2]
        raises(TypeError, a._take_over, before.flat)

    def test_what_a_dtype_has_can_be_set(self):
        from _numpypy import multiarray as np
        cls = type(np.dtype('f8'))
        assert cls.__name__ == 'dtype' and cls.__module__ == 'numpy'
        before = cls.__eq__
        cls.__eq__ = lambda self, other: NotImplemented
        try:
            assert not np.dtype('f8') == 3
        finally:
            cls.__eq__ = before
        assert np.dtype('f8') == 'float64'
        raises(TypeError, "class D(cls): pass")

    def test_overlap(self):
        from _numpypy import multiarray as np
        a = np.arange(5.0)
        a[1:] = a[:-1]
        assert a.tolist() == [0, 0, 1, 2, 3]
        a[:] = a[::-1]
        assert a.tolist() == [3, 2, 1, 0, 0]
        raises(ValueError, "a[0:1] = a")

    def test_memoryview(self):
        from _numpypy import multiarray as np
        a = np.arange(3.0)
        m = memoryview(a)
        assert not m.readonly
        m[0] = 5.0
        assert a[0] == 5.0
        assert memoryview(np.zeros(2, 'c8')).format == 'Zf'
        assert memoryview(np.zeros(2, 'c16')).format == 'Zd'
        assert memoryview(np.zeros(2, '>f8')).format == '>d'
        assert np.dtype('c16').alignment == 8

    def test_bytes_of_a_stride_of_zero(self):
        from _numpypy import multiarray as np
        a = np.arange(4).astype('i1')
        for view in (a[:, None], a[None], a[::-1, None, None]):
            assert bytes(memoryview(view)) == memoryview(view).tobytes() == view.tobytes()
        assert bytes(memoryview(a[:, None])) == b'\0\1\2\3'
        assert bytes(memoryview(a[:0, None])) == b''

    def test_bytes_have_no_order(self):
        from _numpypy import multiarray as np
        for name in ('i1', 'u1', '?', 'f8', '<i4'):
            assert np.dtype(name).isnative
        assert not np.dtype('>i4').isnative
        assert np.zeros(2, 'i1').tolist() == [0, 0] and not np.zeros(1, '?')[0]

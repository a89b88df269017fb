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

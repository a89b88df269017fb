"""Untranslated tests: NumPy's inner loops on numpypy's arrays.

They need a CPython with NumPy (CPYEMBED_BUILD_PYTHON).
"""
from pypy.module.cpyembed.test.support import Started


class AppTestLoops(Started):

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

    def test_elements(self):
        import cpyembed
        from _numpypy import multiarray as m
        add = cpyembed._loops(self.np.add, [7, 11, 12])
        for code in ('d', 'f', 'l', 'q'):
            a = m.array([1, 2, 3], code)
            found = add(a, a)
            assert found.tolist() == [2, 4, 6] and found.itemsize == a.itemsize
            assert add(a, 3).tolist() == [4, 5, 6] and add(3, a).tolist() == [4, 5, 6]
        a = m.array([[1.5, 2.5], [3.5, 4.5]])
        assert add(a, a).tolist() == [[3.0, 5.0], [7.0, 9.0]]
        assert add(a, 0.25)[1, 1] == 4.75 and add(0.25, a)[0, 0] == 1.75
        assert add(a, a[0, 0])[0, 1] == 4.0
        assert add(a[1], a[0]).tolist() == [5.0, 7.0]
        less = cpyembed._loops(self.np.less, [12])
        found = less(a, 2.0)
        assert found.dtype.char == '?' and found.tolist() == [[True, False], [False, False]]
        sqrt = cpyembed._loops(self.np.sqrt, [11, 12])
        assert sqrt(a)[1, 0] == 3.5 ** 0.5
        assert sqrt(m.array([4, 9], 'f')).tolist() == [2, 3]

    def test_what_is_not_done_here(self):
        import cpyembed
        from _numpypy import multiarray as m
        add = cpyembed._loops(self.np.add, [11, 12])
        a = m.array([1.5, 2.5, 3.5, 4.5])
        assert add(a, a) is not None
        class Sub(m.ndarray):
            pass
        class Float(float):
            pass
        for b in (a[:3], a[::-1], m.array([1, 2, 3, 4]), m.array([1, 2, 3, 4], 'f'), None, True,
                  1 << 60, 1 << 200, 1j, 'x', [1.0, 2.0, 3.0, 4.0], Float(2.0), add,
                  a.view(Sub), a.astype('>f8'), m.array(1.0)):
            assert add(a, b) is None and add(b, a) is None
        assert add(a) is None and add(1.0, 2.0) is None
        assert add(m.array([1, 2]), 1) is None
        assert add(m.array([1, 2], 'f'), 1e300) is None
        assert add(m.array([1, 2], 'f'), a[0]) is None
        sqrt = cpyembed._loops(self.np.sqrt, [12])
        assert sqrt(a, a) is None
        raises(TypeError, add)
        raises(TypeError, cpyembed._loops, self.np.frexp, [12])
        raises(TypeError, cpyembed._loops, self.np.zeros, [12])
        raises(TypeError, cpyembed._loops, 3, [12])

    def test_what_is_to_be_warned_of(self):
        import cpyembed
        from _numpypy import multiarray as m
        divide = cpyembed._loops(self.np.divide, [12])
        a = m.array([1.0, 2.0])
        assert divide(a, 0.0) is None
        assert divide(a, 2.0).tolist() == [0.5, 1.0]
        assert cpyembed._loops(self.np.sqrt, [12])(m.array([-1.0])) is None
        assert cpyembed._loops(self.np.exp, [12])(m.array([1000.0])) is None
        nan = m.array([float('nan')])
        assert cpyembed._loops(self.np.less, [12])(nan, 1.0).tolist() == [False]

    def test_out(self):
        import cpyembed
        from _numpypy import multiarray as m
        add = cpyembed._loops(self.np.add, [12])
        a, out = m.array([1.0, 2.0, 3.0]), m.zeros(3)
        assert add(a, a, out) is out and out.tolist() == [2, 4, 6]
        assert add(a, 1.0, a) is a and a.tolist() == [2, 3, 4]
        long = m.zeros(8)
        assert add(long[0:3], 1.0, long[1:4]) is not None
        assert long.tolist()[:5] == [0, 1, 1, 1, 0]
        long.fill(0)
        assert add(long[0:3], 1.0, long[3:6]) is not None and long.tolist()[3:6] == [1, 1, 1]
        assert add(a, a, m.zeros(3, 'f')) is None and add(a, a, m.zeros(4)) is None
        assert add(a, a, long[:6:2]) is None and add(a, a, 3) is None
        out.setflags(write=False)
        assert add(a, a, out) is None
        assert out.tolist() == [2, 4, 6]

    def test_operands_stay_as_they_were_where_numpy_is_to_be_asked(self):
        import cpyembed
        from _numpypy import multiarray as m
        divide = cpyembed._loops(self.np.divide, [12])
        a = m.array([1.0, 4.0])
        assert divide(a, m.array([0.0, 2.0]), a) is None and a.tolist() == [1.0, 4.0]
        assert divide(a, m.array([2.0, 2.0]), a) is a and a.tolist() == [0.5, 2.0]
        large = m.zeros(10000)
        assert divide(large, 2.0, large) is None
        assert divide(large, 2.0, m.zeros(10000)) is not None

    def test_one_number(self):
        import cpyembed
        from _numpypy import multiarray as m
        add = cpyembed._loops(self.np.add, [7, 11, 12])
        total = add.reduce(m.array([[1.5, 2.5], [3.0, 4.0]]), 0)
        assert total == 11.0 and type(total).__name__ == 'float64'
        total = add.reduce(m.array([1, 2, 3]), 0)
        assert total == 6 and type(total).__name__ == 'int64'
        assert add.reduce(m.array([1, 2], 'f'), 0) is None
        assert add.reduce(m.zeros(0), 0) is None
        assert add.reduce(m.zeros(8)[::2], 0) is None and add.reduce(3.0, 0) is None
        multiply = cpyembed._loops(self.np.multiply, [7, 12])
        assert multiply.reduce(m.array([2.0, 3.0]), 1) == 6.0
        assert multiply.reduce(m.array([2, 3]), 1) == 6
        maximum = cpyembed._loops(self.np.maximum, [7, 12])
        assert maximum.reduce(m.array([2.0, 5.0, 3.0]), 2) == 5.0
        assert maximum.reduce(m.array([-2]), 2) == -2
        infinity = float('inf')
        assert add.reduce(m.array([infinity, -infinity]), 0) is None
        assert cpyembed._loops(self.np.sqrt, [12]).reduce(m.array([1.0]), 0) is None

    def test_two_vectors(self):
        import cpyembed
        from _numpypy import multiarray as m
        if not hasattr(self.np, 'vecdot'):
            skip("this NumPy has no vecdot")
        dot = cpyembed._loops(self.np.vecdot, [7, 12])
        a = m.array([1.0, 2.0, 3.0])
        assert dot.pair(a, a) == 14.0 and type(dot.pair(a, a)).__name__ == 'float64'
        assert dot.pair(m.array([1, 2]), m.array([3, 4])) == 11
        for other in (a[:2], m.array([1, 2, 3]), 3.0, m.zeros(6)[::2]):
            assert dot.pair(a, other) is None
        assert dot.pair(m.zeros((2, 2)), m.zeros((2, 2))) is None

    def test_loops_of_another_form_are_refused(self):
        import cpyembed
        from _numpypy import multiarray as m
        a = m.array([1.0, 2.0, 3.0])
        add = cpyembed._loops(self.np.add, [12])
        raises(TypeError, add.pair, a, a)
        raises(TypeError, cpyembed._loops, self.np.matmul, [12])
        builtins = cpyembed._import_module('builtins')
        named = cpyembed._raw_getattr(builtins, 'type')('numpy.ufunc', (), {})()
        raises(TypeError, cpyembed._loops, named, [12])
        if hasattr(self.np, 'vecdot'):
            dot = cpyembed._loops(self.np.vecdot, [12])
            raises(TypeError, dot, a, a)
            raises(TypeError, dot, a, a, a)
            raises(TypeError, dot.reduce, a, 0)

    def test_the_ufunc_may_be_released(self):
        import cpyembed
        from _numpypy import multiarray as m
        np = cpyembed._import_module('numpy')
        ufunc = np.add
        add = cpyembed._loops(ufunc, [12])
        cpyembed._release(ufunc)
        assert add(m.array([1.0]), 2.0)[0] == 3.0

"""numpypy has every public name of CPython's NumPy, and what it gives are numpypy's arrays."""

import importlib
import types

import pytest

import cpyembed
import numpypy

SUBMODULES = ["char", "ctypeslib", "dtypes", "emath", "exceptions", "fft", "lib", "linalg", "ma",
              "polynomial", "random", "rec", "strings", "testing", "typing"]


def public(module):
    """The public names of a module of CPython's (list of str)."""
    names = getattr(module, "__all__", None)
    return [str(name) for name in names or dir(module) if not str(name).startswith("_")]


def test_all_is_numpys(np):
    assert sorted(numpypy.__all__) == sorted(str(name) for name in np.__all__)
    assert set(dir(numpypy)) >= set(numpypy.__all__)
    assert not [name for name in numpypy.__all__ if not hasattr(numpypy, name)]


@pytest.mark.parametrize("name", SUBMODULES)
def test_submodules_have_every_name(np, name):
    module = importlib.import_module("numpypy." + name)
    assert isinstance(module, types.ModuleType)
    assert module is getattr(numpypy, name)
    names = public(getattr(np, name))
    assert names and not [each for each in names if not hasattr(module, each)]


def test_star_import():
    namespace = {}
    exec("from numpypy import *", namespace)
    assert set(numpypy.__all__) <= set(namespace)
    exec("from numpypy.linalg import *\nfrom numpypy.fft import fft, fftfreq", namespace)
    assert namespace["inv"] is numpypy.linalg.inv and callable(namespace["fft"])


def test_a_name_that_numpy_has_not():
    with pytest.raises(AttributeError, match="no_such_name"):
        numpypy.no_such_name  # noqa: B018
    with pytest.raises(AttributeError, match="numpypy.linalg"):
        numpypy.linalg.no_such_name  # noqa: B018
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("numpypy.no_such_module")


def test_classes_are_classes(np):
    array = numpypy.arange(3.0)
    assert type(array) is numpypy.ndarray and isinstance(array.dtype, numpypy.dtype)
    assert isinstance(array[0], numpypy.floating) and isinstance(array[0], float)
    assert isinstance(numpypy.sin, numpypy.ufunc) and isinstance(numpypy.add, numpypy.ufunc)
    assert issubclass(numpypy.int8, numpypy.integer)
    for name in ("float64", "int16", "bool", "generic", "ndarray", "dtype", "floating"):
        assert cpyembed.eval("lambda a, b: a is b")(getattr(numpypy, name), getattr(np, name))


def test_constants(np):
    assert numpypy.newaxis is None and numpypy.nan != numpypy.nan
    assert (numpypy.pi, numpypy.e, numpypy.inf, numpypy.euler_gamma) == (
        np.pi, np.e, np.inf, np.euler_gamma)
    assert numpypy.True_ == True and numpypy.__version__ == np.__version__  # noqa: E712


@pytest.mark.parametrize("make", [
    lambda: numpypy.linspace(0, 1, 5), lambda: numpypy.arange(3), lambda: numpypy.eye(2),
    lambda: numpypy.zeros((2, 3), "f4"), lambda: numpypy.ones_like(numpypy.arange(3)),
    lambda: numpypy.full(3, 2.5), lambda: numpypy.array([[1, 2], [3, 4]]),
    lambda: numpypy.fft.fft(numpypy.arange(8.0)), lambda: numpypy.linalg.inv(numpypy.eye(2)),
    lambda: numpypy.sort(numpypy.array([3, 1, 2])), lambda: numpypy.random.rand(3),
    lambda: numpypy.stack([numpypy.arange(2.0), numpypy.ones(2)]),
    lambda: numpypy.concatenate((numpypy.arange(2), [5, 6])), lambda: numpypy.sin([0.0, 1.0]),
    lambda: numpypy.add.outer([1, 2], [3, 4]), lambda: numpypy.meshgrid([1, 2], [3, 4])[0],
    lambda: numpypy.split(numpypy.arange(4), 2)[1], lambda: numpypy.linalg.eigh(numpypy.eye(2))[1],
    lambda: numpypy.nonzero(numpypy.array([0, 1]))[0], lambda: numpypy.asarray(range(3)),
    lambda: numpypy.random.default_rng(1).normal(size=3), lambda: numpypy.where([True], 1, 2),
    lambda: numpypy.polynomial.polynomial.polyfit([0, 1, 2], [1, 3, 5], 1)])
def test_results_are_numpypys_arrays(make):
    assert type(make()) is numpypy.ndarray


def test_scalar_results_are_numpypys_scalars():
    assert type(numpypy.sum(numpypy.arange(3))) is numpypy.int64
    assert type(numpypy.mean([1.0, 2.0])) is numpypy.float64
    assert type(numpypy.dot([1j], [1j])) is numpypy.complex128
    assert type(numpypy.all([True])) is numpypy.bool
    assert type(numpypy.float32(1.5) + numpypy.float32(1.5)) is numpypy.float32


def test_the_argument_out_is_the_result():
    a, out = numpypy.arange(100.0), numpypy.zeros(100)
    for result in (numpypy.add(a, a, out=out), numpypy.add(a, a, out), numpypy.sin(a, out=(out,)),
                   numpypy.cumsum(a, out=out), a.cumsum(out=out), a.clip(1, 5, out=out)):
        assert result is out
    total = numpypy.zeros(())
    assert numpypy.sum(a, out=total) is total and total[()] == 4950.0
    assert out[99] == 5.0
    kept = numpypy.arange(4.0)
    numpypy.multiply(kept, 10, out=kept, where=[True, False, True, False])
    assert kept.tolist() == [0.0, 1.0, 20.0, 3.0]
    first, second = numpypy.zeros(2), numpypy.zeros(2)
    parts = numpypy.modf([1.5, 2.25], out=(first, second))
    assert parts[0] is first and second.tolist() == [1.0, 2.0]


def test_arguments_at_any_depth_are_views(define):
    write = define("""
        def write(nested):
            nested["a"][0][1][0] = 7.0
            return nested["a"][0][1]
    """)["write"]
    array = numpypy.zeros(3)
    result = write({"a": [(1, array)]})
    assert array[0] == 7.0
    assert numpypy.shares_memory(result, array) == True  # noqa: E712


@pytest.mark.parametrize("dtype", ["M8[s]", "m8[ns]", "U3", "S2", "longdouble", "object",
                                   [("a", "i4"), ("b", "f8")]])
def test_arrays_of_dtypes_that_micronumpy_has_not_are_numpypys_too(np, dtype):
    array = numpypy.zeros(3, dtype)
    assert type(array) is numpypy.ndarray and array.dtype == np.dtype(dtype)
    assert numpypy.asarray(array) is array
    assert isinstance(numpypy.dtype(dtype), numpypy.dtype)
    assert numpypy.array(array).shape == (3,)


def test_they_mix_with_numpypys_arrays():
    days = numpypy.array(["2011-12-01", "2011-12-02"], dtype="M8[D]")
    later = days + numpypy.array([1, 2])
    assert [str(day) for day in later] == ["2011-12-02", "2011-12-04"]
    assert (later - days).astype(int).tolist() == [1, 2]
    assert type((later - days).astype(int)) is numpypy.ndarray
    names = numpypy.array(["b", "a"])
    assert names[numpypy.array([1, 0])].tolist() == ["a", "b"]
    wide = numpypy.ones(2, "longdouble") * numpypy.arange(2.0)
    assert str(wide.dtype) == "float128"


def test_functions_cross_as_numpys_own(np):
    assert cpyembed.eval("lambda f, g: f is g")(numpypy.sin, np.sin)
    assert cpyembed.eval("lambda f, g: f is g")(numpypy.linalg.inv, np.linalg.inv)
    assert np.apply_along_axis(numpypy.sum, 0, numpypy.ones((2, 3))).tolist() == [2.0, 2.0, 2.0]


def test_importing_numpypy_does_not_start_cpython(succeeds):
    succeeds("""
        import cpyembed, numpypy
        a = numpypy.array([1.0, 2.0]) * 2.0 + numpypy.ones(2)
        assert a[1] == 5.0 and a.shape == (2,) and not cpyembed._is_started()
        assert numpypy.sum(a) == 8.0 and cpyembed._is_started()
    """)


def test_install_makes_numpy_mean_numpypy(succeeds):
    succeeds("""
        import cpyembed
        cpyembed.install("numpy")
        import numpy as np
        import numpy.fft
        from numpy.linalg import inv
        import numpypy
        assert np is numpypy and numpy.fft is numpypy.fft and inv is numpypy.linalg.inv
        assert type(np.arange(3)) is numpypy.ndarray
        import numpy._core
        assert isinstance(numpy._core.multiarray, cpyembed.Object)
    """)


def test_callbacks_are_given_numpypys_arrays(np):
    seen = []

    def function(row):
        seen.append(type(row))
        row[0] = 9.0
        return row.sum()
    table = numpypy.ones((2, 3))
    assert numpypy.apply_along_axis(function, 1, table).tolist() == [11.0, 11.0]
    assert set(seen) == {numpypy.ndarray}


def test_an_array_goes_back_as_the_ndarray_that_it_was(define):
    names = define("""
        import numpy
        kept = numpy.arange(3.0)
        def give():
            return kept
        def same(array):
            return array is kept
    """)
    array = names["give"]()
    assert type(array) is numpypy.ndarray and names["same"](array)
    assert names["same"](numpypy.asarray(array)) and not names["same"](array[1:])

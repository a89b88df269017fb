"""numpypy and NumPy agree on programs that hypothesis draws.

A few hundred here; `python3 -m tools.numpypy_cases` runs a hundred thousand, and more.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpypy_compared import Comparison
from numpypy_programs import FAMILIES, hn, setups

import numpypy


@pytest.fixture(scope="module")
def comparison(np):
    """Both sides."""
    return Comparison()


quietly = settings(max_examples=60, derandomize=True, database=None, deadline=None,
                   suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("family", FAMILIES)
@quietly
@given(data=st.data())
def test_programs(comparison, family, data):
    setup, ndim = data.draw(setups())
    program = data.draw(FAMILIES[family](ndim))
    found = comparison.difference(setup, program)
    assert found is None or found[2], "%s\n%s\n" % (setup, program)


@quietly
@given(hn.arrays(hn.integer_dtypes() | hn.floating_dtypes(sizes=(16, 32, 64)),
                 hn.array_shapes(min_side=0, max_dims=3)))
def test_hypothesis_makes_numpypys_arrays(array):
    assert type(array) is numpypy.ndarray
    assert numpypy.array_equal(numpypy.array(array.tolist(), array.dtype).reshape(array.shape),
                               array, equal_nan=array.dtype.kind == "f")

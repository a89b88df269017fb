"""Section 4: arbitrary values across and back (hypothesis)."""

import pytest

import cpyembed

hypothesis = pytest.importorskip("hypothesis")
from hypothesis import HealthCheck, given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.complex_numbers(
        allow_nan=False), st.text(st.characters(), max_size=20), st.binary(max_size=20),
    st.dates(), st.datetimes(), st.timedeltas(), st.uuids(), st.decimals(allow_nan=False),
    st.fractions())
keys = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5),
                 st.binary(max_size=5), st.tuples(st.integers(), st.text(max_size=3)))
values = st.recursive(
    scalars, lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.tuples(inner, inner),
        st.dictionaries(keys, inner, max_size=4), st.sets(keys, max_size=4),
        st.frozensets(keys, max_size=4)), max_leaves=12)
few = settings(max_examples=150, deadline=None,
               suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@given(values)
@few
def test_across_and_back(x):
    y = cpyembed.to_python(cpyembed.eval("lambda x: x")(x))
    assert same(x, y)


def same(x, y):
    """Equal, with equal types all the way down."""
    if type(x) is not type(y):
        return False
    if isinstance(x, (list, tuple)):
        return len(x) == len(y) and all(map(same, x, y))
    if isinstance(x, dict):
        return list(x) == list(y) and all(same(x[k], y[k]) for k in x)
    return x == y and (not isinstance(x, float) or str(x) == str(y))


@given(st.text(st.characters(blacklist_categories=[]), max_size=40))
@few
def test_every_code_point(s):
    assert cpyembed.eval("lambda x: x")(s) == s
    assert cpyembed.eval("len")(s) == len(s)


@given(st.integers(), st.integers())
@few
def test_integer_arithmetic_agrees(a, b):
    assert cpyembed.eval("lambda a, b: (a + b, a * b, a - b)")(a, b) == (a + b, a * b, a - b)


@given(values)
@few
def test_repr_agrees_where_it_is_defined(x):
    if not isinstance(x, (set, frozenset, dict, list, tuple)):
        assert cpyembed.eval("repr")(x) == repr(x)


@given(st.lists(st.one_of(st.integers(), st.text(max_size=3), st.lists(st.integers()))))
@few
def test_copy_out(xs):
    reverse = cpyembed.eval("lambda xs: xs.reverse()")
    expected = xs[::-1]
    reverse(xs)
    assert xs == expected

"""Scalars and tuples, both ways, and what kind of thing an object is."""
import pytest

KINDS = {
    "None": 1, "True": 2, "1": 3, "2**100": 3, "1.5": 4, "2j": 5, "'a'": 6, "b'a'": 7, "()": 8,
    "...": 9, "NotImplemented": 10, "slice(1)": 11, "range(1)": 12, "int": 14, "object": 14,
    "ValueError": 15, "BaseException": 15, "__import__('enum').IntEnum('A', 'a').a": 17,
    "type('F', (float,), {})()": 18, "type('C', (complex,), {})()": 19,
    "type('S', (str,), {})()": 20, "type('B', (bytes,), {})()": 21, "type('T', (tuple,), {})()": 22,
    "object()": 0, "[]": 0, "{}": 0, "ValueError()": 16, "bytearray()": 0, "len": 0,
}


def test_kinds(target):
    values = target("kinds", *KINDS).values()
    assert {source: int(kind) for source, kind in values.items()} == KINDS


@pytest.mark.parametrize("size, sources", [
    ("small", ["0", "1", "-1", "127", "128", "-128", "-129", "255", "256", "2**29", "1-2**30"]),
    ("long", ["2**30", "-2**30", "2**62", "2**63-1", "-2**63"]),
    ("big", ["2**63", "-2**63-1", "2**64", "-2**64", "10**100", "-10**100", "2**1000-1"]),
])
def test_ints_of_any_size(target, size, sources):
    values = target("ints", *sources).values()
    assert values == {source: "%d %s" % (eval(source), size) for source in sources}


def test_floats(target):
    sources = ["1.5", "-0.0", "1e308*10", "float('nan')", "5e-324", "0.1"]
    values = target("floats", *sources).values()
    assert values == {source: repr(eval(source)) for source in sources}


def test_complex_numbers(target):
    assert target("complexes", "1+2j").values() == {"1+2j": "(1+2j)"}


def test_texts(target):
    texts = ["", "abc", "\xe9", "\u20ac", "\U0001f600", "x" * 10000]
    assert target("texts", *texts).lines == ["%d characters" % len(text) for text in texts]


def test_lone_surrogates(target):
    assert target("surrogates").lines == ["repr 'a\\udc80b'"]


def test_bytes(target):
    assert target("bytes").lines == ["0 bytes", "3 bytes", "4 bytes", "100000 bytes"]


def test_tuples(target):
    assert target("tuples").lines == ["(0, 10, 20)"]


def test_addresses_of_singletons_and_types(target):
    assert target("singletons").lines == ["all"]

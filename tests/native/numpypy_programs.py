"""Programs over arrays, drawn by hypothesis: text that means the same to NumPy and to numpypy.

A program is a line of Python that leaves what it is about in `r`. It uses `np`, and the arrays `a`
and `b` that a setup line made. The strategies for shapes, axes and indices are hypothesis's own
for NumPy, which run on numpypy here.
"""

import sys

from hypothesis import strategies as st
from numpypy_tables import OF_SCALARS, TABLES

import numpypy


def _numpy_strategies():
    """hypothesis.extra.numpy, made over numpypy; nothing else is to find a `numpy` here."""
    before = sys.modules.get("numpy")
    sys.modules["numpy"] = numpypy
    try:
        import hypothesis.extra.numpy as strategies
    finally:
        if before is None:
            del sys.modules["numpy"]
        else:
            sys.modules["numpy"] = before
    return strategies


hn = _numpy_strategies()

DTYPES = ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "c8", "c16",
          "f8", "i8", ">i2", ">u4", ">i8", ">f4", ">f8", ">c16"]
# As they are where a build has them, by CPython's NumPy where not.
OTHER_DTYPES = ["M8[D]", "m8[s]", "U3", "S2"]
INTEGERS = ["0", "1", "2", "3", "5", "7", "-1", "-3", "100", "127", "-128", "255", "2**31",
            "-2**63", "2**63 - 1"]
FLOATS = ["0.0", "-0.0", "1.0", "0.5", "-1.5", "2.0", "3.7", "-7.25", "1e300", "1e-300", "np.inf",
          "-np.inf", "np.nan", "1e5", "65504.0", "0.1"]
COMPLEX = ["0", "1", "1j", "1 + 2j", "-2.5 - 1j", "complex(np.inf, 1)", "complex(0, np.nan)",
           "3.5"]
SIDES = (0, 4)
LONG = [(130,), (300,), (20, 10), (3, 50), (2, 5, 16)]

VIEWS = ["{}", "{}", "{}", "{}.T", "{}[::-1]", "{}[..., ::2]", "{}[..., ::-1]", "{}[1:]",
         "{}[None]", "{}.swapaxes(0, -1)", "np.asfortranarray({})", "np.broadcast_to({}, {s})",
         "{}.real", "{}.imag", "{}[..., 0]", "{}.reshape(-1)", "{}.view()", "{}[:, ::-2]",
         "np.atleast_2d({})", "{}[..., None]", "frozen({})", "unaligned({})", "mapped({})"]

# What a setup may call, in NumPy's words and in numpypy's.
HELPERS = """
def frozen(a):
    a = a.view()
    a.flags.writeable = False
    return a

def unaligned(a):
    room = np.zeros(a.nbytes + 1, 'u1')
    made = room[1:].view(a.dtype).reshape(a.shape)
    made[...] = a
    return made

def mapped(a):
    return np.frombuffer(bytearray(a.tobytes()), a.dtype).reshape(a.shape)
"""


def chosen(values):
    """One of `values` (list)."""
    return st.sampled_from(values)


@st.composite
def arrays(draw, shape=None, dtype=None):
    """(the text that makes an array, its shape before it is turned and cut, its dtype)."""
    dtype = dtype or draw(chosen(OTHER_DTYPES if draw(st.integers(0, 14)) == 7 else DTYPES))
    if shape is None:
        shape = draw(st.one_of(
            hn.array_shapes(min_dims=0, max_dims=3, min_side=SIDES[0], max_side=SIDES[1]),
            hn.array_shapes(min_dims=1, max_dims=2, min_side=1, max_side=SIDES[1]),
            chosen(LONG)))
    kind = dtype.strip("<>")[0]
    pool = {"?": ["0", "1"], "M": INTEGERS[:6], "m": INTEGERS[:6], "U": INTEGERS[:6],
            "S": INTEGERS[:6], "f": FLOATS, "c": COMPLEX, "u": INTEGERS[:6] + INTEGERS[8:10]}.get(
        kind, INTEGERS)
    if kind == "i":
        most = 8 * int(dtype[-1]) - 1
        pool = [text for text in pool if -2**most <= eval(text) < 2**most]
    values = draw(st.lists(chosen(pool), min_size=1, max_size=6))
    size = 1
    for side in shape:
        size *= side
    text = "np.resize(np.array([%s]).astype(%r), %r)" % (", ".join(values), dtype, shape)
    if not size:
        text = "np.zeros(%r, %r)" % (shape, dtype)
    for _ in range(draw(st.integers(0, 2))):
        view = draw(chosen(VIEWS))
        broadcast = (2, *shape)
        text = view.format(text, s=broadcast)
    return text, shape, dtype


@st.composite
def setups(draw):
    """(a line that makes `a` and `b`, about how many dimensions `a` has)."""
    a, shape, dtype = draw(arrays())
    like = draw(st.integers(0, 3))
    if like == 0:
        b, _, _ = draw(arrays(shape))
    elif like == 1:
        b, _, _ = draw(arrays(shape, dtype))
    elif like == 2 and shape:
        b, _, _ = draw(arrays(shape[-1:]))
    else:
        b, _, _ = draw(arrays())
    return "a = %s; b = %s" % (a, b), len(shape)


# ---- one family of functions each ---------------------------------------------------------------

UNARY = """absolute arccos arccosh arcsin arcsinh arctan arctanh cbrt ceil conjugate cos cosh
deg2rad degrees exp exp2 expm1 fabs floor invert isfinite isinf isnan log log10 log1p log2
logical_not negative positive rad2deg radians reciprocal rint sign signbit sin sinh spacing sqrt
square tan tanh trunc bitwise_count modf frexp angle real imag nan_to_num fix sinc i0 isreal
iscomplex isneginf isposinf real_if_close""".split()
BINARY = """add arctan2 bitwise_and bitwise_or bitwise_xor copysign divide divmod equal
float_power floor_divide fmax fmin fmod gcd greater greater_equal heaviside hypot lcm left_shift
less less_equal logaddexp logical_and logical_or logical_xor maximum minimum multiply nextafter
not_equal power remainder right_shift subtract matmul dot inner outer kron ldexp vdot allclose
isclose array_equal array_equiv may_share_memory shares_memory cross convolve correlate
intersect1d union1d setdiff1d setxor1d isin polyval searchsorted digitize vecdot""".split()
OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "&", "|", "^", "<<", ">>", "@", "==", "!=", "<",
             "<=", ">", ">="]
IN_PLACE = ["+=", "-=", "*=", "/=", "//=", "%=", "**=", "&=", "|=", "^=", "<<=", ">>=", "@="]
OTHERS = ["b", "b", "b", "a", "a[::-1]", "2", "-1", "0", "3.5", "1j", "True", "300", "2**40",
          "2**63", "-2**70", "np.nan", "np.float32(2)", "np.float64(0.5)", "np.int8(3)",
          "np.uint64(5)", "np.bool(True)", "np.complex64(1j)", "np.float16(1.5)", "[1]", "[1, 2]",
          "b.T", "b[..., :1]", "np.array(2)", "None", "'x'", "(1, 2.5)", "[[1], [2.5]]", "b.flat",
          "b.tolist()", "np.int64(7)", "b[()]"]
REDUCTIONS = """sum prod max min mean std var all any argmax argmin cumsum cumprod ptp median
nansum nanprod nanmax nanmin nanmean nanstd nanvar nanargmax nanargmin nancumsum count_nonzero
average amax amin cumulative_sum cumulative_prod nanmedian percentile quantile""".split()
METHOD_REDUCTIONS = "sum prod max min mean std var all any argmax argmin cumsum cumprod".split()
UFUNC_REDUCTIONS = "add multiply maximum minimum logical_and bitwise_or subtract hypot".split()
AXES = ["None", "0", "1", "-1", "(0, 1)", "(0, -1)", "()", "2", "-2"]


@st.composite
def elementwise(draw, ndim):
    """A function of one array."""
    name = draw(chosen(UNARY))
    form = draw(st.integers(0, 7))
    if form == 0:
        return "o = np.zeros(a.shape, %r); r = np.%s(a, out=o) is o, o" % (draw(chosen(DTYPES)),
                                                                           name)
    if form == 1:
        return "o = np.ones(a.shape, %r); np.%s(a, out=o, where=b > 1); r = o" % (
            draw(chosen(DTYPES)), name)
    if form == 2:
        return "r = np.%s(a, dtype=%r)" % (name, draw(chosen(DTYPES)))
    if form == 3:
        return "o = a.copy(); np.%s(o, o); r = o" % name
    return "r = np.%s(a)" % name


@st.composite
def binary(draw, ndim):
    """An operator or a function of two."""
    other = draw(chosen(OTHERS))
    form = draw(st.integers(0, 9))
    if form < 4:
        left, right = ("a", other) if draw(st.booleans()) else (other, "a")
        return "r = %s %s %s" % (left, draw(chosen(OPERATORS)), right)
    if form == 4:
        return "a %s %s; r = a" % (draw(chosen(IN_PLACE)), other)
    name = draw(chosen(BINARY))
    if form == 5:
        return "o = np.zeros(np.broadcast_shapes(a.shape, b.shape), %r); " \
               "r = np.%s(a, b, out=o) is o, o" % (draw(chosen(DTYPES)), name)
    if form == 6:
        return "r = np.%s(a, %s, %s)" % (name, other, draw(chosen([
            "dtype='f8'", "casting='unsafe'", "dtype='i4'", "casting='no'", "out=None",
            "subok=False", "order='F'"])))
    return "r = np.%s(a, %s)" % (name, other)


@st.composite
def reduction(draw, ndim):
    """A sum and its like, along one axis, several, or all."""
    words = []
    form = draw(st.integers(0, 5))
    axis = draw(st.one_of(chosen(AXES), hn.valid_tuple_axes(ndim).map(repr) if ndim else
                          chosen(AXES)))
    if draw(st.booleans()):
        words.append("axis=" + axis)
    for word in ("keepdims=%s" % draw(chosen([True, False])), "dtype=%r" % draw(chosen(DTYPES)),
                 "where=" + draw(chosen(["a > 0", "b != 0"])), "initial=2", "ddof=1",
                 "out=np.zeros(a.shape[1:])"):
        if draw(st.integers(0, 6)) == 0:
            words.append(word)
    if form < 3:
        name, first = "a." + draw(chosen(METHOD_REDUCTIONS)), []
    elif form == 3:
        name = "np.%s.%s" % (draw(chosen(UFUNC_REDUCTIONS)),
                             draw(chosen(["reduce", "accumulate"])))
        first = ["a"]
    else:
        name = "np." + draw(chosen(REDUCTIONS))
        first = ["a", "0.3"] if name in ("np.percentile", "np.quantile") else ["a"]
    if "cum" in name:           # NumPy dies if `out` has another shape there
        words = [word for word in words if not word.startswith("out")]
    return "r = %s(%s)" % (name, ", ".join([*first, *words]))


CASTS = ["'no'", "'equiv'", "'safe'", "'same_kind'", "'unsafe'", "'nothing'"]


@st.composite
def _filled(draw, line):
    words = {"x": chosen(["0", "1", "-1", "None", "2"]),
             "d": chosen([repr(dtype) for dtype in (*DTYPES, "i3", "U3", "x")]),
             "c": chosen(CASTS), "o": chosen(OTHERS), "u": chosen(UNARY),
             "s": hn.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4).map(repr)}
    return line.format(**{name: draw(strategy) for name, strategy in words.items()
                          if "{%s}" % name in line})


@st.composite
def from_tables(draw, ndim):
    """A function or method with some of its arguments."""
    return draw(_filled(draw(chosen(draw(chosen(TABLES))))))


@st.composite
def scalars(draw, ndim):
    """Something with two elements."""
    indices = ["[%s]" % ", ".join(["0"] * ndim), ".flat[-1]", "[()]", "[%s]" % ", ".join(
        ["-1"] * ndim)] if ndim else ["[()]", ".flat[0]"]
    return "x = a%s; y = b.flat[0]; %s" % (draw(chosen(indices)),
                                           draw(_filled(draw(chosen(OF_SCALARS)))))


SIMPLE = ["0", "-1", "1", "...", "None", ":", "::-1", "1:", "::2", "5", "-9", ":2", "3:0:-1", "()",
          "[0]", "[0, -1]", "[]", "a > 0", "b > 0", "[True]", "[True, False]", "True", "False",
          "np.array([0, 1])", "np.array([[0], [1]])", "np.array(0)", "np.int8(0)", "1.5", "'f'",
          "[[0, 1], [1, 0]]", "np.array([], int)", "[0.5]", "slice(0, 9)", "[slice(0, 1)]",
          "np.array([True])", "b", "a.shape", "np.uint8(1)", "[None]", "(0,)", "[1, 1]",
          "np.float64(0)", "1j", "::0", "2**70", ":2**70", "a", "np.array([0, 1], 'u1')",
          "np.nonzero(a)", "np.array(True)", "np.bool(True)"]


@st.composite
def indices(draw, ndim):
    """The text of an index."""
    form = draw(st.integers(0, 3))
    if form == 0:
        shape = tuple(draw(st.lists(st.integers(1, 4), min_size=max(ndim, 1),
                                    max_size=max(ndim, 1))))
        drawn = draw(hn.basic_indices(shape, allow_newaxis=True, allow_ellipsis=True))
        return _text(drawn)
    if form == 1:
        count = draw(st.integers(1, 3))
        sides = draw(hn.array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=3))
        return ", ".join(_index_array(draw, sides) for _ in range(count))
    return ", ".join(draw(st.lists(chosen(SIMPLE), min_size=1, max_size=3)))


def _index_array(draw, sides):
    size = 1
    for side in sides:
        size *= side
    numbers = draw(st.lists(st.integers(-2, 2), min_size=size, max_size=size))
    return "np.array(%r, int).reshape(%r)" % (numbers, sides)


def _text(index):
    if index is None or index is Ellipsis or type(index) is int:
        return {None: "None", Ellipsis: "..."}.get(index, repr(index))
    if type(index) is slice:
        return ":".join("" if part is None else repr(part)
                        for part in (index.start, index.stop, index.step))
    return "%s" % ", ".join(map(_text, index)) if index else "()"


@st.composite
def reading(draw, ndim):
    """An index: a view, a copy, an element."""
    index = draw(indices(ndim))
    form = draw(st.integers(0, 3))
    if form == 0:
        return "x = a[%s]; r = x, np.shares_memory(x, a)" % index
    if form == 1:
        return "x = a[%s]; r = x, x.flags.writeable, x.flags.owndata" % index
    return "r = a[%s]" % index


@st.composite
def writing(draw, ndim):
    """An assignment to a part of an array."""
    index = draw(indices(ndim))
    form = draw(st.integers(0, 4))
    if form == 0:
        return "a[%s] %s %s; r = a" % (index, draw(chosen(IN_PLACE)), draw(chosen(OTHERS)))
    if form == 1:
        return "x = a[%s]; x[...] = %s; r = a" % (index, draw(chosen(OTHERS)))
    return "a[%s] = %s; r = a" % (index, draw(chosen(OTHERS)))


@st.composite
def einsum(draw, ndim):
    """Sums over products, by letters."""
    left = "".join(draw(st.lists(chosen(list("ijk")), min_size=ndim, max_size=ndim)))
    if draw(st.booleans()):
        result = "".join(draw(st.lists(chosen(list("ijk")), max_size=2, unique=True)))
        arrow = draw(chosen(["", "->", "->" + result]))
        return "r = np.einsum(%r, a)" % (left + arrow)
    right = "".join(draw(st.lists(chosen(list("ijk")), min_size=0, max_size=2)))
    arrow = draw(chosen(["", "->", "->i", "->" + left]))
    return "r = np.einsum(%r, a, b%s)" % (left + "," + right + arrow,
                                          draw(chosen(["", ", optimize=True", ", dtype='f8'"])))


FAMILIES = {"elementwise": elementwise, "binary": binary, "reduction": reduction,
            "functions": from_tables, "scalars": scalars, "reading": reading,
            "writing": writing, "einsum": einsum}
WEIGHTS = ["elementwise"] * 2 + ["binary"] * 4 + ["reduction"] * 3 + ["functions"] * 5 + [
    "scalars"] * 3 + ["reading"] * 4 + ["writing"] * 3 + ["einsum"]


@st.composite
def programs(draw, ndim):
    """(family, line) of one program for arrays of about `ndim` dimensions."""
    family = draw(chosen(WEIGHTS))
    return family, draw(FAMILIES[family](ndim))

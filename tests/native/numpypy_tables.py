"""The functions and methods of the property tests, a program each.

`{x}` is an axis, `{d}` a dtype, `{c}` a kind of casting, `{s}` a shape, `{o}` another operand and
`{u}` the name of a function of one array. A program ends with the statement that sets `r`.
"""

SORTING = """
r = np.sort(a, axis={x}); r = np.argsort(a, axis={x}, kind='stable'); a.sort(axis={x}); r = a
a.sort(); r = a; r = np.partition(a, 1, axis={x}); r = np.unique(a); r = np.lexsort((a, b))
r = np.unique(a, return_inverse=True, return_counts=True, return_index=True)
r = np.sort(a, axis={x}, kind='stable', stable=None); r = a.argsort(kind='stable')
r = np.searchsorted(np.sort(a, axis=None), b); r = np.sort(a)[::-1]
r = np.searchsorted(np.sort(a.ravel()), [1, 2], side='right'); a.partition(0); r = np.min(a)
r = np.unique(a, axis=0); r = np.nonzero(a); r = np.argwhere(a); r = np.flatnonzero(a)
r = np.bincount(a); r = np.histogram(a, 3); r = np.sort_complex(a); r = np.extract(a > 0, a)
r = np.take_along_axis(a, np.argsort(a, axis=-1, kind='stable'), -1); r = np.trim_zeros(a)
"""
JOINING = """
r = np.concatenate([a, b], axis={x}); r = np.concatenate((a, a, a))
r = np.stack([a, a], axis={x}); r = np.vstack([a, b]); r = np.hstack([a, b])
r = np.dstack([a, a]); r = np.column_stack([a, b]); r = np.block([a, b]); r = np.tile(a, 2)
r = np.tile(a, (2, 1)); r = np.repeat(a, 2, axis={x}); r = np.repeat(a, 3); r = np.roll(a, 1)
r = np.roll(a, -2, axis={x}); r = np.flip(a, {x}); r = np.fliplr(a); r = np.rot90(a)
r = np.split(a, 2, axis={x}); r = np.array_split(a, 3); r = np.append(a, b)
r = np.append(a, b, axis={x}); r = np.delete(a, 0, axis={x}); r = np.delete(a, [0, 1])
r = np.insert(a, 1, 5); r = np.insert(a, 0, b, axis={x}); r = np.pad(a, 1)
r = np.pad(a, 1, mode='edge'); r = np.broadcast_arrays(a, b)
r = np.broadcast_to(a, (2, *a.shape)); r = np.where(a > 0, a, b); r = np.where(a, 1, b)
r = np.select([a > 0, a < 0], [a, 1], 7); r = np.choose(a > 0, [a, b]); r = np.diff(a, axis={x})
r = np.ediff1d(a); r = np.gradient(a); r = np.trapezoid(a); r = np.meshgrid(a, b)
r = np.array([a, b]); r = np.array([a, a]); r = np.array([a, 1]); r = np.array([[a], [a]])
r = np.concatenate([a, [1]], axis=None)
r = np.concatenate([a, b], dtype='f4', casting='unsafe')
r = np.concatenate([a, b], out=np.zeros(7)); r = np.ix_([0], [0]); r = np.tri(3); r = np.triu(a)
r = np.tril(a, -1); r = np.diag(a); r = np.diagflat(a); r = np.vander(a)
r = np.indices(a.shape); r = np.resize(a, (2, 3)); r = np.apply_along_axis(np.sum, 0, a)
r = np.unwrap(a); r = np.trace(a); r = np.interp([1, 2], [0, 3], [4, 5]); r = np.take(a, [0, 0])
r = np.compress([True], a); r = np.take(a, [[0, -1]], axis={x}, mode='wrap')
r = np.clip(a, 0, 2); r = np.clip(a, b, None); r = np.round(a, 1); r = np.copy(a)
r = np.fft.fft(a); r = np.linalg.norm(a); r = np.cov(a); r = np.linalg.det(a)
r = np.tensordot(a, b, 1); r = np.tensordot(a, a, 0); r = np.unstack(a)
r = np.linspace(0, 1, 5); r = np.arange(3, 9, 2); r = np.eye(3, k=1); r = np.full(a.shape, 3)
r = np.full_like(a, 2); r = np.zeros_like(a); r = np.ones_like(a, dtype='i2')
r = np.unpackbits(a); r = np.packbits(a); r = np.empty_like(a).strides
r = np.zeros((2, 3), a.dtype, order='F'); r = np.array_repr(a); r = np.array2string(a)
r = np.ravel_multi_index((0, 0), a.shape); r = np.unravel_index(0, a.shape)
r = np.lib.stride_tricks.sliding_window_view(a, 1); r = np.vectorize(float)(a)
r = np.frompyfunc(abs, 1, 1)(a); r = np.piecewise(a, [a > 0], [1, 2])
r = list(np.ndenumerate(a)); r = list(np.ndindex(a.shape)); r = [x.copy() for x in np.nditer(a)]
r = np.add.outer(a, b); r = np.add.reduceat(a, [0]); np.add.at(a, 0, 1); r = a
r = np.multiply.accumulate(a); np.putmask(a, a > 0, b); r = a; np.place(a, a > 0, [1, 2]); r = a
np.copyto(a, b); r = a; np.copyto(a, b, where=b > 0, casting='unsafe'); r = a
np.put(a, [0], 3); np.fill_diagonal(a, 1); r = a; np.put(a, [0, -1], [1, 2], mode='clip'); r = a
r = np.ma.masked_where(a > 0, a).sum(); r = np.ma.array(a).mean(); r = np.matrix(a)
r = np.asmatrix(a) * 1; r = np.asarray(np.matrix(a)); r = np.polyfit([1, 2, 3], [1, 2, 3], 1)
"""
SHAPES = """
r = a.reshape(-1); r = a.reshape({s}); r = a.reshape({s}, order='F')
r = a.reshape(a.shape[::-1]); r = a.reshape(-1, 1); r = a.reshape((1, -1), order='A')
r = a.ravel(); r = a.ravel('F'); r = a.ravel('K'); r = a.flatten(); r = a.flatten('F')
r = a.flatten('A'); r = a.transpose(); r = a.transpose(1, 0); r = a.transpose((0, 2, 1))
r = a.T; r = a.mT; r = a.swapaxes(0, 1); r = a.swapaxes(-1, 0); r = np.moveaxis(a, 0, -1)
r = np.rollaxis(a, 1); r = a.squeeze(); r = a.squeeze(axis={x}); r = np.expand_dims(a, {x})
r = np.atleast_1d(a); r = np.atleast_3d(a); r = a.diagonal(); r = a.diagonal(1, 0, 1)
a.shape = {s}; r = a; a.shape = -1; r = a; a.resize({s}, refcheck=False); r = a.shape
r = a.reshape({s}, copy=False); r = a.reshape({s}, copy=True); r = np.reshape(a, {s})
r = a.reshape(()); r = a.reshape(0); r = np.permute_dims(a); r = np.matrix_transpose(a)
r = a.reshape([1, -1]); r = a.reshape(None); r = np.broadcast_shapes(a.shape, b.shape)
r = a.view().reshape(-1)[::2]; r = a.T.copy().strides; r = a.copy('F').strides
r = a.copy('K').strides; r = np.ascontiguousarray(a).strides; r = np.asfortranarray(a).strides
r = np.array(a, order='F').strides; r = a[...].strides
r = np.require(a, requirements='CW').flags.carray
"""
CASTING = """
r = a.astype({d}); r = a.astype({d}, casting={c}); r = a.astype({d}, order='F', copy=False)
r = a.view({d}); r = np.array(a, dtype={d}); r = np.array(a, {d}, copy=None, ndmin=2)
r = np.array(a, dtype={d}, copy=False); r = np.asarray(a, {d}); r = np.asarray(a, order='F')
r = a.byteswap(); r = a.byteswap(True); r = np.can_cast(a.dtype, {d}, {c}); r = a.astype('U5')
r = np.result_type(a, b); r = np.result_type(a, {d}); r = np.promote_types(a.dtype, {d})
r = np.min_scalar_type(a); r = a.astype('S3'); r = a.astype(object); r = a.astype(str)
r = a.astype('M8[s]'); r = a.astype({d}).astype({d}); r = a.getfield({d}); r = a.dtype
r = a.astype(float); r = a.astype(int); r = a.astype(bool); r = np.frombuffer(a.tobytes(), {d})
r = np.float32(a); r = np.int64(a); r = np.bool(a); r = np.array(a.tolist())
r = np.array(list(a)); r = np.array(a.tolist(), {d}); r = np.asarray(a).astype({d}, subok=False)
r = complex(a); r = float(a); r = int(a); r = bool(a); r = a.astype({d}, casting='same_value')
r = a.__index__(); a.dtype = {d}; r = a; r = np.iinfo(a.dtype).max; r = np.finfo(a.dtype).eps
r = np.isdtype(a.dtype, 'real floating'); a.setfield(1, {d}); r = a
r = np.array(a, subok=True, like=a); r = np.common_type(a, b); r = np.dtype({d}).newbyteorder()
r = np.dtype({d}) == a.dtype; r = hash(np.dtype({d})) == hash(np.dtype({d}))
r = np.issubdtype(a.dtype, np.floating); r = np.isscalar(a); r = np.ndim(a); r = np.size(a, {x})
"""
WORDS = """
r = repr(a); r = str(a); r = format(a); r = '%s' % a; r = f'{{a!r:>10}}'; r = a.tolist()
r = repr(a[...]); r = repr(a.T); r = a.tobytes(); r = a.tobytes('F'); r = a.tobytes('A')
r = str(a.dtype); r = repr(a.dtype); r = a.dtype.name; r = a.dtype.descr; r = a.dtype.kind
r = [repr(x) for x in a.ravel()]; r = [str(x) for x in a.flat]; r = [format(x) for x in a.flat]
r = [x.tolist() for x in a.flat]; r = repr(b); r = np.array_str(a, precision=3); r = a.flags.num
r = a.shape, a.strides, a.ndim, a.size, a.itemsize, a.nbytes; r = a.flags.forc; r = len(a)
r = a.flags.c_contiguous, a.flags.f_contiguous, a.flags.writeable, a.flags.aligned, a.flags.owndata
r = np.array2string(a, separator=', '); r = np.format_float_positional(1.5); r = repr(a.real)
r = [hash(x) == hash(x.item()) for x in a.flat if x == x]; r = hash(a); r = repr(list(a))
r = a.dtype.str, a.dtype.char, a.dtype.num, a.dtype.itemsize, a.dtype.alignment, a.dtype.isnative
r = a.__array_interface__['strides']; r = a.__array_interface__['typestr']; r = a.data.shape
r = a.data.format, a.data.shape, a.data.readonly, a.data.nbytes; r = bytes(a.data)
r = a.base is None; r = a.T.base is not None; r = a.copy().base; r = bytes(memoryview(a))
r = a.__sizeof__() > 0; r = 2 in a; r = np.nan in a; r = a in [1]; r = a.itemset; r = a.ptp
r = a.newbyteorder; r = a.nothing; r = a.__array_priority__; r = iter(a).__next__()
r = a.item(); r = a.item(0); r = a.item(-1); r = a.item(1, 1); r = sum(a); r = [x for x in a]
r = [len(x) for x in a]; r = list(a.flat); r = a.flat[1:3]; r = a.flat[[0, -1]]; r = a.flat[0]
a.flat[0] = 1; r = a; a.flat = b; r = a; a.flat[:] = 3; r = a; r = a.flat[a.size]
a.real = 1; r = a; a.imag = b; r = a; a.fill(7); r = a; a.fill(2.5); r = a
a.put([0], [1]); r = a; r = a.take([0]); r = a.take(0); r = a.take([[1]], axis={x})
r = a.repeat(2, {x}); r = a.dot(b); r = a.clip(1, 2); r = a.clip(max=b); r = a.round()
r = a.round(-1); r = a.trace(); r = a.conj(); r = a.nonzero(); r = a.choose([a, b])
r = a.compress([0, 1], {x}); r = a.searchsorted(1); r = max(a); r = sorted(a.ravel().tolist())
r = a.all() and 1; r = not a; r = bool(a.any()); r = divmod(a, b); r = pow(a, 2); r = abs(a)
r = -a; r = +a; r = ~a; r = round(a, 1); r = a.mean(); a.setflags(write=False); a[0] = 1; r = a
a.flags.writeable = True; r = a.flags.writeable; import copy; r = copy.deepcopy(a)
import pickle; r = pickle.loads(pickle.dumps(a)); x, *y = a; r = x; r = {{1: a}}[1]
r = (a == b) is False; r = a is a; r = isinstance(a, np.ndarray); r = a.__array__()
r = a.__array_wrap__(b); r = a.__copy__(); r = a.ctypes.shape[:]; r = np.from_dlpack(a)
r = a.__dlpack_device__(); r = a.to_device('cpu') is a; r = a.device
"""
SCALARS = """
r = x; r = x + y; r = x - y; r = x * y; r = x / y; r = x // y; r = x % y; r = x ** 2; r = x ** y
r = x + {o}; r = x * {o}; r = {o} - x; r = {o} / x; r = x == {o}; r = x < {o}; r = {o} >= x
r = -x; r = abs(x); r = ~x; r = x & y; r = x | 1; r = x << 1; r = x >> 1; r = divmod(x, 3)
r = repr(x); r = str(x); r = hash(x) == hash(x.item()); r = x.item(); r = x.dtype
r = type(x).__name__; r = +x; r = float(x); r = int(x); r = complex(x); r = bool(x)
r = x.astype({d}); r = x.sum(); r = x.real; r = x.imag; r = x.conj(); r = x.tobytes()
r = x == y; r = x != y; r = x < y; r = x <= y; r = x > y; r = round(x); r = round(x, 2)
r = x.shape; r = x[()]; r = x[None]; r = x[...]; r = x.T; r = x.flat[0]; r = x.reshape(1)
r = x.view({d}); r = np.{u}(x); r = np.add(x, y); r = x.is_integer(); r = x + b; r = b * x
r = a[x]; r = [1, 2, 3][x]; r = range(5)[x]; r = x.mean(); r = np.maximum(x, b)
r = format(x, '.3'); r = '%s' % x; r = '%d' % x; r = '%.2f' % x; r = f'{{x}}'
r = x.as_integer_ratio(); r = isinstance(x, np.floating)
r = isinstance(x, (int, float, complex)); r = isinstance(x, np.generic); r = np.array([x, y])
r = np.array(x); r = np.isnan(x); r = x.bit_count(); r = x.ndim, x.size, x.itemsize, x.nbytes
r = x is y; r = x and y; r = x.max(); r = x.argmax(); r = x.squeeze()
import pickle; r = pickle.loads(pickle.dumps(x)); r = np.result_type(x, {o})
r = x.__array_interface__['typestr']; r = (x + x) * 2 - x; r = x - x; r = x * {o} + y
x += y; r = x; x *= {o}; r = x; x /= 2; r = x; r = sum([x, y]); r = max(x, y); r = x.round(1)
r = x.clip(0, 1); r = x.nothing; r = len(x); r = x @ y
"""


def programs(text):
    """The programs of a table: a program ends where the next one, which sets `r`, begins."""
    found, waiting = [], []
    for part in text.replace("\n", ";").split(";"):
        part = part.strip()
        if part:
            waiting.append(part)
            if part.startswith("r = "):
                found.append("; ".join(waiting))
                waiting = []
    return found


TABLES = [programs(table) for table in (SORTING, JOINING, SHAPES, CASTING, WORDS)]
OF_SCALARS = programs(SCALARS)

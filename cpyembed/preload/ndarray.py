"""`cpyembed.asarray`: CPython's array memory as an indexable view, no copy.

A `View` reads and writes through a typed pointer, so that an element in a loop compiles to a load
or a store. It keeps the CPython object's buffer, and through it the memory, alive.
"""

from cpyembed.preload.buffer import hold
from cpyembed.preload.capi import ffi
from cpyembed.preload.convert import TO, to_c
from cpyembed.preload.gil import enter, leave
from cpyembed.preload.object import Object

# Format in the buffer protocol -> C type.
C_TYPES = {"b": "int8_t", "B": "uint8_t", "h": "short", "H": "unsigned short", "i": "int",
           "I": "unsigned int", "l": "long", "L": "unsigned long", "q": "long long",
           "Q": "unsigned long long", "n": "ssize_t", "N": "size_t", "f": "float", "d": "double",
           "?": "_Bool"}


class View:
    """Array memory of CPython's side: `v[i]`, `v[i, j]`, slices, iteration, `shape`, `strides`.

    Indices out of range raise IndexError; a read-only array raises TypeError when written to.
    """

    __slots__ = ("data", "n", "step", "shape", "strides", "itemsize", "format", "readonly",
                 "owner", "held")

    def __init__(self, data, shape, strides, itemsize, format, readonly, owner, held):
        self.data, self.shape, self.strides = data, shape, strides
        self.itemsize, self.format, self.readonly = itemsize, format, readonly
        self.owner, self.held = owner, held
        self.n = shape[0] if shape else 0
        self.step = strides[0] // itemsize if shape else 0

    @property
    def ndim(self):
        return len(self.shape)

    @property
    def size(self):
        n = 1
        for k in self.shape:
            n *= k
        return n

    @property
    def address(self):
        """The address (int) of the first element."""
        return int(ffi.cast("intptr_t", self.data))

    def __len__(self):
        if not self.shape:
            raise TypeError("len() of a 0-dimensional array")
        return self.n

    def __getitem__(self, i):
        if type(i) is int and len(self.shape) == 1:
            if i < 0:
                i += self.n
            if not 0 <= i < self.n:
                raise IndexError("index out of range")
            return self.data[i * self.step]
        return self.get(i)

    def __setitem__(self, i, value):
        if self.readonly:
            raise TypeError("the array is read-only")
        if type(i) is int and len(self.shape) == 1:
            if i < 0:
                i += self.n
            if not 0 <= i < self.n:
                raise IndexError("index out of range")
            self.data[i * self.step] = value
        else:
            self.set(i, value)

    def get(self, i):
        """Any index but the commonest."""
        if type(i) is tuple and len(i) == 2 and len(self.shape) == 2:
            a, b = i
            if type(a) is int and type(b) is int:
                return self.data[self.place(a, b)]
        if type(i) is not tuple:
            i = (i,)
        offset, shape, strides = self.select(i)
        if not shape and len(i) == len(self.shape):
            return self.data[offset // self.itemsize]
        return View(self.data + offset // self.itemsize, shape, strides, self.itemsize,
                    self.format, self.readonly, Part(self.owner, i), self.held)

    def set(self, i, value):
        if type(i) is tuple and len(i) == 2 and len(self.shape) == 2:
            a, b = i
            if type(a) is int and type(b) is int:
                self.data[self.place(a, b)] = value
                return
        part = self.get(i if type(i) is tuple else (i,)) if self.partial(i) else None
        if part is None:
            offset, _, _ = self.select(i if type(i) is tuple else (i,))
            self.data[offset // self.itemsize] = value
        else:
            part.fill(value)

    def partial(self, i):
        """Whether the index `i` selects an array and not an element."""
        i = i if type(i) is tuple else (i,)
        return len(i) < len(self.shape) or any(type(k) is slice for k in i)

    def place(self, a, b):
        """The place, in elements, of [a, b]."""
        m, n = self.shape
        if a < 0:
            a += m
        if b < 0:
            b += n
        if not (0 <= a < m and 0 <= b < n):
            raise IndexError("index out of range")
        return a * self.step + b * (self.strides[1] // self.itemsize)

    def select(self, indices):
        """(offset in bytes, shape, strides) of what a tuple of ints and slices selects."""
        if len(indices) > len(self.shape):
            raise IndexError("too many indices: the array has %d dimensions" % len(self.shape))
        offset, shape, strides = 0, [], []
        for axis, (n, stride) in enumerate(zip(self.shape, self.strides)):
            i = indices[axis] if axis < len(indices) else slice(None)
            if isinstance(i, slice):
                start, stop, step = i.indices(n)
                shape.append(len(range(start, stop, step)))
                strides.append(stride * step)
                offset += start * stride if shape[-1] else 0
            else:
                i = i.__index__()
                if i < 0:
                    i += n
                if not 0 <= i < n:
                    raise IndexError("index out of range")
                offset += i * stride
        return offset, tuple(shape), tuple(strides)

    def fill(self, value):
        """Write one value, or a sequence of the same length, into every element."""
        if hasattr(value, "__len__"):
            if len(value) != self.n:
                raise ValueError("%d values for %d places" % (len(value), self.n))
            for k in range(self.n):
                self[k] = value[k]
        else:
            for k in range(self.n):
                self[k] = value

    def __iter__(self):
        for k in range(self.n):
            yield self[k]

    def tolist(self):
        """Nested lists (a number for 0 dimensions)."""
        if not self.shape:
            return self.data[0]
        return [x.tolist() if isinstance(x, View) else x for x in self]

    def __repr__(self):
        return "<cpyembed view of %s, shape %r>" % (self.format, self.shape)


class Part:
    """`owner[index]` in CPython, made when it is asked for."""

    __slots__ = ("owner", "index")

    def __init__(self, owner, index):
        self.owner, self.index = owner, index


def owner_of(x):
    """The CPython array (Object) that has the memory of a view whose `owner` is `x`."""
    return owner_of(x.owner)[x.index] if isinstance(x, Part) else x


def view_to_c(x, memo=None):
    return to_c(owner_of(x.owner))


TO[View] = view_to_c


def asarray(x):
    """A View of the memory of `x`: an Object with the buffer protocol, or PyPy memory.

    TypeError for what has no buffer, and for an element type without a C type, by its name.
    """
    if isinstance(x, View):
        return x
    if not isinstance(x, Object):
        x = Object(x)
    enter()
    try:
        try:
            held = hold(x)
        except (BufferError, ValueError) as e:
            raise TypeError("the memory of %s cannot be viewed from PyPy: %s"
                            % (type(x).__name__, e)) from e
    finally:
        leave()
    v = held.view
    format = ffi.string(v.format).decode() if v.format else "B"
    plain = format.lstrip("@=<" if v.itemsize > 1 else "@=<>!")
    if plain not in C_TYPES:
        raise TypeError("an array of dtype %s (buffer format %r) cannot be viewed from PyPy"
                        % (getattr(x, "dtype", "unknown"), format))
    shape = tuple(v.shape[k] for k in range(v.ndim)) if v.shape else (v.len // v.itemsize,)
    if v.strides:
        strides = tuple(v.strides[k] for k in range(v.ndim))
    else:
        from cpyembed.preload.buffer import contiguous_strides
        strides = contiguous_strides(shape, v.itemsize)
    data = ffi.cast(C_TYPES[plain] + " *", v.buf)
    if ffi.sizeof(C_TYPES[plain]) != v.itemsize or any(s % v.itemsize for s in strides):
        raise TypeError("an array of dtype %s with these strides cannot be viewed from PyPy"
                        % getattr(x, "dtype", format))
    return View(data, shape, strides, v.itemsize, plain, bool(v.readonly), x, held)

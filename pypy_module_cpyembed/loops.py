"""NumPy's inner loops on numpypy's arrays.

Behind a ufunc are C functions, one for each combination of dtypes, written with
the processor's vectors.  They know memory alone, so that they can be called
without an ndarray, without CPython and its GIL: what is left of a call is the
memory for the result.

Only what needs no decision is done here: arrays without gaps, of one dtype and
shape, and single numbers.  For everything else, and whenever the processor says
that there is something to warn of, the answer is None, and NumPy is to be asked.
"""
import math

from rpython.rlib import jit
from rpython.rlib.longlong2float import float2longlong, singlefloat2uint
from rpython.rlib.objectmodel import keepalive_until_here
from rpython.rlib.rarithmetic import r_singlefloat
from rpython.rtyper.lltypesystem import lltype, rffi

from pypy.interpreter.baseobjspace import W_Root
from pypy.interpreter.error import oefmt
from pypy.interpreter.gateway import interp2app, unwrap_spec
from pypy.interpreter.typedef import TypeDef
from pypy.module.cpyembed import capi, errors, gil
from pypy.module.cpyembed.object import W_Object, pointer, wrap_part
from pypy.module.micronumpy import boxes, constants as NPY
from pypy.module.micronumpy.base import W_NDimArray
from pypy.module.micronumpy.descriptor import num2dtype
from pypy.objspace.std.boolobject import W_BoolObject
from pypy.objspace.std.floatobject import W_FloatObject
from pypy.objspace.std.intobject import W_IntObject

DTYPES = NPY.HALF + 1           # numbers of dtypes, and one more than the last
EXACT = 2**53                   # up to here a float is every int
ASIDE = 1 << 16                 # bytes of a result that can be made beside its operands
PAIR = 3                        # as an arity: one number of two vectors (src/loops.c)
# What a reduction starts from.
ZERO, ONE, FIRST = range(3)


class Number(object):
    """A single number beside an array, in the array's dtype."""

    def __init__(self, bits):
        self.bits = bits


def is_array(space, w_obj):
    """Whether it is an array, and not an instance of a subclass."""
    return (isinstance(w_obj, W_NDimArray) and
            space.type(w_obj) is space.gettypefor(W_NDimArray))


def without_gaps(implementation):
    """Whether the elements lie one after the other, in this machine's byte order,
    where its loads and stores want them."""
    if not implementation.flags & NPY.ARRAY_C_CONTIGUOUS:
        return False
    dtype = implementation.dtype
    return dtype.is_native() and _address(implementation) % dtype.elsize == 0


def _start(implementation):
    return rffi.cast(rffi.VOIDP, rffi.ptradd(
        rffi.cast(rffi.CCHARP, implementation.storage), implementation.start))


def _address(implementation):
    return rffi.cast(lltype.Signed, _start(implementation))


def plain(num):
    """NumPy's `long` for what is one."""
    if num == NPY.LONGLONG:
        return NPY.LONG
    if num == NPY.ULONGLONG:
        return NPY.ULONG
    return num


def as_number(w_obj, num):
    """A number of Python's, or a float64, as an element of the dtype; None if it
    is none, or would change."""
    if isinstance(w_obj, boxes.W_Float64Box):
        if num != NPY.DOUBLE:
            return None                     # NumPy would promote
        return Number(float2longlong(w_obj.value))
    if isinstance(w_obj, W_FloatObject):
        if w_obj.user_overridden_class:
            return None
        return _from_float(w_obj.floatval, num)
    if isinstance(w_obj, W_IntObject) and not isinstance(w_obj, W_BoolObject):
        if w_obj.user_overridden_class:
            return None
        value = w_obj.intval
        if num == NPY.LONG:
            return Number(value)
        if -EXACT <= value <= EXACT:
            return _from_float(float(value), num)
    return None


def _from_float(value, num):
    if num == NPY.DOUBLE:
        return Number(float2longlong(value))
    if num == NPY.FLOAT:
        single = r_singlefloat(value)
        if math.isinf(rffi.cast(lltype.Float, single)) and not math.isinf(value):
            return None
        return Number(rffi.cast(lltype.Signed, singlefloat2uint(single)))
    return None


def shares(out, other):
    """Whether the two have memory in common."""
    first, second = _address(out), _address(other)
    return first < second + other.size and second < first + out.size


def _is_there(out, w_operand):
    return isinstance(w_operand, W_NDimArray) and shares(out, w_operand.implementation)


class W_Loops(W_Root):
    """The loops of one ufunc for operands of one dtype."""

    def __init__(self, w_ufunc, arity):
        self.w_ufunc = w_ufunc              # whose tables these are
        self.arity = arity
        self.functions = [0] * DTYPES
        self.data = [0] * DTYPES
        self.results = [0] * DTYPES

    def add(self, space, ufunc, num):
        found = lltype.malloc(capi.SIGNEDP.TO, 3, flavor='raw')
        try:
            if capi.ufunc_loop(ufunc, num, found) == 0 and 0 <= found[2] < DTYPES:
                self.functions[num] = found[0]
                self.data[num] = found[1]
                self.results[num] = found[2]
        finally:
            lltype.free(found, flavor='raw')

    def number_of(self, implementation):
        """The number of the dtype whose loop is to be taken; -1 if there is none."""
        num = plain(implementation.dtype.num)
        if not 0 <= num < DTYPES or self.functions[num] == 0:
            return -1
        if not without_gaps(implementation):
            return -1
        return num

    # ---- elements ----

    @jit.dont_look_inside
    def descr_call(self, space, w_first, w_second=None, w_out=None):
        """loops(a), loops(a, b), loops(a, b, out): the array, or None. TypeError if
        there are only loops for vectors."""
        self._check(space, self.arity != PAIR)
        if w_second is None:
            w_second = space.w_None
        if w_out is None:
            w_out = space.w_None
        if (self.arity == 1) != space.is_w(w_second, space.w_None):
            return space.w_None
        w_result = self._elements(space, w_first, w_second, w_out)
        if w_result is None:
            return space.w_None
        return w_result

    def _check(self, space, fits):
        """Loops of another form would take the memory for something else."""
        if not fits:
            raise oefmt(space.w_TypeError,
                        "the loops of a generalized ufunc are for pair(a, b) alone, and those "
                        "of any other for elements and reduce(a, start)")

    def _elements(self, space, w_first, w_second, w_out):
        if is_array(space, w_first):
            w_shaped = w_first
        elif self.arity == 2 and is_array(space, w_second):
            w_shaped = w_second
        else:
            return None
        assert isinstance(w_shaped, W_NDimArray)
        shaped = w_shaped.implementation
        shape = shaped.get_shape()
        num = self.number_of(shaped)
        count = shaped.get_size()
        if num < 0 or len(shape) == 0 or count == 0:
            return None
        first, first_step, number = self._operand(space, w_first, num, shape)
        if first_step < 0:
            return None
        second, second_step = first, first_step
        if self.arity == 2:
            second, second_step, other = self._operand(space, w_second, num, shape)
            if second_step < 0:
                return None
            if second_step == 0:
                number = other
        w_result = self._result(space, w_out, w_first, w_second, shape, num)
        if w_result is None:
            return None
        result = w_result.implementation
        raised = capi.loop_elements(
            rffi.cast(rffi.VOIDP, self.functions[num]), rffi.cast(rffi.VOIDP, self.data[num]),
            int(self.arity == 1), first, first_step, second, second_step,
            _start(result), result.dtype.elsize, number, count)
        keepalive_until_here(w_first)
        keepalive_until_here(w_second)
        if not raised and isinstance(w_out, W_NDimArray) and w_out is not w_result:
            rffi.c_memcpy(_start(w_out.implementation),
                          rffi.cast(rffi.CONST_VOIDP, _start(result)), result.size)
            keepalive_until_here(w_result)
            return w_out
        keepalive_until_here(w_result)
        if raised:
            return None
        return w_result

    def _operand(self, space, w_obj, num, shape):
        """Address, step, and the bits of a single number, whose address is NULL and
        whose step is 0; the step is -1 for what is not to be done here."""
        null = lltype.nullptr(rffi.VOIDP.TO)
        if is_array(space, w_obj):
            assert isinstance(w_obj, W_NDimArray)
            implementation = w_obj.implementation
            if self.number_of(implementation) != num or implementation.get_shape() != shape:
                return null, -1, 0
            return _start(implementation), implementation.dtype.elsize, 0
        number = as_number(w_obj, num)
        if number is None:
            return null, -1, 0
        return null, 0, number.bits

    def _result(self, space, w_out, w_first, w_second, shape, num):
        """The array for the loop to write: `w_out`, or a new one if there is none. Or
        if its memory is an operand's, too, for NumPy is asked again when there is
        something to warn of, and must find the operands as they were. None if that
        cannot be."""
        if not space.is_w(w_out, space.w_None):
            if not is_array(space, w_out):
                return None
            assert isinstance(w_out, W_NDimArray)
            out = w_out.implementation
            if (plain(out.dtype.num) != self.results[num] or not without_gaps(out) or
                    not out.flags & NPY.ARRAY_WRITEABLE or out.get_shape() != shape):
                return None
            if not (_is_there(out, w_first) or _is_there(out, w_second)):
                return w_out
            if out.size > ASIDE:
                return None
        return W_NDimArray.from_shape(space, shape, num2dtype(space, self.results[num]),
                                      zero=False)

    # ---- one number ----

    @jit.dont_look_inside
    @unwrap_spec(start=int)
    def descr_reduce(self, space, w_array, start):
        """reduce(a, start): the scalar for all elements together, or None.

        start: 0 or 1, or 2 for the first element.  TypeError if there are only loops
        for vectors."""
        self._check(space, self.arity != PAIR)
        if self.arity != 2 or not is_array(space, w_array):
            return space.w_None
        assert isinstance(w_array, W_NDimArray)
        array = w_array.implementation
        num = self.number_of(array)
        count = array.get_size()
        if not self._gives_number(num, count):
            return space.w_None
        first = _start(array)
        with lltype.scoped_alloc(capi.SIGNEDP.TO, 1) as total:
            if start == FIRST:
                total[0] = rffi.cast(capi.SIGNEDP, first)[0]
                first = rffi.cast(rffi.VOIDP, rffi.ptradd(rffi.cast(rffi.CCHARP, first), 8))
                count -= 1
            elif start == ONE and num == NPY.DOUBLE:
                rffi.cast(capi.DOUBLEP, total)[0] = 1.0
            else:
                total[0] = start
            raised = 0
            if count > 0:
                raised = capi.loop_reduce(
                    rffi.cast(rffi.VOIDP, self.functions[num]),
                    rffi.cast(rffi.VOIDP, self.data[num]), first, 8,
                    rffi.cast(rffi.VOIDP, total), count)
            keepalive_until_here(w_array)
            return self._number(space, num, raised, total)

    def _gives_number(self, num, count):
        """Whether the loop's result is a float64 or an int64, as its operands are."""
        return ((num == NPY.DOUBLE or num == NPY.LONG) and self.results[num] == num and
                count > 0)

    def _number(self, space, num, raised, total):
        """The scalar that a loop has left, or None if the processor has something to
        say of it."""
        if raised:
            return space.w_None
        if num == NPY.DOUBLE:
            return boxes.W_Float64Box(rffi.cast(capi.DOUBLEP, total)[0])
        return boxes.W_LongBox(total[0])

    @jit.dont_look_inside
    def descr_pair(self, space, w_first, w_second):
        """pair(a, b): the scalar that a generalized ufunc makes of two vectors, or None.
        TypeError if it is another ufunc."""
        self._check(space, self.arity == PAIR)
        if not is_array(space, w_first) or not is_array(space, w_second):
            return space.w_None
        assert isinstance(w_first, W_NDimArray) and isinstance(w_second, W_NDimArray)
        first, second = w_first.implementation, w_second.implementation
        shape = first.get_shape()
        num = self.number_of(first)
        count = first.get_size()
        if (len(shape) != 1 or second.get_shape() != shape or not self._gives_number(num, count)
                or self.number_of(second) != num):
            return space.w_None
        with lltype.scoped_alloc(capi.SIGNEDP.TO, 1) as result:
            raised = capi.loop_pair(
                rffi.cast(rffi.VOIDP, self.functions[num]), rffi.cast(rffi.VOIDP, self.data[num]),
                _start(first), _start(second), 8, rffi.cast(rffi.VOIDP, result), count)
            keepalive_until_here(w_first)
            keepalive_until_here(w_second)
            return self._number(space, num, raised, result)


@jit.dont_look_inside
def loops(space, w_ufunc, w_numbers):
    """The loops of an Object of a ufunc for the dtypes of these numbers (list of
    int).  TypeError for anything else."""
    numbers = [space.int_w(w_number) for w_number in space.listview(w_numbers)]
    w_object = space.interp_w(W_Object, w_ufunc)
    errors.enter(space)
    try:
        ufunc = pointer(space, w_object)
        arity = capi.ufunc_arity(ufunc)
        if arity < 0:
            raise oefmt(space.w_TypeError,
                        "loops are those of a ufunc of one or two operands, numbers or vectors, "
                        "and one result, a number")
        # An Object of its own, for the program can release the other.
        capi.incref(ufunc)
        made = W_Loops(wrap_part(ufunc, w_object.w_class), arity)
        for num in numbers:
            if 0 <= num < DTYPES:
                made.add(space, ufunc, num)
    finally:
        gil.leave()
    return made


W_Loops.typedef = TypeDef(
    "numpypy.loops",
    __doc__="NumPy's inner loops of one ufunc.",
    __call__=interp2app(W_Loops.descr_call),
    reduce=interp2app(W_Loops.descr_reduce),
    pair=interp2app(W_Loops.descr_pair),
)
W_Loops.typedef.acceptable_as_base_class = False

"""Iterating over a CPython list from PyPy.

`iter()` of an Object that refers to an exact list gives this iterator: reading
an element runs no code, so PyPy's GIL need not be given up for it, and a number
is read where it lies.  Like any iterator over a list it sees what is changed
meanwhile, and once at the end it stays there.
"""
from rpython.rlib import jit, rgc
from rpython.rtyper.lltypesystem import lltype, rffi

from pypy.interpreter.baseobjspace import W_Root
from pypy.interpreter.error import OperationError
from pypy.interpreter.gateway import interp2app
from pypy.interpreter.typedef import TypeDef
from pypy.module.cpyembed import capi, convert, errors, gil
from pypy.module.cpyembed.object import pointer


class W_ListIterator(W_Root):
    def __init__(self, w_list):
        self.w_list = w_list            # None at the end
        self.index = 0
        self.slot = lltype.malloc(capi.SIGNEDP.TO, 1, flavor='raw')     # C puts an element here

    @rgc.must_be_light_finalizer
    def __del__(self):
        lltype.free(self.slot, flavor='raw')

    def descr_iter(self, space):
        return self

    def descr_next(self, space):
        w_list = self.w_list
        if w_list is None:
            raise OperationError(space.w_StopIteration, space.w_None)
        # Nothing from here on to the reading of the slot gives up PyPy's GIL.
        status = jit.promote(capi.list_next(pointer(space, w_list), self.index,
                                            rffi.cast(rffi.VOIDP, self.slot)))
        if status == capi.FLOAT_RESULT:
            self.index += 1
            return space.newfloat(rffi.cast(capi.DOUBLEP, self.slot)[0])
        if status == capi.INT_RESULT:
            self.index += 1
            return space.newint(self.slot[0])
        return self._next_rare(space, status)

    def _next_rare(self, space, status):
        if status == capi.RETRY:
            status = self._read_inside(space)
        if status == capi.END:
            self.w_list = None
            raise OperationError(space.w_StopIteration, space.w_None)
        self.index += 1
        if status == capi.NONE_RESULT:
            return space.w_None
        if status == capi.FALSE_RESULT:
            return space.w_False
        if status == capi.TRUE_RESULT:
            return space.w_True
        if status == capi.INT_RESULT:
            return space.newint(self.slot[0])
        if status == capi.FLOAT_RESULT:
            return space.newfloat(rffi.cast(capi.DOUBLEP, self.slot)[0])
        assert status == capi.OBJECT_RESULT
        try:
            return convert.to_pypy(space, rffi.cast(capi.PYOBJ, self.slot[0]))
        finally:
            gil.leave()

    def _read_inside(self, space):
        """The long way in, for which PyPy's GIL may be given up; out again unless
        an OBJECT was read."""
        errors.enter(space)
        status = capi.END
        try:
            w_list = self.w_list        # another thread may have been here
            if w_list is not None:
                status = capi.list_read(pointer(space, w_list), self.index,
                                        rffi.cast(rffi.VOIDP, self.slot))
        finally:
            if status != capi.OBJECT_RESULT:
                gil.leave()
        return status

    def descr_length_hint(self, space):
        w_list = self.w_list
        if w_list is None:
            return space.newint(0)
        errors.enter(space)
        try:
            return space.newint(max(capi.PyList_Size(pointer(space, w_list)) - self.index, 0))
        finally:
            gil.leave()


W_ListIterator.typedef = TypeDef(
    "cpyembed.list_iterator",
    __iter__=interp2app(W_ListIterator.descr_iter),
    __next__=interp2app(W_ListIterator.descr_next),
    __length_hint__=interp2app(W_ListIterator.descr_length_hint),
)
W_ListIterator.typedef.acceptable_as_base_class = False

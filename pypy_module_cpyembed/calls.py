"""Calling a CPython object from PyPy.

The arguments cross, the call is made with PyPy's GIL given up, the result
crosses back, and containers that the callee changed are written back.
"""
from rpython.rlib import jit
from rpython.rtyper.lltypesystem import lltype

from pypy.interpreter.error import OperationError
from pypy.module.cpyembed import capi, classes, convert, direct, errors, gil
from pypy.module.cpyembed.crossing import Crossing
from pypy.module.cpyembed.object import begin, end, wrap


def call(space, w_callee, args, raw):
    """Call with an Arguments object; `raw`: the result is not converted."""
    if not raw:
        w_result = direct.call(space, w_callee, args.arguments_w, _names(args), args.keywords_w)
        if w_result is not None:
            if gil.state.shared.pending_exports != 0:
                _forget_gone(space)
            return w_result
    return _call_long(space, w_callee, args, raw)


def _names(args):
    """The names of the keywords, or None: PyPy gives an empty list where there are none."""
    names_w = args.keyword_names_w
    if names_w is None or len(names_w) == 0:
        return None
    return names_w


def _call_long(space, w_callee, args, raw):
    carried = Crossing()
    callee = begin(space, w_callee)
    try:
        try:
            ob = _call(space, callee, args, carried)
            error = None
            if not ob:
                error = errors.current(space)
            if carried.containers is not None:
                _read_back(space, carried, ob)
            if error is not None:
                raise error
            if raw:
                return wrap(space, ob)
            return convert.to_pypy(space, ob)
        finally:
            if carried.containers is not None:
                carried.release()
    finally:
        end(callee)
        if carried.containers is not None:
            carried.write_back(space)
        if gil.state.shared.pending_exports != 0:
            _forget_gone(space)


def _read_back(space, carried, ob):
    """What was changed in the containers; lets go of the result `ob` (or NULL) if
    that cannot be read."""
    try:
        carried.read_back(space)
    except OperationError:
        if ob:
            capi.decref(ob)
        raise


def _forget_gone(space):
    """Let go of the PyPy objects that this call, or one before, was done with."""
    from pypy.module.cpyembed import export
    export.forget_gone(export.get(space))


def _call(space, callee, args, carried):
    args_w = args.arguments_w
    names_w = _names(args)
    if names_w is None:
        if len(args_w) == 0:
            return capi.call0(callee)
        if len(args_w) == 1:
            a = convert.to_cpython(space, args_w[0], carried)
            ob = capi.call1(callee, a)
            drop_argument(a)
            return ob
    return _call_many(space, callee, args_w, names_w, args.keywords_w, carried)


def drop_argument(ob):
    """Let go of an argument; of a float without a call that gives up PyPy's GIL."""
    if ob.ob_type == gil.state.shared.float_type:
        capi.decref_scalar(ob)
    else:
        capi.decref(ob)


@jit.look_inside_iff(lambda space, callee, args_w, names_w, values_w, carried:
                     jit.isconstant(len(args_w)) and
                     (names_w is None or jit.isconstant(len(names_w))))
def _call_many(space, callee, args_w, names_w, values_w, carried):
    count = len(args_w)
    total = count
    if names_w is not None:
        total += len(names_w)
    # One slot in front is the callee's to use, see calls.c.
    array = lltype.malloc(capi.PYOBJP.TO, total + 1, flavor='raw')
    done = 0
    names = capi.NULL
    try:
        for i in range(count):
            array[i + 1] = convert.to_cpython(space, args_w[i], carried)
            done += 1
        if names_w is not None:
            for i in range(len(names_w)):
                array[count + i + 1] = convert.to_cpython(space, values_w[i], carried)
                done += 1
            names = keyword_tuple(space, names_w)
        return capi.call_many(callee, array, count, names)
    finally:
        for i in range(done):
            drop_argument(array[i + 1])
        if names:
            capi.decref(names)
        lltype.free(array, flavor='raw')


@jit.unroll_safe
def keyword_tuple(space, names_w):
    """A new tuple of interned names."""
    names = capi.PyTuple_New(len(names_w))
    if not names:
        raise errors.current(space)
    try:
        for i in range(len(names_w)):
            name = classes.name_of(space, space.text_w(names_w[i]))
            capi.PyTuple_SetItem(names, i, name)
    except OperationError:
        capi.decref(names)
        raise
    return names

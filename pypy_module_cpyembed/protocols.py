"""The methods that an Object has if its CPython type has them.

`METHODS` lists name and gateway; `classes` puts into the subclass of a type
those that the type defines.  Methods without a line of their own are looked up
and called there.
"""
from rpython.rlib.objectmodel import specialize
from rpython.rtyper.lltypesystem import lltype, rffi
from rpython.tool.sourcetools import func_with_new_name

from pypy.interpreter.argument import Arguments
from pypy.interpreter.error import OperationError
from pypy.interpreter.gateway import interp2app
from pypy.module.cpyembed import calls, capi, classes, convert, direct, errors, gil, hooks
from pypy.module.cpyembed.listiter import W_ListIterator
from pypy.module.cpyembed.object import W_Object, apply, begin, check, end, result, wrap

# ____________________________________________________________
# Calls, items, iteration


def descr_call(w_self, space, __args__):
    self = space.interp_w(W_Object, w_self)
    return calls.call(space, self, __args__, False)


def descr_getitem(w_self, space, w_key):
    self = space.interp_w(W_Object, w_self)
    w_result = direct.getitem(space, self, w_key)
    if w_result is not None:
        return w_result
    ptr = begin(space, self)
    try:
        key = convert.argument(space, w_key)
        item = capi.PyObject_GetItem(ptr, key)
        calls.drop_argument(key)
        return result(space, item)
    finally:
        end(ptr)


def descr_setitem(w_self, space, w_key, w_value):
    self = space.interp_w(W_Object, w_self)
    ptr = begin(space, self)
    try:
        key = convert.argument(space, w_key)
        try:
            value = convert.argument(space, w_value)
        except OperationError:
            capi.decref(key)
            raise
        status = capi.PyObject_SetItem(ptr, key, value)
        calls.drop_argument(key)
        calls.drop_argument(value)
        check(space, status)
    finally:
        end(ptr)


def descr_delitem(w_self, space, w_key):
    self = space.interp_w(W_Object, w_self)
    ptr = begin(space, self)
    try:
        key = convert.argument(space, w_key)
        status = capi.PyObject_DelItem(ptr, key)
        calls.drop_argument(key)
        check(space, status)
    finally:
        end(ptr)


def descr_len(w_self, space):
    self = space.interp_w(W_Object, w_self)
    ptr = begin(space, self)
    try:
        size = capi.PyObject_Size(ptr)
        if size < 0:
            raise errors.current(space)
        return space.newint(size)
    finally:
        end(ptr)


def descr_contains(w_self, space, w_item):
    self = space.interp_w(W_Object, w_self)
    ptr = begin(space, self)
    try:
        item = convert.argument(space, w_item)
        found = rffi.cast(lltype.Signed, capi.PySequence_Contains(ptr, item))
        calls.drop_argument(item)
        if found < 0:
            raise errors.current(space)
        return space.newbool(found != 0)
    finally:
        end(ptr)


def descr_iter(w_self, space):
    self = space.interp_w(W_Object, w_self)
    ptr = begin(space, self)
    try:
        if ptr.ob_type == gil.state.shared.list_type:
            return W_ListIterator(self)
        return result(space, capi.PyObject_GetIter(ptr))
    finally:
        end(ptr)


def descr_next(w_self, space):
    self = space.interp_w(W_Object, w_self)
    w_result = direct.next(space, self)
    if w_result is not None:
        return w_result
    return apply(space, self, capi.next)


def descr_instancecheck(w_self, space, w_obj):
    return _check_class(space, w_self, w_obj, capi.PyObject_IsInstance)


def descr_subclasscheck(w_self, space, w_cls):
    return _check_class(space, w_self, w_cls, capi.PyObject_IsSubclass)


@specialize.arg(3)
def _check_class(space, w_self, w_obj, function):
    self = space.interp_w(W_Object, w_self)
    ptr = begin(space, self)
    try:
        ob = convert.argument(space, w_obj)
        answer = rffi.cast(lltype.Signed, function(ob, ptr))
        calls.drop_argument(ob)
        if answer < 0:
            raise errors.current(space)
        return space.newbool(answer != 0)
    finally:
        end(ptr)


# ____________________________________________________________
# Operators


def _with_operand(space, w_self, w_other, function, swapped):
    """Run a function of two objects.  When it does not know what to do with a
    PyPy object, the PyPy object is asked, as after NotImplemented."""
    self = space.interp_w(W_Object, w_self)
    ptr = begin(space, self)
    try:
        other = convert.argument(space, w_other)
        if swapped:
            ob = function(other, ptr)
        else:
            ob = function(ptr, other)
        foreign = capi.export_handle(other) >= 0
        calls.drop_argument(other)
        if not ob:
            error = errors.current(space)
            if foreign and error.match(space, space.w_TypeError):
                return space.w_NotImplemented
            raise error
        return result(space, ob)
    finally:
        end(ptr)
_with_operand._annspecialcase_ = 'specialize:arg(3, 4)'


def _make_binary(name, function, swapped):
    def descr(w_self, space, w_other):
        return _with_operand(space, w_self, w_other, function, swapped)
    return func_with_new_name(descr, 'descr_' + name.strip('_'))


def _make_unary(name, function):
    def descr(w_self, space):
        return apply(space, space.interp_w(W_Object, w_self), function)
    return func_with_new_name(descr, 'descr_' + name.strip('_'))


def _make_exact(name, function):
    """int(), float() and operator.index() want PyPy's own type back, so that a
    subclass gives its base value."""
    def descr(w_self, space):
        self = space.interp_w(W_Object, w_self)
        ptr = begin(space, self)
        try:
            ob = function(ptr)
            if not ob:
                raise errors.current(space)
            kind = capi.kind(ob)
            if kind == capi.KIND_INT_SUBCLASS or kind == capi.KIND_FLOAT_SUBCLASS:
                w_value = convert.base_value(space, ob, kind)
                capi.decref(ob)
                return w_value
            return convert.to_pypy(space, ob)
        finally:
            end(ptr)
    return func_with_new_name(descr, 'descr_' + name.strip('_'))


def _make_power(name, function, swapped):
    def plain(a, b):
        return function(a, b, rffi.cast(capi.PYOBJ, gil.state.shared.none))

    def descr(w_self, space, w_other, w_modulus=None):
        if w_modulus is None or space.is_none(w_modulus):
            return _with_operand(space, w_self, w_other, plain, swapped)
        return _modular_power(space, w_self, w_other, w_modulus, swapped)
    return func_with_new_name(descr, 'descr_' + name.strip('_'))


def _modular_power(space, w_self, w_other, w_modulus, swapped):
    """pow() with three arguments."""
    self = space.interp_w(W_Object, w_self)
    ptr = begin(space, self)
    try:
        other = convert.argument(space, w_other)
        try:
            modulus = convert.argument(space, w_modulus)
        except OperationError:
            capi.decref(other)
            raise
        if swapped:
            ob = capi.PyNumber_Power(other, ptr, modulus)
        else:
            ob = capi.PyNumber_Power(ptr, other, modulus)
        calls.drop_argument(other)
        calls.drop_argument(modulus)
        return result(space, ob)
    finally:
        end(ptr)


def _forward(name):
    """Look the method up on the CPython type, and call it there."""
    def descr(w_self, space, __args__):
        return calls.call(space, _special(space, w_self, name), __args__, False)
    return func_with_new_name(descr, 'descr_' + name.strip('_'))


def _special(space, w_self, name):
    self = space.interp_w(W_Object, w_self)
    ptr = begin(space, self)
    try:
        method = capi.special(ptr, classes.interned(space, name))
        if not method:
            raise errors.current(space)
        return wrap(space, method)
    finally:
        end(ptr)


def _make_exit(name):
    """The traceback stays behind: CPython wants one of its own."""
    def descr(w_self, space, w_kind, w_value, w_traceback):
        args = Arguments(space, [w_kind, w_value, space.w_None])
        return calls.call(space, _special(space, w_self, name), args, False)
    return func_with_new_name(descr, 'descr_' + name.strip('_'))


def _plain_await(w_self, space):
    return space.call_function(space.getattr(w_self, space.newtext('__await__')))


def descr_await(w_self, space):
    """PyPy's event loop does not know what to do with CPython's futures: see
    `cpyembed/awaiting.py`."""
    w_await = hooks.get(space).w_await_object
    if w_await is None:
        return _plain_await(w_self, space)
    return space.call_function(w_await, w_self)


def descr_mro_entries(w_self, space, w_bases):
    return space.call_function(hooks.get(space).w_mro_entries, w_self, w_bases)


# ____________________________________________________________
# The table

_BINARY = [('add', 'Add'), ('sub', 'Subtract'), ('mul', 'Multiply'), ('truediv', 'TrueDivide'),
           ('floordiv', 'FloorDivide'), ('mod', 'Remainder'), ('lshift', 'Lshift'),
           ('rshift', 'Rshift'), ('and', 'And'), ('or', 'Or'), ('xor', 'Xor'),
           ('matmul', 'MatrixMultiply')]

_FORWARDED = [
    '__enter__', '__aiter__', '__anext__', '__aenter__',
    '__reversed__', '__get__', '__fspath__', '__round__', '__trunc__', '__floor__', '__ceil__',
    '__complex__', '__bytes__', '__length_hint__', '__set__', '__delete__', '__set_name__',
]


def _table():
    table = [
        ('__call__', descr_call), ('__getitem__', descr_getitem), ('__setitem__', descr_setitem),
        ('__delitem__', descr_delitem), ('__len__', descr_len), ('__contains__', descr_contains),
        ('__iter__', descr_iter), ('__next__', descr_next),
        ('__exit__', _make_exit('__exit__')), ('__aexit__', _make_exit('__aexit__')),
        ('__instancecheck__', descr_instancecheck), ('__subclasscheck__', descr_subclasscheck),
        ('__mro_entries__', descr_mro_entries), ('__await__', descr_await),
    ]
    for name, function in _BINARY:
        plain, reflected, inplace = '__%s__' % name, '__r%s__' % name, '__i%s__' % name
        table.append((plain, _make_binary(plain, capi.BINARY[function], False)))
        table.append((reflected, _make_binary(reflected, capi.BINARY[function], True)))
        table.append((inplace, _make_binary(inplace, capi.BINARY['InPlace' + function], False)))
    table.append(('__divmod__', _make_binary('__divmod__', capi.BINARY['Divmod'], False)))
    table.append(('__rdivmod__', _make_binary('__rdivmod__', capi.BINARY['Divmod'], True)))
    table.append(('__pow__', _make_power('__pow__', capi.PyNumber_Power, False)))
    table.append(('__rpow__', _make_power('__rpow__', capi.PyNumber_Power, True)))
    table.append(('__ipow__', _make_power('__ipow__', capi.PyNumber_InPlacePower, False)))
    for name, function in [('neg', capi.PyNumber_Negative), ('pos', capi.PyNumber_Positive),
                           ('abs', capi.PyNumber_Absolute), ('invert', capi.PyNumber_Invert)]:
        table.append(('__%s__' % name, _make_unary(name, function)))
    for name, function in [('int', capi.PyNumber_Long), ('float', capi.PyNumber_Float),
                           ('index', capi.PyNumber_Index)]:
        table.append(('__%s__' % name, _make_exact(name, function)))
    for name in _FORWARDED:
        table.append((name, _forward(name)))
    return [(name, interp2app(descr)) for name, descr in table]


METHODS = _table()

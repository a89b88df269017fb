"""PyPy objects as CPython sees them.

An export is a CPython object that holds a number; here is the table of what the
numbers stand for, and the functions that the C slots call (src/export.c), and
the special methods that have no slot there (src/special.c).
A PyPy object has one export while one is alive, and lives as long as CPython
refers to it.

A callback comes in holding CPython's GIL and takes PyPy's.  The arguments are
converted with both held; then CPython's is dropped, for PyPy code may block or
run long; it is taken again for the result.
"""
from rpython.rlib import jit, rutf8
from rpython.rtyper.lltypesystem import lltype, rffi

from pypy.interpreter.argument import Arguments
from pypy.interpreter.baseobjspace import W_Root
from pypy.interpreter.error import OperationError, get_converted_unexpected_exception, oefmt
from pypy.interpreter.function import Function
from pypy.module.cpyembed import callbacks, capi, convert, errors, gil, hooks
from pypy.module.cpyembed.crossing import Crossing
from pypy.module.cpyembed.object import W_Object, wrap
from pypy.objspace.std.typeobject import W_TypeObject

# enum cpyembed_object_op
(OP_GETATTR, OP_GETITEM, OP_REPR, OP_STR, OP_ITER, OP_NEXT,
 OP_LT, OP_LE, OP_EQ, OP_NE, OP_GT, OP_GE) = range(12)
# enum cpyembed_number_op
(OP_HASH, OP_LEN, OP_BOOL, OP_CONTAINS, OP_SETATTR, OP_DELATTR, OP_SETITEM,
 OP_DELITEM) = range(8)
# enum cpyembed_protocol
(CALLABLE, ITERABLE, ITERATOR, SIZED, SUBSCRIPTABLE, ITEM_ASSIGNMENT, CONTAINER,
 HASHABLE, BUFFER, TRUTH, BINDING, CLASS, DICT) = [1 << bit for bit in range(13)]


class Exports(object):
    """The table: handle -> PyPy object, and the export of each object."""

    def __init__(self, space):
        self.space = space
        self.objects_w = []         # by handle; None for a free one
        self.addresses = []         # by handle: the export, borrowed
        self.free = []              # handles
        self.handles = {}           # PyPy object -> handle
        self.types = {}             # PyPy class -> address of the type of its exports
        self.special = []           # names of the special methods, by number (special.c)


class W_Single(W_Root):
    """A PyPy object that is exported once, and that nobody asks for again: it is
    not looked up, for its hash would be the most of what the export takes."""


class Global(object):
    """How a C callback finds the space: there is one."""
    exports = None


the = Global()


def get(space):
    return space.fromcache(Exports)


# ____________________________________________________________
# Making exports


@jit.dont_look_inside
def export(space, w_obj):
    """A new reference to the export of a PyPy object.  With both GILs held."""
    exports = get(space)
    type_ob = _type_of_exports(space, exports, w_obj)
    forget_gone(exports)        # an address in the table is now that of a live export
    single = isinstance(w_obj, W_Single)
    if not single:
        handle = exports.handles.get(w_obj, -1)
        if handle >= 0:
            ob = rffi.cast(capi.PYOBJ, exports.addresses[handle])
            capi.incref(ob)
            return ob
    if len(exports.free) > 0:
        handle = exports.free.pop()
    else:
        handle = len(exports.objects_w)
        exports.objects_w.append(None)
        exports.addresses.append(0)
    exports.objects_w[handle] = w_obj
    ob = capi.new_export(type_ob, handle)
    if not ob:
        exports.objects_w[handle] = None
        exports.free.append(handle)
        raise errors.current(space)
    exports.addresses[handle] = rffi.cast(lltype.Signed, ob)
    if not single:
        exports.handles[w_obj] = handle
    return ob


def reveal(space, ob):
    """The PyPy object of an export."""
    return get(space).objects_w[capi.export_handle(ob)]


@jit.dont_look_inside
def forget_gone(exports):
    """Let go of the objects whose exports CPython has let go of."""
    if gil.state.shared.pending_exports == 0:
        return
    while True:
        handle = capi.next_gone_export()
        if handle < 0:
            return
        w_obj = exports.objects_w[handle]
        exports.objects_w[handle] = None
        # The number may stand for a younger export of the same object.
        if not isinstance(w_obj, W_Single) and exports.handles.get(w_obj, -1) == handle:
            del exports.handles[w_obj]
        exports.free.append(handle)


def _type_of_exports(space, exports, w_obj):
    """The type of the exports of a class; when it is new, CPython is left for a
    moment."""
    w_type = space.type(w_obj)
    address = exports.types.get(w_type, 0)
    if address == 0:
        ob = capi.export_type(_type_name(space, w_type), _protocols(space, w_obj))
        if not ob:
            raise errors.current(space)
        try:
            _add_special_methods(space, exports, ob, w_obj)
        except OperationError:
            capi.decref(ob)
            raise
        address = rffi.cast(lltype.Signed, ob)
        exports.types[w_type] = address
        _finish_type(space, ob, w_type)
    return rffi.cast(capi.PYOBJ, address)


def _finish_type(space, ob, w_type):
    """What `cpyembed/native/exports.py` does to a new type: abstract classes,
    the docstring."""
    w_function = hooks.get(space).w_export_type
    if w_function is None:
        return
    capi.incref(ob)
    w_original = wrap(space, ob)
    gil.leave()
    try:
        space.call_function(w_function, w_type, w_original)
    finally:
        errors.enter(space)


def _type_name(space, w_type):
    name = w_type.name
    module = 'builtins'
    # Not from dict_w, which holds a cell where the attribute was assigned again.
    w_module = w_type.getdictvalue(space, '__module__')
    if w_module is not None and space.isinstance_w(w_module, space.w_text):
        module = space.text_w(w_module)
    if '.' not in name:
        name = module + '.' + name
    if rutf8.has_surrogates(name):
        return '?'                  # not text to CPython; finish() gives a better one
    return name


_PROTOCOLS = [('__call__', CALLABLE), ('__iter__', ITERABLE), ('__next__', ITERATOR),
              ('__len__', SIZED), ('__getitem__', SUBSCRIPTABLE),
              ('__setitem__', ITEM_ASSIGNMENT), ('__delitem__', ITEM_ASSIGNMENT),
              ('__contains__', CONTAINER), ('__hash__', HASHABLE), ('__bool__', TRUTH)]


def _protocols(space, w_obj):
    from pypy.module.cpyembed import memory
    protocols = 0
    for name, bit in _PROTOCOLS:
        if _has(space, w_obj, name):
            protocols |= bit
    if memory.has_buffer(space, w_obj):
        protocols |= BUFFER
    if isinstance(w_obj, W_TypeObject):
        protocols |= CLASS          # may have __class_getitem__
    if space.isinstance_w(w_obj, space.w_dict):
        protocols |= DICT
    if _binds(space, w_obj):
        protocols |= BINDING
    return protocols


def _has(space, w_obj, name):
    w_method = space.lookup(w_obj, name)
    return w_method is not None and not space.is_none(w_method)


def _binds(space, w_obj):
    """Whether it is a function, which needs no PyPy code to bind `self`."""
    return isinstance(w_obj, Function) and _has(space, w_obj, '__get__')


def _add_special_methods(space, exports, ob, w_obj):
    """The methods that the class has, into the dictionary of the new type; and
    None where the class says so, which means more than being absent."""
    binds = _binds(space, w_obj)
    for i in range(len(exports.special)):
        name = exports.special[i]
        if _has(space, w_obj, name) and not (binds and name == '__get__'):
            if capi.export_add_special(ob, i) < 0:
                raise errors.current(space)
    for name in exports.special:
        _refuse(space, ob, w_obj, name)
    for name, _ in _PROTOCOLS:
        if name != '__hash__':      # has a slot that refuses
            _refuse(space, ob, w_obj, name)


def _refuse(space, ob, w_obj, name):
    w_method = space.lookup(w_obj, name)
    if w_method is not None and space.is_none(w_method):
        if capi.export_refuse(ob, name) < 0:
            raise errors.current(space)


# ____________________________________________________________
# Callbacks

driver = jit.JitDriver(name='cpyembed_callback', greens=['pycode'],
                       reds=['nargs', 'array', 'names', 'w_callable'],
                       get_printable_location=lambda pycode: 'cpyembed callback ' + (
                           '?' if pycode is None else pycode.get_repr()))


def _call(handle, array, nargs, names):
    exports = the.exports
    space = exports.space
    callback = callbacks.begin(space)
    try:
        return _call_jitted(space, exports.objects_w[handle], array, nargs, names)
    finally:
        callbacks.end(space, callback)


def _call_jitted(space, w_callable, array, nargs, names):
    pycode = space._try_fetch_pycode(w_callable)
    driver.jit_merge_point(pycode=pycode, nargs=nargs, array=array, names=names,
                           w_callable=w_callable)
    return _call_inside(the.exports.space, w_callable, array, nargs, names)


def _call_inside(space, w_callable, array, nargs, names):
    """The call proper; NULL with CPython's exception set when it raises."""
    w_result = None
    error = None
    carried = Crossing(False)
    try:
        args = _arguments(space, array, nargs, names)
        gil.leave()
        try:
            w_result = space.call_args(w_callable, args)
        finally:
            gil.enter()
        return convert.to_cpython(space, w_result, carried)
    except OperationError as e:
        error = e
    except gil.GateClosed:
        return capi.NULL            # the thread is being abandoned
    except Exception as e:
        error = get_converted_unexpected_exception(space, e)
    finally:
        if carried.containers is not None:
            carried.release()
    return _raise(space, error)


@jit.unroll_safe
def _arguments(space, array, nargs, names):
    nargs = jit.promote(nargs)
    args_w = [None] * nargs
    for i in range(nargs):
        capi.incref(array[i])
        args_w[i] = convert.to_pypy(space, array[i])
    if not names:
        return Arguments(space, args_w)
    return _with_keywords(space, args_w, array, nargs, names)


@jit.dont_look_inside
def _with_keywords(space, args_w, array, nargs, names):
    count = capi.tuple_size(names)
    names_w = [None] * count
    values_w = [None] * count
    for i in range(count):
        name = capi.tuple_item(names, i)
        capi.incref(name)
        names_w[i] = convert.to_pypy(space, name)
        capi.incref(array[nargs + i])
        values_w[i] = convert.to_pypy(space, array[nargs + i])
    return Arguments(space, args_w, keyword_names_w=names_w, keywords_w=values_w)


@jit.dont_look_inside
def _raise(space, error):
    """Inside CPython: set its exception from PyPy's.  Always NULL."""
    try:
        gil.leave()
        try:
            w_error = errors.prepare(space, error)
        finally:
            gil.enter()
        errors.restore(space, w_error, error)
    except OperationError as e:
        # The exception itself could not be made there.  Say that much.
        gil.leave()
        try:
            text = e.errorstr(space)
        finally:
            gil.enter()
        capi.set_runtime_error(text)
    return capi.NULL


def _operand(space, ob):
    capi.incref(ob)
    return convert.to_pypy(space, ob)


@jit.dont_look_inside
def _object_op(handle, op, argument):
    exports = the.exports
    space = exports.space
    callback = callbacks.begin(space)
    try:
        return _object_op_inside(space, exports.objects_w[handle], op, argument)
    finally:
        callbacks.end(space, callback)


def _object_op_inside(space, w_obj, op, argument):
    error = None
    carried = Crossing(False)
    try:
        w_argument = None
        if argument:
            w_argument = _operand(space, argument)
        gil.leave()
        try:
            w_result = _do_object_op(space, w_obj, op, w_argument)
        finally:
            gil.enter()
        if w_result is None:
            return capi.NULL        # the end of an iterator needs no exception
        return convert.to_cpython(space, w_result, carried)
    except OperationError as e:
        error = e
    except gil.GateClosed:
        return capi.NULL
    except Exception as e:
        error = get_converted_unexpected_exception(space, e)
    finally:
        if carried.containers is not None:
            carried.release()
    return _raise(space, error)


def _do_object_op(space, w_obj, op, w_argument):
    if op == OP_GETATTR:
        return _getattr(space, w_obj, w_argument)
    if op == OP_GETITEM:
        return space.getitem(w_obj, w_argument)
    if op == OP_REPR:
        return space.repr(w_obj)
    if op == OP_STR:
        return space.str(w_obj)
    if op == OP_ITER:
        return space.iter(w_obj)
    if op == OP_NEXT:
        return _next(space, w_obj)
    if op == OP_GT or op == OP_GE:
        swapped = op - OP_GT + OP_LT
    elif op == OP_LT or op == OP_LE:
        swapped = op - OP_LT + OP_GT
    else:
        swapped = op
    return _binary(space, w_obj, w_argument, _COMPARISONS[op - OP_LT],
                   _COMPARISONS[swapped - OP_LT])


def _getattr(space, w_obj, w_name):
    try:
        return space.getattr(w_obj, w_name)
    except OperationError as e:
        # __signature__ and __deepcopy__ are looked up like this, on the object.
        w_function = hooks.get(space).w_export_attribute
        if w_function is None or not e.match(space, space.w_AttributeError) or (
                not space.text_w(w_name).startswith('__')):
            raise
    return space.call_function(w_function, w_obj, w_name)


def _next(space, w_obj):
    """None at the end of an iterator that returns no value."""
    try:
        return space.next(w_obj)
    except OperationError as e:
        if not e.match(space, space.w_StopIteration):
            raise
        w_error = e.normalize_exception(space)
        if space.is_w(space.type(w_error), space.w_StopIteration) and space.is_none(
                space.getattr(w_error, space.newtext('value'))):
            return None
        raise


def _binary(space, w_obj, w_other, name, reflected):
    """A binary operator of which w_obj is the left side.  CPython does not know
    which class of PyPy derives from which, so that the rule that the method of
    a subclass comes first is kept here.  Of an Object, whose class derives from
    `object`, it has asked the method already."""
    w_type = space.type(w_obj)
    w_other_type = space.type(w_other)
    if (w_other_type is not w_type and not isinstance(w_other, W_Object) and
            space.issubtype_w(w_other_type, w_type)):
        w_method = space.lookup(w_other, reflected)
        if w_method is not None and w_method is not space.lookup(w_obj, reflected):
            w_result = space.get_and_call_function(w_method, w_other, w_obj)
            if not space.is_w(w_result, space.w_NotImplemented):
                return w_result
    w_method = space.lookup(w_obj, name)
    if w_method is None:
        return space.w_NotImplemented
    return space.get_and_call_function(w_method, w_obj, w_other)


_COMPARISONS = ['__lt__', '__le__', '__eq__', '__ne__', '__gt__', '__ge__']


@jit.dont_look_inside
def _method_op(handle, number, array, nargs, names):
    exports = the.exports
    space = exports.space
    callback = callbacks.begin(space)
    try:
        return _method_inside(space, exports.objects_w[handle], exports.special[number], array,
                              nargs, names)
    finally:
        callbacks.end(space, callback)


def _method_inside(space, w_obj, name, array, nargs, names):
    error = None
    carried = Crossing(False)
    try:
        args = _arguments(space, array, nargs, names)
        gil.leave()
        try:
            w_result = _do_method(space, w_obj, name, args)
        finally:
            gil.enter()
        return convert.to_cpython(space, w_result, carried)
    except OperationError as e:
        error = e
    except gil.GateClosed:
        return capi.NULL
    except Exception as e:
        error = get_converted_unexpected_exception(space, e)
    finally:
        if carried.containers is not None:
            carried.release()
    return _raise(space, error)


def _do_method(space, w_obj, name, args):
    if name in _REFLECTED and len(args.arguments_w) == 1:
        return _binary(space, w_obj, args.arguments_w[0], name, _REFLECTED[name])
    w_method = space.lookup(w_obj, name)
    if w_method is None:
        raise oefmt(space.w_TypeError, "'%T' object has no method %s any more", w_obj, name)
    return space.get_and_call_args(w_method, w_obj, args)


_REFLECTED = {}
for _name in ('add sub mul matmul truediv floordiv mod divmod pow lshift rshift and or xor'
              .split()):
    _REFLECTED['__%s__' % _name] = '__r%s__' % _name


@jit.dont_look_inside
def _number_op(handle, op, key, value):
    exports = the.exports
    space = exports.space
    callback = callbacks.begin(space)
    try:
        return _number_op_inside(space, exports.objects_w[handle], op, key, value)
    finally:
        callbacks.end(space, callback)


def _number_op_inside(space, w_obj, op, key, value):
    error = None
    try:
        w_key = w_value = None
        if key:
            w_key = _operand(space, key)
        if value:
            w_value = _operand(space, value)
        gil.leave()
        try:
            return _do_number_op(space, w_obj, op, w_key, w_value)
        finally:
            gil.enter()
    except OperationError as e:
        error = e
    except gil.GateClosed:
        return -1
    except Exception as e:
        error = get_converted_unexpected_exception(space, e)
    _raise(space, error)
    return -1


def _do_number_op(space, w_obj, op, w_key, w_value):
    if op == OP_HASH:
        value = space.int_w(space.hash(w_obj))
        if value == -1:
            return -2               # -1 says that there was an error
        return value
    if op == OP_LEN:
        return space.len_w(w_obj)
    if op == OP_BOOL:
        return int(space.is_true(w_obj))
    if op == OP_CONTAINS:
        return int(space.contains_w(w_obj, w_key))
    if op == OP_SETATTR:
        space.setattr(w_obj, w_key, w_value)
    elif op == OP_DELATTR:
        space.delattr(w_obj, w_key)
    elif op == OP_SETITEM:
        space.setitem(w_obj, w_key, w_value)
    else:
        space.delitem(w_obj, w_key)
    return 0


# ____________________________________________________________

_call_entry = gil.entry(_call, capi.NULL, 4)
_object_op_entry = gil.entry(_object_op, capi.NULL, 3)
_number_op_entry = gil.entry(_number_op, -1, 4)
_method_op_entry = gil.entry(_method_op, capi.NULL, 5)


def setup(space):
    """Tell the C slots whom to call.  Once, when CPython starts."""
    exports = get(space)
    name = capi.special_name(len(exports.special))
    while name:
        exports.special.append(rffi.charp2str(name))
        name = capi.special_name(len(exports.special))
    the.exports = exports
    capi.set_export_functions(rffi.llhelper(capi.CALL_FN, _call_entry),
                              rffi.llhelper(capi.OBJECT_FN, _object_op_entry),
                              rffi.llhelper(capi.NUMBER_FN, _number_op_entry),
                              rffi.llhelper(capi.METHOD_FN, _method_op_entry))

"""Values across, both ways: the two tables of the contract.

Both functions want both GILs held.  What needs application-level code steps
out of CPython for it, so a caller must not rely on CPython's GIL having been
held throughout.
"""
from rpython.rlib import jit, rutf8
from rpython.rlib.objectmodel import keepalive_until_here
from rpython.rlib.rbigint import rbigint
from rpython.rtyper.lltypesystem import lltype, rffi

from pypy.interpreter.error import OperationError, oefmt
from pypy.module.cpyembed import capi, classes, crossing, errors, gil, hooks, scopes
from pypy.module.cpyembed.object import W_Object, weigh, wrap
from pypy.objspace.std.boolobject import W_BoolObject
from pypy.objspace.std.bytesobject import W_BytesObject
from pypy.objspace.std.complexobject import W_ComplexObject
from pypy.objspace.std.floatobject import W_FloatObject
from pypy.objspace.std.intobject import W_IntObject
from pypy.objspace.std.tupleobject import W_AbstractTupleObject
from pypy.objspace.std.unicodeobject import W_UnicodeObject

# ____________________________________________________________
# PyPy to CPython


def to_cpython(space, w_obj, carried):
    """A new reference to the CPython object for a PyPy one.  `carried` is the
    Crossing of this call.  Raises OperationError."""
    if isinstance(w_obj, W_Object):
        return _new_reference(space, w_obj)
    if type(w_obj) is W_FloatObject:
        return _made(space, capi.PyFloat_FromDouble(w_obj.floatval))
    if type(w_obj) is W_IntObject:
        return _made(space, capi.PyLong_FromLong(w_obj.intval))
    if space.is_none(w_obj):
        return _borrowed(gil.state.shared.none)
    if isinstance(w_obj, W_BoolObject):
        if w_obj.intval:
            return _borrowed(gil.state.shared.true)
        return _borrowed(gil.state.shared.false)
    if type(w_obj) is W_UnicodeObject:
        return _str(space, w_obj)
    return _to_cpython_rare(space, w_obj, carried)


def argument(space, w_obj):
    """to_cpython for a value that crosses by itself: containers are copied in only."""
    carried = crossing.Crossing(False)
    try:
        return to_cpython(space, w_obj, carried)
    finally:
        if carried.containers is not None:
            carried.release()


def _new_reference(space, w_obj):
    if not w_obj.ptr:
        raise oefmt(space.w_ValueError, "this reference was released")
    capi.incref(w_obj.ptr)
    return w_obj.ptr


def _borrowed(address):
    ob = rffi.cast(capi.PYOBJ, address)
    capi.incref(ob)
    return ob


def _made(space, ob):
    if not ob:
        raise errors.current(space)
    return ob


def _str(space, w_obj):
    utf8 = space.utf8_w(w_obj)
    if len(utf8) != w_obj._len() and rutf8.has_surrogates(utf8):
        return _made(space, capi.PyUnicode_Decode_running(utf8, len(utf8), 'surrogatepass'))
    return _made(space, capi.PyUnicode_DecodeUTF8(utf8, len(utf8), 'strict'))


@jit.dont_look_inside
def _to_cpython_rare(space, w_obj, carried):
    w_type = space.type(w_obj)
    own_w = space.fromcache(Converters).own_w
    if len(own_w) > 0 and w_type in own_w:
        return _converted(space, w_obj, own_w[w_type], carried)
    if type(w_obj) is W_BytesObject:
        value = space.bytes_w(w_obj)
        return _made(space, capi.PyBytes_FromStringAndSize(value, len(value)))
    if w_type is space.w_tuple:
        return _tuple_of(space, space.fixedview(w_obj), carried)
    if w_type is space.w_list:
        return _list(space, w_obj, carried)
    if w_type is space.w_dict:
        return _dict(space, w_obj, carried)
    if w_type is space.w_set or w_type is space.w_frozenset:
        return _set(space, w_obj, carried, w_type is space.w_frozenset)
    from pypy.module.cpyembed import ndarray
    ob = ndarray.to_cpython(space, w_obj)
    if ob:
        return ob
    w_original = w_obj.getdictvalue(space, '__cpython__')
    if isinstance(w_original, W_Object):
        return _new_reference(space, w_original)    # it came from there
    if space.isinstance_w(w_obj, space.w_BaseException):
        return _exception(space, w_obj)
    if space.is_w(w_obj, space.w_Ellipsis):
        return _builtin(space, 'Ellipsis')
    if space.is_w(w_obj, space.w_NotImplemented):
        return _builtin(space, 'NotImplemented')
    ob = _scalar_subclass(space, w_obj)
    if ob:
        return ob
    return _by_class(space, w_obj, carried)


def _scalar_subclass(space, w_obj):
    """A subclass of a scalar arrives as its base value; NULL for anything else."""
    if space.isinstance_w(w_obj, space.w_int):
        return _int(space, w_obj)
    if space.isinstance_w(w_obj, space.w_float):
        return _made(space, capi.PyFloat_FromDouble(space.float_w(w_obj)))
    if isinstance(w_obj, W_ComplexObject):
        return _made(space, capi.PyComplex_FromDoubles(w_obj.realval, w_obj.imagval))
    if isinstance(w_obj, W_UnicodeObject):
        return _str(space, w_obj)
    if space.isinstance_w(w_obj, space.w_bytes):
        value = space.bytes_w(w_obj)
        return _made(space, capi.PyBytes_FromStringAndSize(value, len(value)))
    return capi.NULL


def _int(space, w_obj):
    if isinstance(w_obj, W_IntObject):
        return _made(space, capi.PyLong_FromLong(w_obj.intval))
    big = space.bigint_w(w_obj, allow_conversion=False)
    size = big.bit_length() // 8 + 1
    return _made(space, capi.long_from_bytes(big.tobytes(size, 'little', True), size))


def _builtin(space, name):
    """A new reference to an attribute of CPython's builtins."""
    module = capi.PyImport_ImportModule('builtins')
    ob = capi.PyObject_GetAttr(module, classes.interned(space, name))
    capi.decref(module)
    return _made(space, ob)


def _tuple_of(space, items_w, carried):
    ob = _made(space, capi.PyTuple_New(len(items_w)))
    try:
        for i in range(len(items_w)):
            capi.tuple_store(ob, i, to_cpython(space, items_w[i], carried))
    except OperationError:
        capi.decref(ob)
        raise
    return ob


def _known(space, w_obj, carried):
    ob = carried.find(space, w_obj)
    if ob:
        capi.incref(ob)
    return ob


def _list(space, w_obj, carried):
    ob = _known(space, w_obj, carried)
    if ob:
        return ob
    container = carried.begin(w_obj, crossing.LIST)
    items_w = []
    ob = _list_of_numbers(space, w_obj)
    if not ob:
        items_w = space.listview(w_obj)[:]
        ob = _list_of(space, items_w, carried)
    return _noted(space, carried, container, ob, items_w)


def _noted(space, carried, container, ob, elements_w):
    """The copy `ob` of a container is whole: the call knows it from now on.  Takes
    the reference and gives it back."""
    try:
        carried.made(space, container, ob, elements_w)
    except OperationError:
        capi.decref(ob)
        raise
    return ob


def _list_of(space, items_w, carried):
    ob = _made(space, capi.PyList_New(len(items_w)))
    try:
        for i in range(len(items_w)):
            capi.list_store(ob, i, to_cpython(space, items_w[i], carried))
    except OperationError:
        capi.decref(ob)
        raise
    return ob


def _list_of_numbers(space, w_list):
    """A list that PyPy itself keeps as bare ints or floats, in one go; NULL if it
    does not.  The numbers are copied first: PyPy's list may change meanwhile."""
    ints = space.listview_int(w_list)
    if ints is not None:
        count = len(ints)
        with lltype.scoped_alloc(capi.SIGNEDP.TO, count) as longs:
            for i in range(count):
                longs[i] = ints[i]
            return _made(space, capi.list_of_longs(longs, count))
    floats = space.listview_float(w_list)
    if floats is not None:
        count = len(floats)
        with lltype.scoped_alloc(capi.DOUBLEP.TO, count) as doubles:
            for i in range(count):
                doubles[i] = floats[i]
            return _made(space, capi.list_of_doubles(doubles, count))
    return capi.NULL


def _dict(space, w_obj, carried):
    ob = _known(space, w_obj, carried)
    if ob:
        return ob
    container = carried.begin(w_obj, crossing.DICT)
    elements_w = _pairs(space, w_obj)
    ob = _made(space, capi.PyDict_New())
    _fill(space, ob, elements_w, carried, True)
    return _noted(space, carried, container, ob, elements_w)


def _pairs(space, w_mapping):
    """Keys and values by turns."""
    elements_w = []
    for w_pair in space.unpackiterable(space.call_method(w_mapping, 'items')):
        w_key, w_value = space.fixedview(w_pair, 2)
        elements_w.append(w_key)
        elements_w.append(w_value)
    return elements_w


def _fill(space, ob, elements_w, carried, exact):
    """Put keys and values into a new CPython dict, or into one of a subclass;
    lets go of it when that fails."""
    try:
        for i in range(0, len(elements_w) - 1, 2):
            _fill_in(space, ob, elements_w[i], elements_w[i + 1], carried, exact)
    except OperationError:
        capi.decref(ob)
        raise


def _fill_in(space, ob, w_key, w_value, carried, exact):
    key = to_cpython(space, w_key, carried)
    try:
        value = to_cpython(space, w_value, carried)
    except OperationError:
        capi.decref(key)
        raise
    if exact:
        status = capi.PyDict_SetItem(ob, key, value)
    else:
        status = capi.PyObject_SetItem(ob, key, value)
    failed = rffi.cast(lltype.Signed, status) < 0
    capi.decref(key)
    capi.decref(value)
    if failed:
        raise errors.current(space)


def _mapping(space, w_obj, w_make, carried):
    """An OrderedDict, defaultdict or Counter; w_make makes an empty one."""
    ob = _known(space, w_obj, carried)
    if ob:
        return ob
    container = carried.begin(w_obj, crossing.DICT)
    gil.leave()
    try:
        elements_w = _pairs(space, w_obj)
        w_empty = space.call_function(w_make, w_obj)
    finally:
        errors.enter(space)
    ob = _new_reference(space, space.interp_w(W_Object, w_empty))
    _fill(space, ob, elements_w, carried, False)
    return _noted(space, carried, container, ob, elements_w)


_extend = capi.BINARY['InPlaceAdd']


def _deque(space, w_obj, w_make, carried):
    """w_make makes an empty one of the same maximal length."""
    ob = _known(space, w_obj, carried)
    if ob:
        return ob
    container = carried.begin(w_obj, crossing.DEQUE)
    gil.leave()
    try:
        items_w = space.unpackiterable(w_obj)
        w_empty = space.call_function(w_make, w_obj)
    finally:
        errors.enter(space)
    items = _list_of(space, items_w, carried)
    ob = _extend(space.interp_w(W_Object, w_empty).ptr, items)
    keepalive_until_here(w_empty)
    capi.decref(items)
    return _noted(space, carried, container, _made(space, ob), items_w)


def _namedtuple(space, w_obj, w_twin, carried):
    """An instance of the twin class, which CPython's collections made."""
    assert isinstance(w_obj, W_AbstractTupleObject)
    twin = _new_reference(space, space.interp_w(W_Object, w_twin))
    try:
        items = _tuple_of(space, w_obj.tolist(), carried)
        ob = capi.PyObject_CallObject(twin, items)
        capi.decref(items)
        return _made(space, ob)
    finally:
        capi.decref(twin)


def _set(space, w_obj, carried, frozen):
    if not frozen:
        ob = _known(space, w_obj, carried)
        if ob:
            return ob
    items_w = space.listview(w_obj)[:]
    container = None
    if frozen:
        ob = capi.PyFrozenSet_New(capi.NULL)
    else:
        container = carried.begin(w_obj, crossing.SET)
        ob = capi.PySet_New(capi.NULL)
    _made(space, ob)
    try:
        for w_item in items_w:
            item = to_cpython(space, w_item, carried)
            failed = rffi.cast(lltype.Signed, capi.PySet_Add(ob, item)) < 0
            capi.decref(item)
            if failed:
                raise errors.current(space)
        if container is not None:
            # The order of the elements there is not the order here.
            carried.made(space, container, ob, [])
    except OperationError:
        capi.decref(ob)
        raise
    return ob


def _exception(space, w_obj):
    gil.leave()
    try:
        w_made = space.call_function(hooks.get(space).w_cpython_exception, w_obj)
    finally:
        errors.enter(space)
    return _new_reference(space, space.interp_w(W_Object, w_made))


(BY_REFERENCE, BY_VALUE, MAPPING, DEQUE, NAMEDTUPLE) = range(5)
_KINDS = {'mapping': MAPPING, 'deque': DEQUE, 'namedtuple': NAMEDTUPLE}


class Converter(object):
    """How the instances of one PyPy class cross: w_function is what makes
    CPython's value, or the empty container, or is the twin class."""

    def __init__(self, kind, w_function):
        self.kind = kind
        self.w_function = w_function


class Converters(object):
    """A Converter for each PyPy class met, and the functions of those that the
    user registered."""

    def __init__(self, space):
        self.known = {}
        self.own_w = {}


def _by_class(space, w_obj, carried):
    """What `cpyembed/native/values.py` converts, and everything else: an export."""
    from pypy.module.cpyembed import export
    w_type = space.type(w_obj)
    if space.isinstance_w(w_obj, space.w_type):
        return _class(space, w_obj)
    known = space.fromcache(Converters).known
    converter = known.get(w_type, None)
    if converter is None:
        gil.leave()
        try:
            converter = _find_converter(space, w_type)
        finally:
            errors.enter(space)
        known[w_type] = converter
    kind = converter.kind
    if kind == BY_VALUE:
        return _converted(space, w_obj, converter.w_function, carried)
    if kind == MAPPING:
        return _mapping(space, w_obj, converter.w_function, carried)
    if kind == DEQUE:
        return _deque(space, w_obj, converter.w_function, carried)
    if kind == NAMEDTUPLE:
        return _namedtuple(space, w_obj, converter.w_function, carried)
    if isinstance(w_obj, W_AbstractTupleObject):
        return _tuple_of(space, w_obj.tolist(), carried)    # a subclass, as its base value
    return export.export(space, w_obj)


def _find_converter(space, w_type):
    """Ask `cpyembed.native.values`: None, a function, or (kind, function)."""
    w_found = space.call_function(hooks.get(space).w_converter, w_type)
    if space.is_none(w_found):
        return Converter(BY_REFERENCE, space.w_None)
    if not space.isinstance_w(w_found, space.w_tuple):
        return Converter(BY_VALUE, w_found)
    w_kind, w_function = space.fixedview(w_found, 2)
    return Converter(_KINDS[space.text_w(w_kind)], w_function)


def _converted(space, w_obj, w_function, carried):
    """What the function makes of it crosses instead; None stands for an export."""
    from pypy.module.cpyembed import export
    gil.leave()
    try:
        w_made = space.call_function(w_function, w_obj)
    finally:
        errors.enter(space)
    if space.is_none(w_made):
        return export.export(space, w_obj)
    return to_cpython(space, w_made, carried)


class Classes(object):
    """PyPy classes that have a CPython counterpart."""

    def __init__(self, space):
        self.to_cpython_w = {}      # PyPy class -> Object, or None for an export
        self.to_pypy_w = {}         # address of the CPython class -> PyPy class


def _class(space, w_class):
    from pypy.module.cpyembed import export
    known_w = space.fromcache(Classes).to_cpython_w
    if w_class not in known_w:
        gil.leave()
        try:
            w_made = space.call_function(hooks.get(space).w_cpython_class, w_class)
            known_w[w_class] = w_made
        finally:
            errors.enter(space)
    w_made = known_w[w_class]
    if isinstance(w_made, W_Object):
        return _new_reference(space, w_made)
    return export.export(space, w_class)


# ____________________________________________________________
# CPython to PyPy


def to_pypy(space, ob):
    """The PyPy value of a CPython object.  Takes the reference.  Raises
    OperationError."""
    shared = gil.state.shared
    address = ob.ob_type
    if address == shared.float_type:
        value = capi.float_value(ob)
        capi.decref_scalar(ob)
        return space.newfloat(value)
    if address == shared.long_type and capi.is_small_long(ob):
        number = capi.small_long(ob)
        capi.decref_scalar(ob)
        return space.newint(number)
    identity = rffi.cast(lltype.Signed, ob)
    if identity == shared.none:
        capi.decref_scalar(ob)
        return space.w_None
    if address == shared.bool_type:
        capi.decref_scalar(ob)
        return space.newbool(identity == shared.true)
    if address == shared.tuple_type and capi.tuple_size(ob) == 2:
        return _pair(space, ob)
    return _to_pypy_rare(space, ob)


def _pair(space, ob):
    """The commonest tuple, where the JIT sees it: `for key, value in ...` makes none."""
    try:
        w_first = item_to_pypy(space, capi.tuple_item(ob, 0))
        return space.newtuple2(w_first, item_to_pypy(space, capi.tuple_item(ob, 1)))
    finally:
        capi.decref(ob)


def item_to_pypy(space, ob):
    """to_pypy for a borrowed reference; numbers are read without counting."""
    shared = gil.state.shared
    address = ob.ob_type
    if address == shared.float_type:
        return space.newfloat(capi.float_value(ob))
    if address == shared.long_type and capi.is_small_long(ob):
        return space.newint(capi.small_long(ob))
    capi.incref(ob)
    if address == shared.tuple_type:
        return _exact_tuple(space, ob)
    return to_pypy(space, ob)


@jit.dont_look_inside
def _exact_tuple(space, ob):
    try:
        return _tuple(space, ob)
    finally:
        capi.decref(ob)


@jit.dont_look_inside
def _to_pypy_rare(space, ob):
    from pypy.module.cpyembed import export
    kind = capi.kind(ob)
    if classes.get(space).has_own and (kind == capi.KIND_OTHER or kind >= capi.KIND_TYPE):
        info = classes.info_of(space, ob)
        if info.w_own is not None:
            return _call_converter(space, info.w_own, wrap(space, ob))
    if kind == capi.KIND_OTHER:
        return _other(space, ob)
    if kind == capi.KIND_EXCEPTION:
        return errors.from_exception(space, ob)
    if kind == capi.KIND_EXPORT:
        w_obj = export.reveal(space, ob)
        capi.decref(ob)
        return w_obj
    if kind in (capi.KIND_INT_SUBCLASS, capi.KIND_FLOAT_SUBCLASS, capi.KIND_COMPLEX_SUBCLASS,
                capi.KIND_STR_SUBCLASS, capi.KIND_BYTES_SUBCLASS, capi.KIND_TUPLE_SUBCLASS):
        return _value(space, ob, kind)
    if kind == capi.KIND_TYPE or kind == capi.KIND_EXCEPTION_CLASS:
        return _pypy_class(space, ob, kind)
    try:
        if kind == capi.KIND_TUPLE:
            return _tuple(space, ob)
        return base_value(space, ob, kind)
    finally:
        capi.decref(ob)


def base_value(space, ob, kind):
    """The PyPy value of a scalar, of the exact type or of a subclass; the
    reference stays the caller's."""
    if kind == capi.KIND_INT or kind == capi.KIND_INT_SUBCLASS:
        return _pypy_int(space, ob)
    if kind == capi.KIND_STR or kind == capi.KIND_STR_SUBCLASS:
        return _pypy_str(space, ob)
    if kind == capi.KIND_BYTES or kind == capi.KIND_BYTES_SUBCLASS:
        return space.newbytes(capi.bytes_value(ob))
    if kind == capi.KIND_FLOAT_SUBCLASS:
        return space.newfloat(capi.float_value(ob))
    if kind == capi.KIND_COMPLEX or kind == capi.KIND_COMPLEX_SUBCLASS:
        with lltype.scoped_alloc(capi.DOUBLEP.TO, 2) as parts:
            capi.complex_parts(ob, parts)
            return space.newcomplex(parts[0], parts[1])
    if kind == capi.KIND_ELLIPSIS:
        return space.w_Ellipsis
    if kind == capi.KIND_NOTIMPLEMENTED:
        return space.w_NotImplemented
    if kind == capi.KIND_SLICE:
        return space.newslice(_attribute(space, ob, 'start'), _attribute(space, ob, 'stop'),
                              _attribute(space, ob, 'step'))
    if kind == capi.KIND_RANGE:
        return space.call_function(space.builtin.get('range'), _attribute(space, ob, 'start'),
                                   _attribute(space, ob, 'stop'), _attribute(space, ob, 'step'))
    assert kind == capi.KIND_TUPLE_SUBCLASS
    return _tuple(space, ob)


def _attribute(space, ob, name):
    return to_pypy(space, _made(space, capi.PyObject_GetAttr(ob, classes.interned(space, name))))


def _pypy_int(space, ob):
    with lltype.scoped_alloc(capi.SIGNEDP.TO, 1) as value:
        if capi.read_long(ob, value):
            return space.newint(value[0])
    size = capi.long_size(ob)
    with rffi.scoped_alloc_buffer(size) as buf:
        if capi.long_to_bytes(ob, buf.raw, size) < 0:
            raise errors.current(space)
        return space.newlong_from_rbigint(rbigint.frombytes(buf.str(size), 'little', True))


def _pypy_str(space, ob):
    length = capi.PyUnicode_GetLength(ob)
    with lltype.scoped_alloc(capi.SIGNEDP.TO, 1) as size:
        text = capi.PyUnicode_AsUTF8AndSize(ob, size)
        if text:
            weigh(size[0])
            return space.newutf8(rffi.charpsize2str(text, size[0]), length)
    capi.PyErr_Clear()              # a lone surrogate
    encoded = _made(space, capi.PyUnicode_AsEncodedString(ob, 'utf-8', 'surrogatepass'))
    utf8 = capi.bytes_value(encoded)
    capi.decref(encoded)
    return space.newutf8(utf8, length)


def _tuple(space, ob):
    size = capi.tuple_size(ob)
    if size == 2:
        w_first = item_to_pypy(space, capi.tuple_item(ob, 0))
        return space.newtuple2(w_first, item_to_pypy(space, capi.tuple_item(ob, 1)))
    items_w = [None] * size
    for i in range(size):
        items_w[i] = item_to_pypy(space, capi.tuple_item(ob, i))
    return space.newtuple(items_w)


_BASES = {capi.KIND_INT_SUBCLASS: 'int', capi.KIND_FLOAT_SUBCLASS: 'float',
          capi.KIND_COMPLEX_SUBCLASS: 'complex', capi.KIND_STR_SUBCLASS: 'str',
          capi.KIND_BYTES_SUBCLASS: 'bytes', capi.KIND_TUPLE_SUBCLASS: 'tuple'}


def _base_name(kind):
    return _BASES[kind]


def _value(space, ob, kind):
    """An instance of a CPython subclass of a scalar: a PyPy subclass's instance,
    which is the value and keeps the reference."""
    info = classes.info_of(space, ob)
    if info.is_twin:
        return wrap(space, ob)
    if info.is_number:
        w_scalar = _numpy_scalar(space, ob)
        if w_scalar is not None:
            return w_scalar
    type_ob = rffi.cast(capi.PYOBJ, ob.ob_type)
    capi.incref(type_ob)
    w_base_value = base_value(space, ob, kind)
    w_original = wrap(space, ob)
    w_original_class = wrap(space, type_ob)
    gil.leave()
    try:
        w_class = classes.value_class(space, info, w_original_class, _base_name(kind))
        return space.call_function(w_class, w_base_value, w_original)
    finally:
        errors.enter(space)


def _pypy_class(space, ob, kind):
    """A class: PyPy's own for a built-in one, a twin for an exception."""
    known_w = space.fromcache(Classes).to_pypy_w
    address = rffi.cast(lltype.Signed, ob)
    w_class = known_w.get(address, None)
    if w_class is not None:
        capi.decref(ob)
        return w_class
    w_original = wrap(space, ob)
    capi.incref(ob)                         # the Object may be released meanwhile
    try:
        w_class = _new_pypy_class(space, w_original, address, kind)
        if w_class is None:
            return w_original
        _keep_class(space, w_original, address, w_class)
        return w_class
    finally:
        capi.decref(ob)


def _new_pypy_class(space, w_original, address, kind):
    """None for one that stays an Object.  Steps out of CPython."""
    name = rffi.charp2str(capi.type_name(address))
    module = _module_of(space, address)
    if kind != capi.KIND_EXCEPTION_CLASS and (module != 'builtins' or '.' in name):
        return None
    gil.leave()
    try:
        if kind == capi.KIND_EXCEPTION_CLASS:
            return space.call_function(hooks.get(space).w_exception_class, w_original)
        w_class = space.call_function(hooks.get(space).w_builtin_class, space.newtext(name))
        if space.is_none(w_class):
            return None
        return w_class
    finally:
        errors.enter(space)


def _module_of(space, address):
    """The `__module__` that a class has in its own dictionary or inherits; the
    built-in ones say so by having none but type's descriptor."""
    found = capi.type_lookup(address, classes.interned(space, '__module__'))
    if found and capi.kind(found) == capi.KIND_STR:
        return classes.text_of(found)
    return 'builtins'


def _keep_class(space, w_original, address, w_class):
    known = space.fromcache(Classes)
    if address not in known.to_pypy_w:
        capi.incref(rffi.cast(capi.PYOBJ, address))     # which is a key from now on
        known.to_pypy_w[address] = w_class
        known.to_cpython_w[w_class] = w_original


def pair_classes(space, w_original, address, w_class):
    """A class statement of PyPy's and its twin at `address` stand for each other."""
    capi.incref(rffi.cast(capi.PYOBJ, address))         # which is a key from now on
    space.fromcache(Classes).to_pypy_w[address] = w_class
    stand_in(space, w_original, w_class)


def stand_in(space, w_original, w_class):
    """A PyPy class that goes to CPython as another; nothing about the way back."""
    space.fromcache(Classes).to_cpython_w[w_class] = w_original


def _other(space, ob):
    info = classes.info_of(space, ob)
    if info.is_number:
        w_scalar = _numpy_scalar(space, ob)
        if w_scalar is not None:
            return w_scalar
    w_obj = wrap(space, ob)
    if info.is_array:
        from pypy.module.cpyembed import buffer
        if buffer.arrivals(space).on:
            return buffer.arrived(space, w_obj)
    if not info.convert_known and not info.is_twin:
        gil.leave()
        try:
            classes.converter(space, info)
        finally:
            errors.enter(space)
    if info.w_convert is not None:
        return _call_converter(space, info.w_convert, w_obj)
    # What may be numpypy's next time is not plain.
    info.is_plain = info.w_own is None and not info.is_array and not info.is_number
    if scopes.any_open():
        scopes.note(w_obj)
    return w_obj


def _numpy_scalar(space, ob):
    """numpypy's scalar for NumPy's, or None.  Takes the reference if it is one."""
    from pypy.module.cpyembed import buffer
    if not buffer.arrivals(space).scalars:
        return None
    w_scalar = buffer.scalar(space, ob)
    if w_scalar is not None:
        capi.decref(ob)
    return w_scalar


def _call_converter(space, w_function, w_obj):
    """The PyPy value of an Object that was just made.  Steps out of CPython."""
    gil.leave()
    paused = scopes.pause()
    try:
        return space.call_function(w_function, w_obj)
    finally:
        scopes.resume(paused)
        errors.enter(space)

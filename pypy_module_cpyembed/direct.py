"""Short ways across: the commonest crossings, each in one C call (src/direct.c).

Entering CPython, making the arguments, the operation, reading a plain result
and leaving happen while PyPy's GIL is given up once.  Only simple values can
take part: Objects, ints, floats, bools and None.  Each function gives None
where the long way must be taken; nothing has been done then.

An address is read here before CPython's GIL is held.  Its Object is kept alive
until the call is over; against a release() by another thread there is a count,
which must be read first: C compares it when it has the GIL.
"""
from rpython.rlib import jit
from rpython.rlib.longlong2float import float2longlong
from rpython.rlib.objectmodel import keepalive_until_here
from rpython.rtyper.lltypesystem import lltype, rffi

from pypy.module.cpyembed import capi, classes, convert, errors, gil, scopes
from pypy.module.cpyembed.object import W_Object, pointer, wrap
from pypy.objspace.std.boolobject import W_BoolObject
from pypy.objspace.std.floatobject import W_FloatObject
from pypy.objspace.std.intobject import W_IntObject

MAX_ARGUMENTS = 3       # as in direct.c
NOT_SIMPLE = -1


def _kind(space, w_arg):
    """What kind of argument a value is for C, or NOT_SIMPLE."""
    if isinstance(w_arg, W_Object):
        if w_arg.ptr:
            return capi.OBJECT_ARGUMENT
        return NOT_SIMPLE               # released: the long way says so
    if type(w_arg) is W_FloatObject:
        return capi.FLOAT_ARGUMENT
    if type(w_arg) is W_IntObject:
        return capi.INT_ARGUMENT
    if space.is_none(w_arg) or isinstance(w_arg, W_BoolObject):
        return capi.OBJECT_ARGUMENT
    return NOT_SIMPLE


def _bits(w_arg):
    """A simple value as C takes it: number, bits of the float, or address."""
    if isinstance(w_arg, W_Object):
        return rffi.cast(lltype.Signed, w_arg.ptr)
    if type(w_arg) is W_FloatObject:
        return rffi.cast(lltype.Signed, float2longlong(w_arg.floatval))
    if type(w_arg) is W_IntObject:
        return w_arg.intval
    if isinstance(w_arg, W_BoolObject):
        if w_arg.intval:
            return gil.state.shared.true
        return gil.state.shared.false
    return gil.state.shared.none


def result(space, status):
    """The PyPy value of what was done.  Raises OperationError."""
    status = jit.promote(status)
    if status == capi.FLOAT_RESULT:
        return space.newfloat(capi.outcome_number())
    if status == capi.INT_RESULT:
        return space.newint(capi.outcome_integer())
    if status == capi.NONE_RESULT:
        return space.w_None
    if status == capi.FALSE_RESULT:
        return space.w_False
    if status == capi.TRUE_RESULT:
        return space.w_True
    if status == capi.OBJECT_RESULT:
        return _object_inside(space, capi.outcome_object())
    if status == capi.ERROR:
        raise _error_inside(space)
    assert status == capi.CLOSED
    raise errors.closed(space)


def _object_inside(space, ob):
    """Inside CPython, which is left: the PyPy value of `ob`."""
    try:
        if classes.is_plain(space, ob) and not scopes.any_open():
            return wrap(space, ob)
        return convert.to_pypy(space, ob)
    finally:
        gil.leave()


@jit.dont_look_inside
def _error_inside(space):
    try:
        return errors.current(space)
    finally:
        gil.leave()


# ____________________________________________________________
# Calls


@jit.look_inside_iff(lambda space, w_callee, args_w, names_w, values_w:
                     jit.isconstant(len(args_w)) and
                     (names_w is None or jit.isconstant(len(names_w))))
def call(space, w_callee, args_w, names_w, values_w):
    """The result of a call, or None."""
    count = len(args_w)
    if names_w is None:
        if count == 1:
            w_arg = args_w[0]
            if type(w_arg) is W_FloatObject:
                return _call_float(space, w_callee, w_arg.floatval)
        return _call(space, w_callee, args_w, None, 0, capi.NULL)
    keywords = len(names_w)
    if count + keywords > MAX_ARGUMENTS:
        return None
    names = names_tuple(space, names_w)
    if keywords > 0 and not names:
        return None
    return _call(space, w_callee, args_w, values_w, keywords, names)


def _call_float(space, w_callee, argument):
    releases = gil.state.shared.releases
    number = capi.direct_call_float(pointer(space, w_callee), releases, argument)
    keepalive_until_here(w_callee)
    if number == number:
        return space.newfloat(number)
    status = capi.outcome_status()
    if status == capi.RETRY:
        return None
    return result(space, status)


def _pick(args_w, values_w, i):
    """Positional arguments first, then the values of the keywords."""
    if i < len(args_w):
        return args_w[i]
    return values_w[i - len(args_w)]


def _call(space, w_callee, args_w, values_w, keywords, names):
    total = len(args_w) + keywords
    if total > MAX_ARGUMENTS:
        return None
    shape = total << 8 | keywords << 16
    releases = gil.state.shared.releases
    a = b = c = 0
    w_a = w_b = w_c = None
    if total > 0:
        w_a = _pick(args_w, values_w, 0)
        kind = _kind(space, w_a)
        if kind == NOT_SIMPLE:
            return None
        shape |= kind
        a = _bits(w_a)
    if total > 1:
        w_b = _pick(args_w, values_w, 1)
        kind = _kind(space, w_b)
        if kind == NOT_SIMPLE:
            return None
        shape |= kind << 2
        b = _bits(w_b)
    if total > 2:
        w_c = _pick(args_w, values_w, 2)
        kind = _kind(space, w_c)
        if kind == NOT_SIMPLE:
            return None
        shape |= kind << 4
        c = _bits(w_c)
    status = capi.direct_call(pointer(space, w_callee), releases, shape, names, a, b, c)
    keepalive_until_here(w_callee)
    keepalive_until_here(w_a)
    keepalive_until_here(w_b)
    keepalive_until_here(w_c)
    if status == capi.RETRY:
        return None
    return result(space, status)


class Names(object):
    """A node of the tree of keyword names: the way from the root spells them."""
    _immutable_fields_ = ['ob']

    def __init__(self, ob):
        self.ob = ob                # the tuple of the names so far; never dropped
        self.children = {}

    @jit.elidable
    def find(self, name):
        return self.children.get(name, None)


class Tree(object):
    """Tuples of keyword names, made once.  There is an end to it, for a program
    may make its keywords up."""
    MOST = 4096

    def __init__(self, space):
        self.root = Names(capi.NULL)
        self.size = 0


def names_tuple(space, names_w):
    """The CPython tuple of interned names, borrowed; NULL if it is not kept.
    Outside CPython."""
    if len(names_w) == 0:
        return capi.NULL
    node = space.fromcache(Tree).root
    for i in range(len(names_w)):
        node = node.find(space.text_w(names_w[i]))
        if node is None:
            return _make_names(space, names_w)
    return node.ob
names_tuple._jit_unroll_safe_ = True


@jit.dont_look_inside
def _make_names(space, names_w):
    from pypy.module.cpyembed.calls import keyword_tuple
    tree = space.fromcache(Tree)
    node = tree.root
    for i in range(len(names_w)):
        name = space.text_w(names_w[i])
        child = node.children.get(name, None)
        if child is None:
            if tree.size >= tree.MOST:
                return capi.NULL
            errors.enter(space)
            try:
                child = Names(keyword_tuple(space, names_w[:i + 1]))
            finally:
                gil.leave()
            tree.size += 1
            node.children[name] = child
        node = child
    return node.ob


# ____________________________________________________________
# Attributes, items, iteration


def getattr(space, w_object, name):
    """`name`: an interned str, borrowed."""
    releases = gil.state.shared.releases
    status = capi.direct_getattr(pointer(space, w_object), releases, name)
    keepalive_until_here(w_object)
    if status == capi.RETRY:
        return None
    return result(space, status)


def getitem(space, w_object, w_key):
    kind = _kind(space, w_key)
    if kind == NOT_SIMPLE:
        return None
    releases = gil.state.shared.releases
    status = capi.direct_getitem(pointer(space, w_object), releases, kind, _bits(w_key))
    keepalive_until_here(w_object)
    keepalive_until_here(w_key)
    if status == capi.RETRY:
        return None
    return result(space, status)


def next(space, w_iterator):
    releases = gil.state.shared.releases
    status = capi.direct_next(pointer(space, w_iterator), releases)
    keepalive_until_here(w_iterator)
    if status == capi.RETRY:
        return None
    return result(space, status)

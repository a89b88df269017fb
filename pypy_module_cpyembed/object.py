"""W_Object, the app-level `cpyembed.Object`: a reference to a CPython object.

Here is what every object has: attributes, comparison, hash, truth, repr.  What
only some have is in `protocols`, and goes to the subclass of its type
(`classes`).
"""
from rpython.rlib import jit, rgc
from rpython.rlib.objectmodel import specialize
from rpython.rtyper.lltypesystem import lltype, rffi
from rpython.tool.sourcetools import func_with_new_name

from pypy.interpreter.baseobjspace import W_Root
from pypy.interpreter.error import OperationError, oefmt
from pypy.interpreter.gateway import interp2app
from pypy.interpreter.typedef import GetSetProperty, TypeDef, make_weakref_descr
from pypy.module.cpyembed import capi, census, classes, errors, gil, hooks
from pypy.module.micronumpy import concrete


class W_Object(W_Root):
    """Owns one reference.  The finalizer only queues it: a collection must not
    wait for CPython's GIL."""
    _immutable_fields_ = ['w_class']
    # Which methods an instance has depends on w_class, as in a class written by
    # a user: the translation must not look them up in the TypeDef for good.
    user_overridden_class = True
    _descroperation_shortcuts_installed = True

    def __init__(self, ptr, w_class):
        self.ptr = ptr
        self.w_class = w_class

    @rgc.must_be_light_finalizer
    def __del__(self):
        capi.object_gone(self.ptr)

    def getclass(self, space):
        return self.w_class

    def is_w(self, space, w_other):
        if self is w_other:
            return True
        return isinstance(w_other, W_Object) and bool(self.ptr) and self.ptr == w_other.ptr

    def immutable_unique_id(self, space):
        # The address, as CPython's id(); the last bits tell it from PyPy's own
        # tagged identities of small values.
        return space.newint(rffi.cast(lltype.Signed, self.ptr))

    def buffer_w(self, space, flags):
        from pypy.module.cpyembed import view
        return view.of_object(space, self, flags)

    # Attributes ________________________________________________

    def descr_getattribute(self, space, w_name):
        name = space.text_w(w_name)
        if name == '__mro_entries__':
            # A class statement asks for it as an attribute.
            w_entries = space.lookup(self, name)
            if w_entries is not None:
                return space.get(w_entries, self)
        if len(name) > 2 and name[0] == '_' and name[1] == '_':
            w_own = own_attribute(space, self, name)
            if w_own is not None:
                return w_own
        try:
            return self._attribute(space, name)
        except OperationError as error:
            return self._missing(space, name, error)

    def _attribute(self, space, name):
        from pypy.module.cpyembed import direct
        known = classes.get(space).known_name(name)
        if known:
            w_result = direct.getattr(space, self, known)
            if w_result is not None:
                return w_result
        return get_attribute(space, self, name)

    @jit.dont_look_inside
    def _missing(self, space, name, error):
        """What CPython's object has not, and PyPy's `inspect` asks for."""
        w_signature = hooks.get(space).w_signature
        if (name == '__signature__' and w_signature is not None and
                error.match(space, space.w_AttributeError)):
            return space.call_function(w_signature, self)
        raise error

    def descr_setattr(self, space, w_name, w_value):
        from pypy.module.cpyembed import convert
        name = space.text_w(w_name)
        ptr = begin(space, self)
        try:
            value = convert.argument(space, w_value)
            try:
                _set_attribute(space, ptr, name, value)
            finally:
                capi.decref(value)
        finally:
            end(ptr)

    def descr_delattr(self, space, w_name):
        name = space.text_w(w_name)
        ptr = begin(space, self)
        try:
            _set_attribute(space, ptr, name, capi.NULL)
        finally:
            end(ptr)

    def descr_dir(self, space):
        ptr = begin(space, self)
        try:
            names = capi.PyObject_Dir(ptr)
            if not names:
                raise errors.current(space)
            return list_items(space, names)
        finally:
            end(ptr)

    # Text ______________________________________________________

    def descr_repr(self, space):
        return apply(space, self, capi.PyObject_Repr)

    def descr_str(self, space):
        return apply(space, self, capi.PyObject_Str)

    def descr_format(self, space, w_spec):
        from pypy.module.cpyembed import convert
        ptr = begin(space, self)
        try:
            spec = convert.argument(space, w_spec)
            formatted = capi.PyObject_Format(ptr, spec)
            capi.decref(spec)
            return result(space, formatted)
        finally:
            end(ptr)

    # Truth, hash, comparison ___________________________________

    def descr_bool(self, space):
        ptr = begin(space, self)
        try:
            truth = rffi.cast(lltype.Signed, capi.PyObject_IsTrue(ptr))
            if truth < 0:
                raise errors.current(space)
            return space.newbool(truth != 0)
        finally:
            end(ptr)

    def descr_hash(self, space):
        ptr = begin(space, self)
        try:
            value = capi.PyObject_Hash(ptr)
            if value == -1:
                raise errors.current(space)
            return space.newint(value)
        finally:
            end(ptr)

    def _compare(self, space, w_other, op):
        from pypy.module.cpyembed import convert
        ptr = begin(space, self)
        try:
            other = convert.argument(space, w_other)
            compared = capi.PyObject_RichCompare(ptr, other, rffi.cast(rffi.INT, op))
            capi.decref(other)
            return result(space, compared)
        finally:
            end(ptr)

    def descr_lt(self, space, w_other):
        return self._compare(space, w_other, 0)

    def descr_le(self, space, w_other):
        return self._compare(space, w_other, 1)

    def descr_eq(self, space, w_other):
        return self._compare(space, w_other, 2)

    def descr_ne(self, space, w_other):
        return self._compare(space, w_other, 3)

    def descr_gt(self, space, w_other):
        return self._compare(space, w_other, 4)

    def descr_ge(self, space, w_other):
        return self._compare(space, w_other, 5)


def _make_own_method(name):
    """A method that PyPy's copy and pickle look for on the class."""
    def descr(w_self, space, __args__):
        w_method = own_attribute(space, space.interp_w(W_Object, w_self), name)
        if w_method is None:
            raise oefmt(space.w_RuntimeError, "CPython has not been started")
        return space.call_args(w_method, __args__)
    return func_with_new_name(descr, 'descr_' + name.strip('_'))


# ____________________________________________________________
# What the other files make and take apart objects with


# A nursery may be larger than 100 MB, and what small Objects keep alive in CPython
# until it is full would be gigabytes, each in memory that no cache has.  So they
# are weighed as the arrays of numpypy are, which decide when to look for dead ones.
LARGE = 1 << 16


def wrap(space, ob):
    """An Object for `ob`, whose reference it takes.  With CPython's GIL held."""
    info = classes.info_of(space, ob)
    if info.has_memory:
        tell_collector(ob)
    return wrap_part(ob, info.w_class)


def wrap_part(ob, w_class):
    """Likewise, of memory that the collector knows of already."""
    if census.one_more():
        weigh_batch()
    return W_Object(ob, w_class)


@jit.dont_look_inside
def weigh_batch():
    concrete.pressure.bytes += census.BATCH * census.HEAD
    concrete.weigh(0)
    census.look()


@jit.dont_look_inside
def tell_collector(ob):
    """PyPy's collector sees a small object; what it keeps alive may be large."""
    size = capi.owned_bytes(ob)
    if size > 0:
        rgc.add_memory_pressure(size)
        concrete.weigh(size)


@jit.dont_look_inside
def weigh(size):
    """A text of so many bytes is about to be made.  A large one that is dead is
    given back by a minor collection, and a large nursery makes that rare."""
    if size >= LARGE:
        concrete.pressure.bytes += size
        concrete.weigh(0)


@jit.dont_look_inside
def own_attribute(space, w_object, name):
    """What PyPy itself wants to know under that name, such as how to pickle an
    Object; None for CPython's attributes.  Outside CPython."""
    w_function = hooks.get(space).own_attributes_w.get(name, None)
    if w_function is None:
        return None
    return space.call_function(w_function, w_object)


@specialize.arg(2)
def apply(space, w_object, function):
    """The PyPy value of a C function of the object."""
    ptr = begin(space, w_object)
    try:
        return result(space, function(ptr))
    finally:
        end(ptr)


def get_attribute(space, w_object, name):
    """The PyPy value of an attribute.  Outside CPython."""
    ptr = begin(space, w_object)
    try:
        return result(space, attribute(space, ptr, name))
    finally:
        end(ptr)


def attribute(space, ob, name):
    """PyObject_GetAttr with the name as PyPy has it."""
    name_ob = classes.name_of(space, name)
    found = capi.PyObject_GetAttr(ob, name_ob)
    capi.decref_scalar(name_ob)
    return found


def _set_attribute(space, ob, name, value):
    """Likewise PyObject_SetAttr; NULL deletes."""
    name_ob = classes.name_of(space, name)
    failed = capi.PyObject_SetAttr(ob, name_ob, value)
    capi.decref_scalar(name_ob)
    check(space, failed)


def begin(space, w_object):
    """Enter CPython for an operation on the object; end() is to follow.  A new
    reference: PyPy code that runs meanwhile, or another thread, may release the
    Object, and a caller in CPython would own one, too.  ValueError after
    release()."""
    errors.enter(space)
    ptr = w_object.ptr
    if not ptr:
        gil.leave()
        raise released(space)
    capi.incref(ptr)
    return ptr


def end(ptr):
    """Drop the reference, and leave CPython."""
    capi.decref(ptr)
    gil.leave()


def pointer(space, w_object):
    """Borrowed: until PyPy's GIL is given up.  ValueError after release()."""
    ptr = w_object.ptr
    if not ptr:
        raise released(space)
    return ptr


def address_of_class(space, w_object):
    """The address of a CPython class; TypeError if it is none.  As pointer()."""
    ptr = pointer(space, w_object)
    kind = capi.kind(ptr)
    if kind != capi.KIND_TYPE and kind != capi.KIND_EXCEPTION_CLASS:
        raise oefmt(space.w_TypeError, "%T is no class of CPython", w_object)
    return rffi.cast(lltype.Signed, ptr)


def released(space):
    return oefmt(space.w_ValueError, "this reference was released")


def result(space, ob):
    """The PyPy value of what a CPython function returned; takes the reference."""
    from pypy.module.cpyembed import convert
    if not ob:
        raise errors.current(space)
    return convert.to_pypy(space, ob)


def check(space, status):
    """Raise CPython's exception if a function that returns an int failed."""
    if rffi.cast(lltype.Signed, status) < 0:
        raise errors.current(space)


def list_items(space, ob):
    """A PyPy list of the elements of a CPython list; takes the reference."""
    from pypy.module.cpyembed import convert
    items_w = []
    try:
        i = 0
        while i < capi.list_size(ob):       # converting may run code
            item = capi.list_item(ob, i)
            capi.incref(item)
            items_w.append(convert.to_pypy(space, item))
            i += 1
    finally:
        capi.decref(ob)
    return space.newlist(items_w)


def fget_doc(space, w_obj):
    return space.interp_w(W_Object, w_obj).descr_getattribute(space, space.newtext('__doc__'))


# In each class of Objects, for pydoc, which goes past `__getattribute__`.
doc = GetSetProperty(fget_doc)


def descr_new(space, w_cls, w_obj):
    """Object(x): the CPython object for x, kept there."""
    from pypy.module.cpyembed import convert
    if not space.is_w(w_cls, space.gettypeobject(W_Object.typedef)):
        raise oefmt(space.w_TypeError, "instances of %N are made by CPython: call its class",
                    w_cls)
    if not gil.state.started:
        space.call_method(space.getbuiltinmodule('cpyembed'), 'start')
    errors.enter(space)
    try:
        return wrap(space, convert.argument(space, w_obj))
    finally:
        gil.leave()


def descr_init_subclass(space, w_cls, __args__):
    """Only a metaclass that says so makes subclasses: what else could their
    instances refer to?"""
    if space.findattr(space.type(w_cls), space.newtext('makes_object_classes')) is None:
        raise oefmt(space.w_TypeError,
                    "cpyembed.Object cannot be subclassed; derive from a CPython class")


W_Object.typedef = TypeDef(
    "cpyembed.Object", None, None, "read-write",
    __doc__="""The PyPy-side reference to a CPython object.

    Object(x) makes the CPython object for x and keeps it there.
    """,
    __new__=interp2app(descr_new),
    __init_subclass__=interp2app(descr_init_subclass, as_classmethod=True),
    __getattribute__=interp2app(W_Object.descr_getattribute),
    __setattr__=interp2app(W_Object.descr_setattr),
    __delattr__=interp2app(W_Object.descr_delattr),
    __dir__=interp2app(W_Object.descr_dir),
    __repr__=interp2app(W_Object.descr_repr),
    __str__=interp2app(W_Object.descr_str),
    __format__=interp2app(W_Object.descr_format),
    __bool__=interp2app(W_Object.descr_bool),
    __hash__=interp2app(W_Object.descr_hash),
    __lt__=interp2app(W_Object.descr_lt),
    __le__=interp2app(W_Object.descr_le),
    __eq__=interp2app(W_Object.descr_eq),
    __ne__=interp2app(W_Object.descr_ne),
    __gt__=interp2app(W_Object.descr_gt),
    __ge__=interp2app(W_Object.descr_ge),
    __reduce_ex__=interp2app(_make_own_method('__reduce_ex__')),
    __copy__=interp2app(_make_own_method('__copy__')),
    __deepcopy__=interp2app(_make_own_method('__deepcopy__')),
    __weakref__=make_weakref_descr(W_Object),
)

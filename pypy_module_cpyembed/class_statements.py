"""Class statements in PyPy with a base class of CPython: what Python cannot say.

The classes are made by `cpyembed/native/class_statements.py`: a PyPy class and
its twin, a CPython class.  An instance is one CPython object, an instance of
the twin; on PyPy's side it is a W_Object whose class is the PyPy class.
"""
from rpython.rlib import jit

from pypy.interpreter.baseobjspace import W_Root
from pypy.interpreter.error import OperationError, oefmt
from pypy.interpreter.function import Method
from pypy.interpreter.gateway import interp2app, unwrap_spec
from pypy.interpreter.typedef import TypeDef, interp_attrproperty, interp_attrproperty_w
from pypy.module.cpyembed import capi, classes, convert, hooks
from pypy.module.cpyembed.object import W_Object, address_of_class, begin, end
from pypy.objspace.std.typeobject import W_TypeObject

# ____________________________________________________________
# Which class stands for which


@jit.dont_look_inside
def pair(space, w_class, w_original):
    """The CPython class `w_original` (an Object) and the PyPy class `w_class`,
    a subclass of Object, stand for each other from now on, also as the class of
    instances."""
    w_type = _class_of_objects(space, w_class)
    w_object = space.interp_w(W_Object, w_original)
    ptr = begin(space, w_object)
    try:
        address = address_of_class(space, w_object)
        classes.get(space).pair(address, w_type)
        convert.pair_classes(space, w_object, address, w_type)
    finally:
        end(ptr)


@jit.dont_look_inside
def stand_in(space, w_class, w_original):
    """The PyPy class goes to CPython as `w_original`, which comes to PyPy as
    the Object that it was."""
    w_type = _class_of_objects(space, w_class)
    w_object = space.interp_w(W_Object, w_original)
    ptr = begin(space, w_object)
    try:
        address_of_class(space, w_object)
        convert.stand_in(space, w_object, w_type)
    finally:
        end(ptr)


@jit.dont_look_inside
def class_of_instances(space, w_original):
    """The PyPy class that instances of a CPython class have."""
    w_object = space.interp_w(W_Object, w_original)
    ptr = begin(space, w_object)
    try:
        return classes.get(space).info(address_of_class(space, w_object)).w_class
    finally:
        end(ptr)


def _class_of_objects(space, w_class):
    w_type = space.interp_w(W_TypeObject, w_class)
    if w_type.layout.typedef is not W_Object.typedef:
        raise oefmt(space.w_TypeError, "%N is no subclass of cpyembed.Object", w_type)
    return w_type


# ____________________________________________________________
# Attributes


class W_Forward(W_Root):
    """An attribute of a CPython class, in the dictionary of a PyPy class, where
    `super()` and implicit calls of special methods find it.

    `direct` is the function of Object that does the same to an instance whose
    class does not override the attribute, or None.
    """
    _immutable_fields_ = ['w_owner', 'name', 'w_direct']

    def __init__(self, w_owner, name, w_direct):
        self.w_owner = w_owner
        self.name = name
        self.w_direct = w_direct

    def descr_get(self, space, w_instance, w_class=None):
        if not space.is_none(self.w_direct) and not space.is_none(w_instance):
            # super() finds this beyond an override, which Object's function
            # would find again.
            if space.lookup(w_instance, self.name) is self:
                return Method(space, self.w_direct, w_instance)
        if w_class is None:
            w_class = space.w_None
        return space.call_function(hooks.get(space).w_forward, self, w_instance, w_class)


@unwrap_spec(name='text')
def descr_new_forward(space, w_cls, w_owner, name, w_direct):
    return W_Forward(w_owner, name, w_direct)


W_Forward.typedef = TypeDef(
    "cpyembed.Forward",
    __new__=interp2app(descr_new_forward),
    __get__=interp2app(W_Forward.descr_get),
    owner=interp_attrproperty_w('w_owner', cls=W_Forward),
    name=interp_attrproperty('name', cls=W_Forward, wrapfn='newtext'),
)
W_Forward.typedef.acceptable_as_base_class = False


class Missed(object):
    """The attribute that was last asked for in vain, see missing()."""

    def __init__(self, space):
        self.w_self = None
        self.name = ''
        self.error = None


def getattribute(space, w_self, w_name):
    """`__getattribute__` of an instance: PyPy's functions and properties are
    bound here, with `self` as it is; everything else is CPython's."""
    try:
        return _getattribute(space, w_self, w_name)
    except OperationError as e:
        if e.match(space, space.w_AttributeError):
            _remember(space, w_self, w_name, e)
        raise


@jit.dont_look_inside
def _remember(space, w_self, w_name, error):
    if space.lookup(w_self, '__getattr__') is not None:
        missed = space.fromcache(Missed)
        missed.w_self = w_self
        missed.name = space.text_w(w_name)
        missed.error = error


@jit.dont_look_inside
def missing(space, w_self, w_name):
    """`__getattr__` as PyPy calls it after getattribute() failed: CPython has
    asked its own by then, and the error is raised that this ended with."""
    missed = space.fromcache(Missed)
    error = missed.error
    same = missed.w_self is w_self and missed.name == space.text_w(w_name)
    missed.w_self = None
    missed.error = None
    if same and error is not None:
        raise error
    # A __getattribute__ of PyPy's raised it.
    return space.call_function(space.getattr(w_self, space.newtext('__getattr__')), w_name)


def _getattribute(space, w_self, w_name):
    self = space.interp_w(W_Object, w_self)
    name = space.text_w(w_name)
    w_value = space.lookup(w_self, name)
    if (w_value is None or isinstance(w_value, W_Forward) or isinstance(w_value, W_Object) or
            space.lookup(w_value, '__get__') is None or name == '__dict__'):
        return self.descr_getattribute(space, w_name)
    if (space.lookup(w_value, '__set__') is None and
            space.lookup(w_value, '__delete__') is None):
        w_own = _instance_value(space, self, name)
        if w_own is not None:
            return w_own
    return space.get(w_value, w_self)


def _instance_value(space, self, name):
    """What the CPython instance has in its own dictionary, or None."""
    ptr = begin(space, self)
    try:
        name_ob = classes.name_of(space, name)
        ob = capi.instance_value(ptr, name_ob)
        capi.decref_scalar(name_ob)
        if not ob:
            return None
        return convert.to_pypy(space, ob)
    finally:
        end(ptr)
